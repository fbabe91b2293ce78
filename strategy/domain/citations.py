"""Amendments as people cite them: by line and words, in a language."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session as Db

from strategy.catalog import later, say
from strategy.domain import lines, revisions
from strategy.domain.merging import Collision
from strategy.store.papers import Paper
from strategy.text.amending import Passage
from strategy.text.fingerprint import canonical
from strategy.text.lines import Ruled

Doc = dict[str, Any]

LONGEST = 300
"""Characters of a passage that a citation quotes; the whole stands in the redline beside it."""
SHORT = 90

SAID = {
    "replacement": later("%(where)s, “%(before)s” is replaced by “%(after)s”."),
    "deletion": later("%(where)s, “%(before)s” is deleted."),
    "insertion": later("%(where)s, “%(after)s” is inserted after “%(left)s”."),
    "move": later("%(where)s, “%(before)s” is moved to another place."),
    "format": later("%(where)s, the format of “%(after)s” is changed."),
    "split": later("%(where)s, the paragraph is split in two."),
    "join": later("%(where)s, the paragraph is joined with the next one."),
}
AT_THE_BEGINNING = later("%(where)s, “%(after)s” is inserted at the beginning.")
WHOLE = {
    "insertion": later("%(where)s, this is inserted: “%(after)s”."),
    "deletion": later("%(where)s, the paragraph “%(before)s” is deleted."),
}


def ruled(db: Db, paper: Paper, number: int, base: Doc, *, freeze: bool) -> Ruled | None:
    """The lines of the tabled text that amendments change; None where they are not there.

    base    the text as amendments see it: one with suggestions in it is cited by paragraphs
    freeze  whether lines that are not there yet are made now: not where a transaction writes
    """
    found = lines.find(db, paper, number)
    if found is None and freeze:
        found = lines.shown(db, paper, number)
    if found is None:
        return None
    doc = json.loads(revisions.find(db, paper, number).doc)
    return Ruled(base, found) if canonical(doc) == base else None


def cite(passage: Passage, text: Ruled | None, lang: str) -> str:
    """A passage as a sentence: In Zeile 17 wird „…“ durch „…“ ersetzt."""
    facts = {
        "where": where(passage, text, lang),
        "before": _short(passage.before),
        "after": _short(passage.after),
        "left": passage.left,
    }
    said = SAID.get(passage.kind, SAID["format"])
    if passage.is_block and passage.kind in WHOLE:
        said = WHOLE[passage.kind]
    elif passage.kind == "insertion" and not passage.left:
        said = AT_THE_BEGINNING
    return say(lang, said, **facts)


def where(passage: Passage, text: Ruled | None, lang: str) -> str:
    """Its place: "In Zeile 17–19", "Nach Zeile 19"; by paragraph where no lines are known."""
    place = text.place(passage.start, passage.end) if text else None
    if passage.blocks == 0 and passage.block == 0:
        return say(lang, "At the beginning")
    if place is not None and place.first:
        if passage.blocks == 0 or place.relation == "after":
            return say(lang, "After line %(line)s", line=place.last)
        if place.first == place.last:
            return say(lang, "In line %(line)s", line=place.first)
        return say(lang, "In lines %(first)s–%(last)s", first=place.first, last=place.last)
    if passage.blocks == 0:
        return say(lang, "After paragraph %(number)s", number=passage.block)
    first, last = passage.block + 1, passage.block + passage.blocks
    if first == last:
        return say(lang, "In paragraph %(number)s", number=first)
    return say(lang, "In paragraphs %(first)s–%(last)s", first=first, last=last)


def names(
    number: str, every: Mapping[str, Sequence[Passage]], text: Ruled | None
) -> dict[str, str]:
    """What amendments are called by their first line: 2026/041-Ä-Z17, the next one there -2.

    every   by their numbers (Ä1), in their order
    returns by their numbers; where no lines are known, 2026/041-Ä1
    """
    made: dict[str, str] = {}
    count: Counter[int] = Counter()
    for short, passages in every.items():
        places = [text.place(each.start, each.end).first for each in passages] if text else []
        line = min((each for each in places if each), default=0)
        count[line] += 1
        again = f"-{count[line]}" if count[line] > 1 else ""
        made[short] = f"{number}-Ä-Z{line}{again}" if line else f"{number}-{short}"
    return made


def clash_place(clash: Collision, text: Ruled | None, lang: str) -> str:
    """Where two amendments collide: Zeile 17; "" where no lines are known."""
    place = text.place(clash.start, clash.end) if text else None
    return lines.cite(place, lang) if place is not None and place.first else ""


def clash_words(wanted: str, lang: str) -> str:
    """What one side of a collision wants to stand there, in quotes."""
    words = _short(wanted, SHORT)
    return say(lang, "“%(words)s”", words=words) if words else say(lang, "to delete it")


def _short(words: str, most: int = LONGEST) -> str:
    folded = " ".join(words.split())
    return folded if len(folded) <= most else folded[: most - 1] + "…"
