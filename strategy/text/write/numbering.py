"""The lines of a text as typst sets it: found once, and printed again wherever they stand now."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.metadata import version as installed
from pathlib import Path

from strategy.text import tracked
from strategy.text.lines import Block, Line, LineMap, blocks
from strategy.text.write.fonts import fonts_folder
from strategy.text.write.measuring import divided, measured, runs
from strategy.text.write.normalise import View
from strategy.text.write.paper import Frozen, Paper
from strategy.text.write.tree import Json, attr, clean, kids

ALGORITHM = 2
"""Counts up when the same printed lines would be mapped otherwise."""
GONE = frozenset({"del", "from", "both"})
"""How runs look that a redline has deleted."""


@cache
def version() -> str:
    """What makes the lines: the algorithm's number, typst's version, templates and fonts."""
    seen = sha256()
    here = Path(__file__).parent
    for path in [*sorted(here.glob("*.py")), *sorted((here / "typst").glob("*.typ"))]:
        seen.update(path.name.encode() + path.read_bytes())
    for font in sorted(fonts_folder().glob("*.ttf")):
        seen.update(f"{font.name} {font.stat().st_size}".encode())
    return f"{ALGORITHM} typst-{installed('typst')} {seen.hexdigest()[:12]}"


def line_map(paper: Paper) -> LineMap:
    """The lines of the PDF with continuous line numbers, as offsets in the paper's document.

    Tracked changes that stand in the document are shown in it, and numbered.
    raises  typesetter.UntypesetError
    """
    plain = replace(paper, view=natural_view(paper.doc), comments=(), frozen=None, labels=None)
    tagged = _tagged(plain)
    _, count, words = measured(tagged)
    words = divided(tagged, words)
    spans: dict[int, tuple[str, int, int]] = {}
    for word in words:
        if word.line is not None:
            key, first, last = spans.get(word.line, (word.block, word.offset, 0))
            if key == word.block:
                last = max(last, word.offset + word.length)
                spans[word.line] = (key, min(first, word.offset), last)
    origins = {block.key: _origins(block) for block in blocks(paper.doc) if block.numbered}
    made: list[Line] = []
    for number in range(1, count + 1):
        if number in spans:
            key, first, last = spans[number]
            made.append(Line(number, key, origins[key][first], origins[key][last - 1] + 1))
        elif made:  # without a word: empty, at the end of what stands before
            made.append(Line(number, made[-1].block, made[-1].end, made[-1].end))
        else:
            made.append(Line(number, next(iter(origins)), 0, 0))
    return LineMap(version(), tuple(made))


def natural_view(doc: Json) -> View:
    """How a document is printed unless asked otherwise: with its tracked changes, if it has any."""
    return "marked" if tracked.is_tracked(doc) else "clean"


def labelled(paper: Paper) -> Paper:
    """The paper with the numbers that its frozen lines have, where they stand in it now.

    A printed line gets the number of each frozen line that begins in it. In a redline, deleted
    words do not count. A text that does not end in the frozen one is left to number itself.
    raises  typesetter.UntypesetError
    """
    if paper.frozen is None or paper.lines not in ("continuous", "fifth"):
        return paper
    same = paper.doc == paper.frozen.doc and paper.view == natural_view(paper.doc)
    if not same and tracked.is_tracked(paper.frozen.doc):
        return paper
    tagged = _tagged(replace(paper, labels=None))
    data, count, words = measured(tagged)
    places = {(word.block, word.offset): word.line for word in words}
    ends, printed = [], []
    mass = 0
    for run in runs(data):
        if same or run.get("x") not in GONE:
            for _, _, offset, block, length in run["w"]:
                mass += length
                ends.append(mass)
                printed.append(places.get((block, offset)))
    starts, whole = _starts(paper.frozen)
    if whole != mass:
        return paper
    found: dict[int, list[int]] = {}
    before = 1
    for line, start in zip(paper.frozen.lines.lines, starts, strict=True):
        if line.start < line.end:
            at = bisect_right(ends, start)
            before = (printed[at] if at < len(printed) else None) or before
        elif before + 1 not in printed:
            before += 1
        found.setdefault(before, []).append(line.number)
    return replace(tagged, labels=_labels(found, count, fifth=paper.lines == "fifth"))


def _labels(found: dict[int, list[int]], count: int, *, fifth: bool) -> list[tuple[str, int]]:
    """What stands beside each of `count` printed lines, and as what each is cited."""
    labels: list[tuple[str, int]] = []
    cited = 1
    for printed in range(1, count + 1):
        numbers = found.get(printed, [])
        cited = numbers[-1] if numbers else cited
        if fifth:
            numbers = [number for number in numbers if number % 5 == 0]
        labels.append(("–".join(map(str, dict.fromkeys((*numbers[:1], *numbers[-1:])))), cited))
    return labels


def _tagged(paper: Paper) -> Paper:
    """The paper with the key of each textblock that has numbers in its attribute `line-key`."""
    keys = {id(block.node): block.key for block in blocks(paper.doc) if block.numbered}

    def tagged(node: Json) -> Json:
        if id(node) in keys:
            return node | {"attrs": (node.get("attrs") or {}) | {"line-key": keys[id(node)]}}
        content = kids(node)
        return node | {"content": [tagged(kid) for kid in content]} if content else node

    return replace(paper, doc=tagged(paper.doc))


def _seen(block: Block) -> Iterator[tuple[int, bool]]:
    """The characters of a block that are set: offset in its text, and whether it is a blank."""
    offset = 0
    for node in kids(block.node):
        if node["type"] == "text":
            for place, letter in enumerate(node["text"], offset):
                shown = clean(letter)
                if shown:
                    yield place, shown.isspace()
            offset += len(node["text"])
        else:
            labelled = node["type"] in ("mention", "cross_ref")
            if not labelled or clean(attr(node, "label", "")).strip():
                yield offset, False
            offset += 1


def _origins(block: Block) -> list[int]:
    """For each character of the block as it is set, its offset in the document's block."""
    return [offset for offset, _ in _seen(block)]


def _starts(frozen: Frozen) -> tuple[list[int], int]:
    """How many characters that are no blanks stand before each frozen line, and how many in all."""
    before: dict[str, tuple[int, list[int]]] = {}
    mass = 0
    for block in blocks(frozen.doc):
        if block.numbered:
            seen = [offset for offset, is_blank in _seen(block) if not is_blank]
            before[block.key] = (mass, seen)
            mass += len(seen)
    starts = []
    for line in frozen.lines.lines:
        ahead, seen = before[line.block]
        starts.append(ahead + bisect_left(seen, line.start))
    return starts, mass
