"""Which blocks between two equal ones are the same block, edited, split or joined."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from strategy.text import schema
from strategy.text.compare_align import heaviest
from strategy.text.positions import plain_text

Document = dict[str, Any]

LEAST_ALIKE = 0.45
"""Share of common words from which a block among several counts as an edit of another one."""
LEAST_ALIKE_ALONE = 0.3
"""The same where one block stands against one: there is nothing else that it could be."""
MORE_FOR_ANOTHER_TYPE = 0.15
"""What is added to these where a paragraph would become a heading, or a list another list."""
LEAST_KNOWN = 0.15
"""The same for two blocks that carry the same id."""
LEAST_TAKEN_OVER = 0.7
"""Share of a block's words that must come from the other side for a split or a join."""
MOST_EACH = 400
"""Product of two numbers of blocks up to which each is held against each."""
MOST_COMMON = 8
"""In longer gaps, a word that stands in more blocks than this says nothing about any of them."""
MOST_CANDIDATES = 4

_WORD = re.compile(r"\w+")

_GROUPS = {
    "paragraph": "text", "heading": "text", "caption": "caption",
    "bullet_list": "list", "ordered_list": "list", "list_item": "item",
    "blockquote": "quote", "motion": "quote", "figure": "figure",
    "table": "table", "table_row": "row", "table_cell": "cell", "table_header": "cell",
}  # fmt: skip


