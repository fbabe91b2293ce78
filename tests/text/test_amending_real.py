"""Real amending acts, entered as amendments by their paragraphs, give the official next version."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import groupby, pairwise

import pytest

from strategy.text.amending import chosen, pack_edits, passages, unpack_edits
from strategy.text.compare import compare
from strategy.text.fingerprint import canonical
from strategy.text.merge import clashes, merge
from strategy.text.merge_carry import carry_all
from strategy.text.merge_edits import edits_of
from strategy.text.positions import plain_text
from strategy.text.tracked import accept, reject
from tests.shared_data import DATA, histories
from tests.text import markdown

LAWS = sorted((DATA / "texts" / "gesetze" / "gg_1949_1967").glob("[0-9]*.md")) if DATA else []
OTHERS = {
    "abgg": 7, "asylblg": 20, "bafoeg": 3, "ksg": 7, "partg": 4, "stag": 11, "tpg": 5, "vig": 6,
    "oparl_prinzipien": 24, "ctrlaltcoop": 12,
}  # fmt: skip
"""Other texts with successive versions, and how many of their steps are entered, the last ones."""
MERGES = (
    [json.loads(line) for line in (DATA / "merges" / "manifest.jsonl").open(encoding="utf-8")]
    if DATA
    else []
)

OLD = """# Artikel 1

Die Würde des Menschen ist unantastbar.

# Artikel 2

Jeder hat das Recht auf die freie Entfaltung seiner Persönlichkeit.

# Artikel 3

Niemand darf wegen seines Geschlechtes benachteiligt werden.
"""
NEW = """# Artikel 1

Die Würde des Menschen ist unantastbar. Sie zu achten ist Verpflichtung.

# Artikel 2

Jede Person hat das Recht auf die freie Entfaltung ihrer Persönlichkeit.

Die Freiheit der Person ist unverletzlich.

# Artikel 3
"""


def by_paragraph(base, new):
    """One amendment for each paragraph that the new version changes."""
    tracked = compare(base, new, author="a")
    every = passages(base, tracked)
    blocks = groupby(range(len(every)), key=lambda place: every[place].block)
    return [chosen(tracked, every, list(places)) for _, places in blocks]


def enter(base, new):
    amendments = by_paragraph(base, new)
    kept = [unpack_edits(pack_edits(edits_of(base, each))) for each in amendments]
    assert clashes(base, kept) == []
    mixed = amendments[::2] + amendments[1::2]
    assert merge(base, amendments) == merge(base, amendments[::-1]) == merge(base, mixed) == new
    return amendments


def test_an_act_entered_paragraph_by_paragraph(tmp_path):
    for name, text in (("old", OLD), ("new", NEW)):
        (tmp_path / f"{name}.md").write_text(text)
    base, new = (canonical(markdown.document(tmp_path / f"{name}.md")) for name in ("old", "new"))
    assert len(enter(base, new)) == 4


@pytest.mark.parametrize("place", range(max(0, len(LAWS) - 1)))
def test_a_constitutions_amendments_give_its_next_version(place):
    base, new = (canonical(markdown.document(path)) for path in LAWS[place : place + 2])
    if base != new:
        assert enter(base, new)


@pytest.mark.parametrize("name", OTHERS if DATA else ())
def test_acts_and_statutes_of_all_kinds_give_the_next_version(name):
    history = next(each for each in histories() if each[0].parent.name == name)
    texts = [canonical(markdown.document(path)) for path in history]
    steps = [(base, new) for base, new in pairwise(texts) if base != new]
    assert len(steps) >= OTHERS[name]
    for base, new in steps[-OTHERS[name] :]:
        assert enter(base, new)


def test_open_amendments_survive_real_acts_or_are_flagged():
    """What the act after next changes, carried along the next one: there, or nowhere."""
    for first, second in pairwise(pairwise(LAWS)):
        base, moved = (canonical(markdown.document(path)) for path in first)
        wanted = by_paragraph(moved, canonical(markdown.document(second[1])))
        back = [edits_of(moved, each) for each in wanted]
        carried = carry_all(moved, base, wanted, back, [f"a{n}" for n in range(len(wanted))])
        for amendment, made in zip(wanted, carried, strict=True):
            if made is not None:
                assert reject(made) == base
                assert accept(made) == merge(moved, [compare(moved, base), amendment])


def test_real_merges_lose_no_word_that_nobody_deleted():
    for case in MERGES:
        folder = DATA / "merges" / case["id"]
        base, ours, theirs = (
            canonical(markdown.document(folder / f"{name}.md"))
            for name in ("base", "ours", "theirs")
        )
        amendments = [compare(base, ours, author="a1"), compare(base, theirs, author="a2")]
        found = clashes(base, [edits_of(base, each) for each in amendments])
        stuck = {change for clash in found for change in clash.ids[1]}
        every = passages(base, amendments[1])
        free = [n for n, each in enumerate(every) if not stuck & set(each.ids)]
        merged = merge(base, [amendments[0], chosen(amendments[1], every, free)])
        deleted: Counter[str] = Counter()
        for each in amendments:
            for passage in passages(base, each):
                deleted += Counter(re.findall(r"\w+", passage.before))
        assert _words(base) - _words(merged) <= deleted


def _words(doc):
    return Counter(re.findall(r"\w+", plain_text(doc)))
