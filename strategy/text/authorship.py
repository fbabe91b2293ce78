"""Who wrote which passage: every replaced range belongs to who replaced it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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
    runs: list[tuple[int, str]] = [
        (sum(node_size(child) for child in first.get("content", ())), "")
    ]
    for step, author in log:
        shift = 0
        for start, old, new in ranges(step):
            _replace(runs, start + shift, old, new, author)
            shift += new - old
    found: list[Run] = []
    at = 0
    for length, author in runs:
        found.append(Run(at, at + length, author))
        at += length
    return found


def _replace(runs: list[tuple[int, str]], at: int, old: int, new: int, author: str) -> None:
    """Put `new` positions of `author` in the place of `old` ones at `at`, in place."""
    first, before = 0, 0
    while first < len(runs) and before + runs[first][0] < at:
        before += runs[first][0]
        first += 1
    last, covered = first, before
    while last < len(runs) and covered < at + old:
        covered += runs[last][0]
        last += 1
    if old == 0 and first < len(runs) and runs[first][1] == author:
        runs[first] = (runs[first][0] + new, author)  # typing on
        return
    last = max(last, min(first + 1, len(runs)))
    covered = before + sum(length for length, _ in runs[first:last])
    pieces = [(at - before, runs[first][1])] if first < len(runs) else []
    pieces.append((new, author))
    if last > first:
        pieces.append((covered - at - old, runs[last - 1][1]))
    merged: list[tuple[int, str]] = []
    for length, name in pieces:
        if length and merged and merged[-1][1] == name:
            merged[-1] = (merged[-1][0] + length, name)
        elif length:
            merged.append((length, name))
    runs[first:last] = merged
