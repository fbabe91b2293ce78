"""The same text has the same fingerprint, another text another one."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.text.apply import parse_doc
from strategy.text.fingerprint import canonical, chain, fingerprint
from tests.text.documents import Doc, documents, edits

NOON = datetime(2026, 9, 7, 12, tzinfo=UTC)


def rewritten(rng: Random, node: Doc) -> Doc:
    """The same document, written another way: defaults left out, keys and text in other pieces."""
    made: dict[str, Any] = {}
    for key in sorted(node, key=lambda _: rng.random()):
        made[key] = node[key]
    if "attrs" in made:
        spare = {"id": None, "align": None, "end": None, "colspan": 1, "title": None}
        kept = {k: v for k, v in made["attrs"].items() if k not in spare or v != spare[k]}
        made["attrs"] = kept
    if "marks" in made:
        made["marks"] = [rewritten(rng, mark) for mark in reversed(made["marks"])]
    if "content" in made:
        made["content"] = [part for child in made["content"] for part in pieces(rng, child)]
    elif rng.random() < 0.5 and node["type"] in ("paragraph", "heading"):
        made["content"] = []
    return made


def pieces(rng: Random, node: Doc) -> list[Doc]:
    node = rewritten(rng, node)
    text = node.get("text", "")
    if len(text) < 2 or rng.random() < 0.5:
        return [node]
    cut = rng.randrange(1, len(text))
    return [node | {"text": text[:cut]}, node | {"text": text[cut:]}]


@given(documents(), st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_the_same_text_written_another_way_has_the_same_fingerprint(doc: Doc, seed: int) -> None:
    other = rewritten(Random(seed), doc)
    assert fingerprint(other) == fingerprint(doc)
    assert canonical(other) == doc


@given(edits())
@settings(max_examples=100, deadline=None)
def test_another_text_has_another_fingerprint(pair: tuple[Doc, Doc]) -> None:
    old, new = pair
    assert (fingerprint(old) == fingerprint(new)) == (old == new)


@given(documents())
@settings(max_examples=50, deadline=None)
def test_the_fingerprint_is_the_sha256_of_plain_canonical_json(doc: Doc) -> None:
    text = json.dumps(canonical(doc), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert fingerprint(doc) == hashlib.sha256(text.encode()).hexdigest()
    assert fingerprint(parse_doc(doc).to_json()) == fingerprint(doc)


def test_a_revision_is_chained_to_all_that_came_before_it() -> None:
    doc = {"type": "doc", "content": [{"type": "paragraph"}]}
    first = chain(None, 1, "anna", NOON, doc)
    second = chain(first, 2, "ben", NOON, doc)
    assert len({first, second, chain(None, 2, "ben", NOON, doc)}) == 3
    for other in (
        chain(first, 3, "ben", NOON, doc),
        chain(first, 2, "anna", NOON, doc),
        chain(first, 2, "ben", NOON + timedelta(microseconds=1), doc),
        chain(first, 2, "ben", NOON, doc | {"attrs": {"title": "x"}}),
    ):
        assert other != second


def test_a_moment_is_the_same_in_every_zone_and_needs_one() -> None:
    doc = {"type": "doc", "content": [{"type": "paragraph"}]}
    berlin = NOON.astimezone(timezone(timedelta(hours=2)))
    assert chain(None, 1, "anna", berlin, doc) == chain(None, 1, "anna", NOON, doc)
    with pytest.raises(ValueError, match="zone"):
        chain(None, 1, "anna", NOON.replace(tzinfo=None), doc)
