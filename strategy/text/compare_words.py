"""Two lines of inline content -> one, in which the words that differ are marked."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import orjson

from strategy.text.compare_align import aligned
from strategy.text.fingerprint import joined
from strategy.text.positions import plain_text

Document = dict[str, Any]
NewId = Callable[[], str]

TOKEN = re.compile(
    r"\d+(?:[.,:]\d+)+"  # 1.250,50 and 12.9.2026 are one number
    r"|[\w\u0300-\u036f\u00ad]+(?:[-‐’':*/·][\w\u0300-\u036f\u00ad]+)*"  # compounds, Mitglied:innen
    r"|\s+"
    r"|[\U00010000-\U0010ffff\u200d\ufe0f]+"  # an emoji stays whole
    r"|.",
    re.DOTALL,
)
BREAK = "\x01"
"""Stands for the end of a textblock in a line of several; text never holds it."""
_ATOM = "\x02"

MOST_WORDS_BETWEEN = 5
"""Words that stayed between two changes are shown as changed too, if they are at most this many
and the changes on both sides are longer: islands in a rewritten sentence only disturb."""
LEAST_ALIKE = 0.4
"""Share of common words below which a footnote is replaced, not edited."""

_WORD = re.compile(r"\w+")
Run = tuple[int, int, Document | None]
"""(start, end, node): offsets count characters; an atom counts as one, and a break, whose node is
None, does too."""
Change = tuple[int, int, int, int]
"""(start, end) in the old line's tokens, (start, end) in the new line's; either may be empty."""


@dataclass(frozen=True)
class Line:
    """Inline content as tokens, with the offset at which each begins (and one more, the length),
    and as the runs of its nodes."""

    tokens: list[str]
    offsets: list[int]
    runs: list[Run]

    def run_at(self, offset: int) -> int:
        """Which run stands at an offset."""
        return bisect_right(self.runs, offset, key=itemgetter(0)) - 1


def line_of(blocks: list[list[Document]]) -> Line:
    """The contents of one or more textblocks as one line, with a break between two blocks."""
    tokens: list[str] = []
    runs: list[Run] = []
    at = 0
    text = ""
    for number, content in enumerate(blocks):
        if number:
            tokens += TOKEN.findall(text)
            tokens.append(BREAK)
            text = ""
            runs.append((at, at + 1, None))
            at += 1
        for node in content:
            words = node.get("text")
            if words is None:
                tokens += TOKEN.findall(text)
                tokens.append(_symbol(node))
                text = ""
                runs.append((at, at + 1, node))
                at += 1
            else:
                text += words
                runs.append((at, at + len(words), node))
                at += len(words)
    tokens += TOKEN.findall(text)
    offsets = [0]
    at = 0
    for token in tokens:
        at += 1 if token[0] < "\x03" else len(token)
        offsets.append(at)
    return Line(tokens, offsets, runs)


def _symbol(node: Document) -> str:
    if node["type"] == "footnote":  # edited footnotes are compared inside
        return _ATOM + "footnote"
    marked = {key: value for key, value in node.items() if key != "marks"}
    return _ATOM + orjson.dumps(marked, option=orjson.OPT_SORT_KEYS).decode()


def compared(old: Line, new: Line, new_id: NewId) -> list[tuple[list[Document], str | None]]:
    """The two lines as one: for each textblock its marked content, and the change of its end.

    new_id  gives the next change its id
    returns (content, id of the change that made or removed this block's end), None for the last
    """
    out = _Output(old, new, new_id)
    at_old = at_new = 0
    for change in readable(old, new):
        out.same(at_old, change[0], at_new)
        out.changed(change)
        _, at_old, _, at_new = change
    out.same(at_old, len(old.tokens), at_new)
    return [*out.blocks, (joined(out.content), None)]


class _Output:
    def __init__(self, old: Line, new: Line, new_id: NewId):
        self.old, self.new, self.new_id = old, new, new_id
        self.blocks: list[tuple[list[Document], str | None]] = []
        self.content: list[Document] = []

    def same(self, start_old: int, end_old: int, start_new: int) -> None:
        """The same words on both sides, perhaps with other marks."""
        if start_old == end_old:
            return
        old, new = self.old, self.new
        at, end = old.offsets[start_old], old.offsets[end_old]
        shift = new.offsets[start_new] - at
        was, now = old.run_at(at), new.run_at(at + shift)
        change: list[str] = []
        while at < end:
            old_end, new_end = old.runs[was][1], new.runs[now][1] - shift
            cut = min(old_end, new_end, end)
            self._one(old.runs[was], new.runs[now], at + shift, cut - at, change)
            was, now = was + (cut == old_end), now + (cut == new_end)
            at = cut

    def _one(self, was: Run, now: Run, start: int, length: int, change: list[str]) -> None:
        old_node, new_node = was[2], now[2]
        if old_node is None or new_node is None:
            raise AssertionError("a break stands on one side only")
        made = new_node
        if "text" in new_node:
            if length != now[1] - now[0]:
                made = {**new_node, "text": new_node["text"][start - now[0] :][:length]}
        elif new_node["type"] == "footnote" and old_node != new_node:
            self.content += self._footnote(old_node, new_node)
            return
        if old_node.get("marks") != new_node.get("marks"):
            if not change:
                change.append(self.new_id())
            made = modified(made, change[0], {"marks": old_node.get("marks", [])})
        self.content.append(made)

    def _footnote(self, old: Document, new: Document) -> list[Document]:
        before, after = (set(_WORD.findall(plain_text(node))) for node in (old, new))
        if 2 * len(before & after) < LEAST_ALIKE * (len(before) + len(after)):
            change = self.new_id()
            return [marked(old, "deletion", change), marked(new, "insertion", change)]
        inside = [line_of([node.get("content", [])]) for node in (old, new)]
        content = compared(inside[0], inside[1], self.new_id)[0][0]
        made = {key: value for key, value in new.items() if key != "content"}
        if content:
            made["content"] = content
        former = {key: old.get(key) for key in ("attrs",) if old.get(key) != new.get(key)}
        if old.get("marks") != new.get("marks"):
            former["marks"] = old.get("marks", [])
        return [modified(made, self.new_id(), former) if former else made]

    def changed(self, span_of_both: Change) -> None:
        """What was there goes, then comes what is there now; both are one change."""
        change = self.new_id()
        start_old, end_old, start_new, end_new = span_of_both
        for line, start, end, kind in (
            (self.old, start_old, end_old, "deletion"),
            (self.new, start_new, end_new, "insertion"),
        ):
            span = line.offsets[start], line.offsets[end]
            if start == end:
                continue
            for run_start, _end, node in line.runs[line.run_at(span[0]) :]:
                if run_start >= span[1]:
                    break
                if node is None:
                    self.blocks.append((joined(self.content), change))
                    self.content = []
                elif "text" in node:
                    cut = node["text"][max(span[0] - run_start, 0) : span[1] - run_start]
                    self.content.append(marked({**node, "text": cut}, kind, change))
                else:
                    self.content.append(marked(node, kind, change))


def marked(node: Document, kind: str, change: str) -> Document:
    """The node with a mark that it was inserted or deleted."""
    mark = {"type": kind, "attrs": {"id": change, "move": None}}
    return {**node, "marks": [*node.get("marks", ()), mark]}


def modified(node: Document, change: str, before: Document) -> Document:
    """The node with a mark that says what its markup was before."""
    mark = {"type": "modification", "attrs": {"id": change, "before": before}}
    return {**node, "marks": [*node.get("marks", ()), mark]}


# Which words count as changed


def readable(old: Line, new: Line) -> list[Change]:
    """The changes between two lines: whole words, no islands, edges where words begin."""
    changes = _between(aligned(old.tokens, new.tokens), len(old.tokens), len(new.tokens))
    count = 0
    while count != len(changes):
        count = len(changes)
        changes = _without_islands(changes, old, new)
    for at, change in enumerate(changes):
        before = changes[at - 1] if at else (0, 0, 0, 0)
        after = changes[at + 1] if at + 1 < count else (len(old.tokens), 0, len(new.tokens), 0)
        changes[at] = _slid(change, old.tokens, new.tokens, before, after)
    return changes


def _between(runs: list[tuple[int, int, int]], length_old: int, length_new: int) -> list[Change]:
    changes = []
    at_old = at_new = 0
    for start_old, start_new, length in [*runs, (length_old, length_new, 0)]:
        if start_old > at_old or start_new > at_new:
            changes.append((at_old, start_old, at_new, start_new))
        at_old, at_new = start_old + length, start_new + length
    return changes


def _without_islands(changes: list[Change], old: Line, new: Line) -> list[Change]:
    made = changes[:1]
    for change in changes[1:]:
        last = made[-1]
        if _is_island(last, change, old, new):
            made[-1] = (last[0], change[1], last[2], change[3])
        else:
            made.append(change)
    return made


def _is_island(first: Change, second: Change, old: Line, new: Line) -> bool:
    """Whether the words between two changes are better shown as changed too."""
    gone = first[1] > first[0] or second[1] > second[0]
    come = first[3] > first[2] or second[3] > second[2]
    if not (gone and come):
        return False
    between = old.tokens[first[1] : second[0]]
    if len(between) > 3 * MOST_WORDS_BETWEEN or any(token[0] < "\x03" for token in between):
        return False
    words = sum(token[0].isalnum() for token in between)
    weight = sum(len(token) for token in between if not token[0].isspace())
    if words > MOST_WORDS_BETWEEN:
        return False
    return weight <= min(_size(first, old, new), _size(second, old, new))


def _size(change: Change, old: Line, new: Line) -> int:
    gone = old.offsets[change[1]] - old.offsets[change[0]]
    return max(gone, new.offsets[change[3]] - new.offsets[change[2]])


def _slid(change: Change, old: list[str], new: list[str], before: Change, after: Change) -> Change:
    """The same change, begun and ended where a reader would: at a sentence, at a word."""
    start_old, end_old, start_new, end_new = change
    if start_old < end_old and start_new < end_new:
        return change
    tokens, start, end = (
        (old, start_old, end_old) if start_old < end_old else (new, start_new, end_new)
    )
    left = 0
    room = min(start_old - before[1], start_new - before[3])
    while left < room and tokens[start - left - 1] == tokens[end - left - 1]:
        left += 1
    right = 0
    room = min(after[0] - end_old, after[2] - end_new)
    while right < room and tokens[start + right] == tokens[end + right]:
        right += 1
    shift = max(
        range(-left, right + 1),
        key=lambda by: (_edge(tokens, start + by) + _edge(tokens, end + by), by),
    )
    return start_old + shift, end_old + shift, start_new + shift, end_new + shift


def _edge(tokens: list[str], at: int) -> int:
    """How natural it is that a change begins or ends before this token."""
    if at == 0 or at == len(tokens):
        return 6
    before, here = tokens[at - 1], tokens[at]
    if before[0] < "\x03" or here[0] < "\x03":
        return 5
    if before.isspace():
        return 5 if at > 1 and tokens[at - 2] in ".!?:;" else 4
    if here.isspace():
        return 3
    return 2 if not (before[0].isalnum() and here[0].isalnum()) else 0
