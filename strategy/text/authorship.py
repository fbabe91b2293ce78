"""Who wrote which passage: every replaced range belongs to who replaced it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from strategy.text.carry import ranges
from strategy.text.positions import node_size

Document = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """Positions start..end (ProseMirror's, start < end) that `author` wrote; "": the beginning."""

    start: int
    end: int
    author: str


def authorship(first: Document, log: Iterable[tuple[dict[str, Any], str]]) -> list[Run]:
    """The runs of the text after `log`, in order, without gaps.

    first   the document that the log begins at; its text belongs to ""
    log     (step as ProseMirror writes it, author) in order
    """
    runs = _Runs(sum(node_size(child) for child in first.get("content", ())))
    for step, author in log:
        shift = 0
        for start, old, new in ranges(step):
            runs.delete(start + shift, old)
            runs.insert(start + shift, new, author)
            shift += new - old
    return list(runs.merged())


MOST_IN_BUCKET = 256
"""Runs that are kept in one list: finding one takes the square root of how many there are."""


class _Runs:
    """Lengths with their authors, in lists of bounded size."""

    def __init__(self, length: int):
        self.buckets: list[list[tuple[int, str]]] = [[(length, "")]]
        self.totals = [length]

    def _find(self, at: int, *, end: bool) -> tuple[int, int, int]:
        """The list, the run in it, and how far inside; `end`: a run's end counts as inside."""
        last = len(self.buckets) - 1
        for number, total in enumerate(self.totals):
            if at < total or (at == total and (end or number == last)):
                break
            at -= total
        place = 0
        for index, (length, _) in enumerate(self.buckets[number]):
            place = index
            if at < length or (at == length and end):
                break
            at -= length
        return number, place, at

    def insert(self, at: int, length: int, author: str) -> None:
        """Put a run of `author` at a position."""
        if not length:
            return
        number, index, inside = self._find(at, end=True)
        bucket = self.buckets[number]
        self.totals[number] += length
        if not bucket:
            bucket.append((length, author))
            return
        size, name = bucket[index]
        if name == author:
            bucket[index] = (size + length, author)
            return
        pieces = [(inside, name), (length, author), (size - inside, name)]
        bucket[index : index + 1] = [piece for piece in pieces if piece[0]]
        if len(bucket) > MOST_IN_BUCKET:
            half = len(bucket) // 2
            self.buckets[number : number + 1] = [bucket[:half], bucket[half:]]
            sizes = [sum(size for size, _ in part) for part in self.buckets[number : number + 2]]
            self.totals[number : number + 1] = sizes

    def delete(self, at: int, length: int) -> None:
        """Take away what stands from a position on."""
        while length > 0:
            number, index, inside = self._find(at, end=False)
            bucket = self.buckets[number]
            if index >= len(bucket):
                return
            size, name = bucket[index]
            gone = min(length, size - inside)
            if gone <= 0:
                return
            bucket[index : index + 1] = [(size - gone, name)] if size > gone else []
            self.totals[number] -= gone
            length -= gone
            if not bucket and len(self.buckets) > 1:
                del self.buckets[number], self.totals[number]

    def merged(self) -> Iterator[Run]:
        """The runs in order, neighbours of the same author as one."""
        at = 0
        every = (run for bucket in self.buckets for run in bucket)
        for author, group in groupby(every, key=itemgetter(1)):
            length = sum(size for size, _ in group)
            if length:
                yield Run(at, at + length, author)
            at += length
