"""The arithmetic gives what prosemirror-collab gives, or declines."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from strategy.live.rebase import moved, rebased
from strategy.text.apply import parse_steps
from strategy.text.port import Mapping, Step, StepMap

Json = dict[str, Any]

ranges = some.tuples(some.integers(0, 20), some.integers(0, 5), some.integers(0, 5))
maps = some.lists(
    some.one_of(some.just(()), ranges, some.tuples(ranges, ranges).map(lambda two: _apart(*two))),
    max_size=4,
)


def _apart(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    return (*first, first[0] + first[1] + 1 + second[0], *second[1:])


def typed(at: int, text: str = "x", to: int | None = None) -> Json:
    part = {"content": [{"type": "text", "text": text}]}
    return {"stepType": "replace", "from": at, "to": at if to is None else to, "slice": part}


def as_the_library_does(steps: list[Json], missed: list[StepMap]) -> list[Step | None]:
    """prosemirror-collab's rebaseSteps, without the documents: back, over, and forth again."""
    parsed = parse_steps(steps)
    mapping = Mapping([step.get_map().invert() for step in reversed(parsed)] + missed)
    found: list[Step | None] = []
    for index, step in enumerate(parsed):
        start = len(parsed) - index
        mapped = step.map(mapping.slice(start))
        found.append(mapped)
        if mapped is not None:
            mapping.append_map(mapped.get_map(), start - 1)
    return found


@given(some.integers(0, 20), some.integers(0, 6), maps)
@settings(max_examples=3_000, deadline=None)
def test_a_late_replacement_is_moved_as_the_library_moves_it(
    start: int, size: int, missed: list[tuple[int, ...]]
) -> None:
    place = moved(start, start + size, missed)
    if place is None:
        return
    step = parse_steps([typed(start, to=start + size)])[0]
    mapped = step.map(Mapping([StepMap(list(each)) for each in missed]))
    assert mapped is not None
    assert (mapped.from_, mapped.to) == place


@given(
    some.integers(0, 20),
    some.lists(some.sampled_from(["a", "ab", "🌞"]), min_size=2, max_size=5),
    maps,
)
@settings(max_examples=1_000, deadline=None)
def test_a_run_of_insertions_is_moved_as_the_writer_rebases_it(
    start: int, words: list[str], missed: list[tuple[int, ...]]
) -> None:
    steps, at = [], start
    for word in words:
        steps.append(typed(at, word))
        at += len(word.encode("utf-16-le")) // 2
    sizes = [step.slice.size for step in parse_steps(steps)]
    done = rebased(steps, sizes, missed)
    if done is None:
        return
    expected = as_the_library_does(steps, [StepMap(list(each)) for each in missed])
    assert [each and each.to_json() for each in expected] == [
        each.to_json() for each in parse_steps(done)
    ]


def test_typing_before_behind_and_inside_is_moved() -> None:
    assert moved(10, 10, [(2, 0, 3)]) == (13, 13)
    assert moved(10, 10, [(10, 0, 3)]) == (13, 13)
    assert moved(10, 10, [(11, 2, 0)]) == (10, 10)
    assert moved(10, 20, [(12, 0, 3)]) == (10, 23)
    assert moved(10, 20, [()]) == (10, 20)


def test_what_touches_the_range_is_left_to_the_writer() -> None:
    assert moved(10, 20, [(8, 4, 0)]) is None
    assert moved(10, 20, [(10, 10, 0)]) is None
    assert moved(10, 20, [(20, 0, 1)]) is None
    assert moved(10, 10, [(8, 2, 0)]) is None
    assert moved(10, 10, [(30, 1, 0, 40, 1, 0)]) is None


def test_only_plain_typing_is_moved() -> None:
    far = [(0, 0, 1)]
    mark = {"stepType": "addMark", "from": 5, "to": 7, "mark": {"type": "em"}}
    assert rebased([mark], [0], far) is None
    assert rebased([typed(5) | {"structure": True}], [1], far) is None
    assert rebased([typed(5), typed(5)], [1, 1], far) is None
    assert rebased([typed(5, to=6), typed(6)], [1, 1], far) is None
    assert rebased([], [], far) is None
    assert rebased([typed(5)], [1], far) == [typed(6)]
