"""Two documents -> one tracked document that shows what differs.

For all documents without open suggestions:

- `reject(compare(old, new)) == old` and `accept(compare(old, new)) == new`, in canonical form;
- `compare(old, old)` has no mark.

Blocks are aligned first, words within paired blocks second, marks and attributes third. Open
suggestions in either document are left aside, as if they had been rejected.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from strategy.text import compare_words, tracked
from strategy.text.compare_align import aligned
from strategy.text.compare_pairs import Alike, alike, group_of, has_tall_cells
from strategy.text.compare_words import marked, modified
from strategy.text.fingerprint import canonical
from strategy.text.positions import plain_text

Document = dict[str, Any]

LEAST_MOVED = 2
"""Words that a block must have to be called moved: "(weggefallen)" twice is a coincidence."""

_IDENTITY = re.compile(rb'"id":(?:"[^"]*"|null)')
_WORD = re.compile(r"\w+")


def compare(old: Document, new: Document, *, author: str = "Vorlauf") -> Document:
    """Show what `new` changes in `old`.

    author  the first part of the changes' ids, "author:number"; [A-Za-z0-9_.-]{1,80}
    returns a tracked document in canonical form, that shares its unchanged parts with `new`
    """
    before, after = _plain(old), _plain(new)
    redline = _Redline(author)
    made = {**after, "content": redline.blocks(before["content"], after["content"])}
    if before["attrs"] != after["attrs"]:
        made = modified(made, redline.new_id(), {"attrs": before["attrs"]})
    redline.name_moves()
    return made


def _plain(doc: Document) -> Document:
    packed = orjson.dumps(doc)
    if any(name in packed for name in (b'"insertion"', b'"deletion"', b'"modification"')):
        return tracked.reject(doc)
    return canonical(doc)


def _key(block: Document) -> bytes:
    """What the block says, apart from its identity."""
    return _IDENTITY.sub(b"", orjson.dumps(block, option=orjson.OPT_SORT_KEYS))


@dataclass
class _Redline:
    author: str
    count: int = 0
    gone: dict[bytes, list[Document]] = field(default_factory=lambda: defaultdict(list))
    come: dict[bytes, list[Document]] = field(default_factory=lambda: defaultdict(list))

    def new_id(self) -> str:
        self.count += 1
        return f"{self.author}:{self.count}"

    # Blocks

    def blocks(self, old: Sequence[Document], new: Sequence[Document]) -> list[Document]:
        """The children of two nodes of the same kind as one list."""
        keys_old, keys_new = [_key(block) for block in old], [_key(block) for block in new]
        runs = aligned(keys_old, keys_new)
        left_old, left_new = set(range(len(old))), set(range(len(new)))
        for start_old, start_new, length in runs:
            left_old.difference_update(range(start_old, start_old + length))
            left_new.difference_update(range(start_new, start_new + length))
        moved = {keys_old[at] for at in left_old} & {keys_new[at] for at in left_new}
        made: list[Document] = []
        at_old = at_new = 0
        for start_old, start_new, length in [*runs, (len(old), len(new), 0)]:
            if start_old > at_old or start_new > at_new:
                spans = slice(at_old, start_old), slice(at_new, start_new)
                elsewhere = (
                    {at for at, key in enumerate(keys_old[spans[0]]) if key in moved},
                    {at for at, key in enumerate(keys_new[spans[1]]) if key in moved},
                )
                made += self._gap(old[spans[0]], new[spans[1]], elsewhere)
            for step in range(length):
                was, now = old[start_old + step], new[start_new + step]
                made.append(now if was == now else self._pair(was, now))
            at_old, at_new = start_old + length, start_new + length
        return made

    def _gap(
        self,
        old: Sequence[Document],
        new: Sequence[Document],
        moved: tuple[set[int], set[int]],
    ) -> list[Document]:
        """What lies between equal blocks: alike ones are paired, the rest goes and comes."""
        made: list[Document] = []
        at_old = at_new = 0
        for match in [*alike(old, new, moved), Alike(len(old), len(old), len(new), len(new))]:
            made += [self._whole(block, "deletion") for block in old[at_old : match.old_start]]
            made += [self._whole(block, "insertion") for block in new[at_new : match.new_start]]
            at_old, at_new = match.old_end, match.new_end
            was, now = old[match.old_start : at_old], new[match.new_start : at_new]
            if len(was) == len(now) == 1:
                made.append(self._pair(was[0], now[0]))
            elif was:
                made += self._textblocks(was, now)
        return made

    def _whole(self, block: Document, kind: str) -> Document:
        made = marked(block, kind, self.new_id())
        if len(_WORD.findall(plain_text(block))) >= LEAST_MOVED:
            sides = self.gone if kind == "deletion" else self.come
            sides[_key(block)].append(made["marks"][-1]["attrs"])
        return made

    def name_moves(self) -> None:
        """What went in one place and came in another was moved."""
        number = 0
        for key, left in self.gone.items():
            for was, now in zip(left, self.come.get(key, ()), strict=False):
                number += 1
                was["move"] = now["move"] = f"m{number}"

    def _pair(self, old: Document, new: Document) -> Document:
        """Two blocks that are alike as one."""
        group = group_of(old)
        if group in ("text", "caption"):
            return self._textblocks([old], [new])[0]
        if group == "figure":
            return self._figure(old, new)
        before, after = old.get("content", []), new.get("content", [])
        by_place = group == "row" or (group == "table" and has_tall_cells(old))
        if by_place or (group == "table" and has_tall_cells(new)):
            content = [self._pair(was, now) for was, now in zip(before, after, strict=True)]
        else:
            content = self.blocks(before, after)
        return self._remarked(old, new, content)

    def _remarked(self, old: Document, new: Document, content: list[Document]) -> Document:
        """The new block with this content, and its former type and attributes if they differ."""
        made = {**new, "content": content} if content else new
        was, now = _markup(old), _markup(new)
        return made if was == now else modified(made, self.new_id(), was)

    def _textblocks(self, old: Sequence[Document], new: Sequence[Document]) -> list[Document]:
        """Textblocks as one line of words; one that was split or joined has several."""
        before, after = ([block.get("content", []) for block in side] for side in (old, new))
        if before == after:
            return [self._remarked(old[0], new[0], new[0].get("content", []))]
        lines = compare_words.line_of(before), compare_words.line_of(after)
        parts = compare_words.compared(*lines, self.new_id)
        breaks = new if len(new) > 1 else old
        change = "insertion" if len(new) > 1 else "deletion"
        made = []
        for number, (content, broken) in enumerate(parts):
            block = breaks[number] if number else self._remarked(old[0], new[0], [])
            block = {key: value for key, value in block.items() if key != "content"}
            if content:
                block["content"] = content
            if broken is not None:
                end = {"change": change, "id": broken}
                block["attrs"] = {**block["attrs"], "end": end}
            made.append(block)
        return made

    def _figure(self, old: Document, new: Document) -> Document:
        content = [self._remarked(old["content"][0], new["content"][0], [])]
        captions = old["content"][1:], new["content"][1:]
        if all(captions):
            content += self._textblocks(*captions)
        else:
            content += [self._whole(block, "deletion") for block in captions[0]]
            content += [self._whole(block, "insertion") for block in captions[1]]
        return self._remarked(old, new, content)


def _markup(block: Document) -> Document:
    """A block's type and attributes, apart from `end`, which has a history of its own."""
    if "attrs" not in block:
        return {"type": block["type"]}
    attrs = {key: value for key, value in block["attrs"].items() if key != "end"}
    return {"type": block["type"], "attrs": attrs}