@dataclass(frozen=True)
class Alike:
    """Blocks [old_start, old_end) became [new_start, new_end): one block on one side at least."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def group_of(block: Document) -> str | None:
    """Blocks of the same group can become one another; None: such a block is kept or replaced."""
    return _GROUPS.get(block["type"])


def words_of(block: Document) -> list[str]:
    """The words of a block in their order; a picture counts as one."""
    if "text" in block:
        return _WORD.findall(block["text"])
    if block["type"] == "image":
        return [block["attrs"]["file"]]
    return [word for child in block.get("content", ()) for word in words_of(child)]


def keeps_rows(old: Document, new: Document) -> bool:
    """Whether two tables have the same cells in the same rows."""
    rows = [[len(row.get("content", ())) for row in table["content"]] for table in (old, new)]
    return rows[0] == rows[1]


def has_tall_cells(table: Document) -> bool:
    """Whether a cell reaches over several rows, so that rows cannot come and go by themselves."""
    return any(
        cell["attrs"]["rowspan"] > 1 for row in table["content"] for cell in row.get("content", ())
    )


def _columns(table: Document) -> set[int]:
    return {
        sum(cell["attrs"]["colspan"] for cell in row.get("content", ())) for row in table["content"]
    }


def _fits(old: Document, new: Document) -> bool:
    """Whether one block can have become the other without tearing it apart."""
    group = group_of(old)
    if group is None or group != group_of(new):
        return False
    if group == "row":
        return len(old.get("content", ())) == len(new.get("content", ()))
    if group == "table":
        if keeps_rows(old, new):
            return True
        tall = has_tall_cells(old) or has_tall_cells(new)
        return not tall and len(_columns(old) | _columns(new)) == 1
    if group == "figure":
        files = [figure["content"][0]["attrs"]["file"] for figure in (old, new)]
        return bool(files[0] == files[1])
    return True


class _Side:
    """The blocks of one side of a gap with what is asked of them more than once."""

    def __init__(self, blocks: Sequence[Document], moved: set[int]):
        self.blocks = blocks
        self.moved = moved
        self.words = [words_of(block) for block in blocks]
        self.sets = [frozenset(words) for words in self.words]

    def identity(self, index: int) -> str | None:
        identity: str | None = self.blocks[index].get("attrs", {}).get("id")
        return identity

    def may_join(self, index: int) -> bool:
        joinable = self.blocks[index]["type"] in schema.JOINABLE
        return joinable and index not in self.moved and len(self.words[index]) > 1

    def pairs(self, index: int) -> frozenset[tuple[str, str]]:
        words = self.words[index]
        return frozenset(pairwise(words))

    def is_joinable(self, start: int, end: int) -> bool:
        return all(
            self.blocks[index]["type"] in schema.JOINABLE and index not in self.moved
            for index in range(start, end)
        )

    def text(self, start: int, end: int) -> str:
        """What the blocks say as one, without the blanks that a break may swallow."""
        return "".join("".join(plain_text(each).split()) for each in self.blocks[start:end])


def alike(
    old: Sequence[Document], new: Sequence[Document], moved: tuple[set[int], set[int]]
) -> list[Alike]:
    """The blocks of two lists that are edits of one another, in order.

    moved   the indices in both lists that are spoken for: their equals stand elsewhere
    """
    if not old or not new:
        return []
    one, other = _Side(old, moved[0]), _Side(new, moved[1])
    weighed = []
    for first, second in _candidates(one, other):
        weight = _weight(one, first, other, second)
        if weight:
            weighed.append((first, second, weight))
    return _stretched(heaviest(weighed, len(new)), one, other)


def _candidates(one: _Side, other: _Side) -> Iterator[tuple[int, int]]:
    firsts = [index for index in range(len(one.blocks)) if index not in one.moved]
    seconds = [index for index in range(len(other.blocks)) if index not in other.moved]
    if len(firsts) * len(seconds) <= MOST_EACH:
        yield from ((first, second) for first in firsts for second in seconds)
        return
    places: dict[str, list[int]] = defaultdict(list)
    for second in seconds:
        for word in other.sets[second]:
            places[word].append(second)
        identity = other.identity(second)
        if identity:
            places["#" + identity].append(second)
    for first in firsts:
        shared: Counter[int] = Counter()
        for word in (*one.sets[first], f"#{one.identity(first)}"):
            found = places.get(word, ())
            if len(found) <= MOST_COMMON:
                shared.update(found)
        yield from ((first, second) for second, _ in shared.most_common(MOST_CANDIDATES))


def _weight(one: _Side, first: int, other: _Side, second: int) -> float:
    """How alike two blocks are, from 0 to 2; 0 if they are not the same block."""
    if not _fits(one.blocks[first], other.blocks[second]):
        return 0
    known = one.identity(first) is not None and one.identity(first) == other.identity(second)
    alone = len(one.blocks) == len(other.blocks) == 1
    least = LEAST_KNOWN if known else LEAST_ALIKE_ALONE if alone else LEAST_ALIKE
    if one.blocks[first]["type"] != other.blocks[second]["type"]:
        least += MORE_FOR_ANOTHER_TYPE
    share = _share(one.sets[first], other.sets[second])
    return share + known if share >= least else 0


def _share(before: frozenset[str], after: frozenset[str]) -> float:
    total = len(before) + len(after)
    return 2 * len(before & after) / total if total else 1.0


def _stretched(pairs: list[tuple[int, int]], one: _Side, other: _Side) -> list[Alike]:
    """The pairs, with neighbours that were split off or joined on."""
    made = []
    ends = (0, 0)
    for at, (first, second) in enumerate(pairs):
        after = pairs[at + 1] if at + 1 < len(pairs) else (len(one.blocks), len(other.blocks))
        span = (first, first + 1, second, second + 1)
        if one.may_join(first) and other.may_join(second):
            start, end = _taken((one, first), other, second, (ends[1], after[1]))
            if end - start > 1:
                span = (first, first + 1, start, end)
            else:
                start, end = _taken((other, second), one, first, (ends[0], after[0]))
                span = (start, end, second, second + 1)
        ends = (span[1], span[3])
        made.append(Alike(*span))
    return made


def _taken(
    block: tuple[_Side, int], parts: _Side, part: int, room: tuple[int, int]
) -> tuple[int, int]:
    """Which neighbours of `part`, within the room, also come from the block of the other side."""
    start, end = part, part + 1
    whole = block[0].pairs(block[1])

    def comes_from_it(index: int) -> bool:
        if not parts.may_join(index):
            return False
        pairs = parts.pairs(index)
        return len(pairs & whole) >= LEAST_TAKEN_OVER * len(pairs)

    while end < room[1] and comes_from_it(end):
        end += 1
    while start > room[0] and comes_from_it(start - 1):
        start -= 1
    # One word alone says nothing of where it comes from, unless with it nothing is missing.
    said = block[0].text(block[1], block[1] + 1)
    for first, last in ((start, end + 1), (start - 1, end)):
        inside = room[0] <= first and last <= room[1]
        if inside and parts.is_joinable(first, last) and parts.text(first, last) == said:
            return first, last
    return start, end
