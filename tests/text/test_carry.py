"""Positions carried by arithmetic end where ProseMirror's own maps put them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from strategy.text.carry import carried, ranges
from strategy.text.port import StepMap

FIXTURE = Path(__file__).parent / "crosscheck" / "fixture.jsonl.gz"
SEQUENCES = [json.loads(line) for line in gzip.decompress(FIXTURE.read_bytes()).splitlines()]


def the_log(sequence: dict[str, Any]) -> tuple[list[dict[str, Any]], list[list[int]]]:
    """The steps that were accepted, and the maps that ProseMirror made of them."""
    accepted = [event for event in sequence["events"] if event["result"] == "ok"]
    return [event["step"] for event in accepted], [event["map"] for event in accepted]


def mapped(position: int, maps: list[list[int]], side: int) -> int:
    for each in maps:
        position = StepMap(each).map(position, side)
    return position


def test_what_a_step_replaces_is_what_prosemirror_says() -> None:
    for sequence in SEQUENCES:
        steps, maps = the_log(sequence)
        for step, said in zip(steps, maps, strict=True):
            assert [number for each in ranges(step) for number in each] == said


@pytest.mark.parametrize("seed", range(5))
def test_many_passages_carried_at_once_end_where_each_would_alone(seed: int) -> None:
    rng = Random(seed)
    for sequence in SEQUENCES:
        steps, maps = the_log(sequence)
        spans = {}
        for name in range(40):
            start = rng.randint(0, 60)
            spans[name] = (rng.randint(0, len(steps)), start, start + rng.randint(1, 30))
        to = rng.randint(max(version for version, _, _ in spans.values()), len(steps))
        found = carried(spans, list(enumerate(steps, start=1)), to=to)
        for name, (version, start, end) in spans.items():
            way = maps[version:to]
            assert found[name] == (mapped(start, way, 1), mapped(end, way, -1)), (seed, name)


def test_what_is_typed_at_an_edge_stays_outside_and_what_is_typed_inside_is_within() -> None:
    def typed(at: int, text: str) -> dict[str, Any]:
        content = [{"type": "text", "text": text}]
        return {"stepType": "replace", "from": at, "to": at, "slice": {"content": content}}

    before, inside, behind = typed(5, "abc"), typed(10, "👍"), typed(15, "xyz")
    log = [(1, before), (2, inside), (3, behind)]
    assert carried({1: (0, 5, 10)}, log, to=3) == {1: (8, 15)}


def test_a_passage_deleted_as_a_whole_leaves_nothing() -> None:
    gone = {"stepType": "replace", "from": 3, "to": 20}
    start, end = carried({1: (0, 5, 10)}, [(1, gone)], to=1)[1]
    assert start >= end
