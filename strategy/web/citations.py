"""Amendments as people cite them: by line and words, in the language of the request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from flask_babel import gettext

from strategy.catalog import later
from strategy.text.amending import Passage

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


class Lines(Protocol):
    """Where positions of a revision stand, in lines of its PDF."""

    def of(self, start: int, end: int) -> tuple[int, int] | None:
        """First and last line of the positions [start, end); None if they are in no line."""


def cite(passage: Passage, lines: Lines | None = None) -> str:
    """A passage as a sentence: In Zeile 17 wird „…“ durch „…“ ersetzt."""
    facts = {
        "where": where(passage, lines),
        "before": _short(passage.before),
        "after": _short(passage.after),
        "left": passage.left,
    }
    said = SAID.get(passage.kind, SAID["format"])
    if passage.is_block and passage.kind in WHOLE:
        said = WHOLE[passage.kind]
    elif passage.kind == "insertion" and not passage.left:
        said = AT_THE_BEGINNING
    return str(gettext(said, **facts))


def where(passage: Passage, lines: Lines | None = None) -> str:
    """Its place: "In Zeile 17–19", "Nach Zeile 19"; by paragraph where no lines are known."""
    is_between = passage.blocks == 0
    found = lines.of(passage.start, passage.end) if lines else None
    if is_between:
        if passage.block == 0:
            return str(gettext("At the beginning"))
        if found is not None:
            return str(gettext("After line %(line)s", line=found[0]))
        return str(gettext("After paragraph %(number)s", number=passage.block))
    if found is None:
        first, last = passage.block + 1, passage.block + passage.blocks
        if first == last:
            return str(gettext("In paragraph %(number)s", number=first))
        return str(gettext("In paragraphs %(first)s–%(last)s", first=first, last=last))
    if found[0] == found[1]:
        return str(gettext("In line %(line)s", line=found[0]))
    return str(gettext("In lines %(first)s–%(last)s", first=found[0], last=found[1]))


def first_line(every: Iterable[Passage], lines: Lines | None) -> int | None:
    """The first line that any of the passages touches."""
    found = [lines.of(each.start, each.end) for each in every] if lines else []
    return min((each[0] for each in found if each), default=None)


def name(number: str, every: Iterable[Passage], lines: Lines | None, otherwise: str) -> str:
    """By what it is called: 2026/041-Ä-Z17; where no lines are known, 2026/041-Ä1."""
    line = first_line(every, lines)
    return f"{number}-Ä-Z{line}" if line is not None else f"{number}-{otherwise}"


def clash_words(wanted: str) -> str:
    """What one side of a collision wants to stand there, in quotes."""
    words = _short(wanted, SHORT)
    return str(gettext("“%(words)s”", words=words) if words else gettext("to delete it"))


def _short(words: str, most: int = LONGEST) -> str:
    folded = " ".join(words.split())
    return folded if len(folded) <= most else folded[: most - 1] + "…"
