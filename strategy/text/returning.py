"""An exported file that came back: what its editors changed, apart from what the format changed.

Both documents are what our own reader makes of a file: the export as it was, and as it came back.
So what a format cannot carry is missing in both, and is not taken for an edit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from strategy.text.compare import compare
from strategy.text.overlay import bare
from strategy.text.saving import as_before, edits_alone
from strategy.text.shapes import Change, Comment, Reply
from strategy.text.tracked import ChangeEntry, accept, change_ids, changes, keep_only, reject

Document = dict[str, Any]


@dataclass(frozen=True)
class Strand:
    """Changes of one hand: a tracked document, and the text that it was made on.

    author  as the file says it; "" where the changes were not tracked
    at      ISO 8601 of the first of them, or ""
    """

    author: str
    at: str
    base: Document
    marked: Document


@dataclass(frozen=True)
class Returned:
    """What is new in a file that came back.

    strands     the changes, those that nobody tracked first
    decided     suggestions that stood in the export and were accepted, rejected or changed there
    nested      changes of what was only suggested: they stand in no text alone
    marked      the export with everything that was changed since, tracked: to be looked at
    """

    strands: list[Strand] = field(default_factory=list)
    decided: list[ChangeEntry] = field(default_factory=list)
    nested: list[ChangeEntry] = field(default_factory=list)
    marked: Document = field(default_factory=dict)


Words = tuple[str, str, str]


def returned(
    exported: Document,
    was: Mapping[str, Change],
    back: Document,
    now: Mapping[str, Change],
    *,
    redline: bool = False,
) -> Returned:
    """What was changed in a file since it was exported.

    exported, was   the export as our reader reads it, and whose its changes are
    back, now       the same of the file that came back
    redline         whether the export showed its changes against an older text: its newer one
                    is what was sent out
    """
    old = bare(exported)
    new = as_before(old, bare(back))
    known = {_hand(each) for each in was.values()}
    there = {name for name in change_ids(new) if name in now and _hand(now[name]) in known}
    decided: list[ChangeEntry] = []
    if redline:
        old, new = accept(old), accept(new, only=there)
    else:
        decided = _decided(old, was, new, now, there)
    fresh = reject(new, only=there) if there else new
    lost = change_ids(new) - there - change_ids(fresh)
    nested = [entry for entry in changes(new) if lost.intersection(entry.ids)]
    before, after = reject(old), reject(fresh)
    plain = _without(edits_alone(compare(before, after, author="file")), decided)
    strands = [Strand("", "", before, plain)] if change_ids(plain) else []
    for author in dict.fromkeys(now[n].author for n in sorted(change_ids(fresh)) if n in now):
        ids = {n for n in change_ids(fresh) if n in now and now[n].author == author}
        at = min(now[name].at for name in ids)
        strands.append(Strand(author, at, after, keep_only(fresh, ids)))
    return Returned(strands, decided, nested, compare(before, accept(fresh)))


def _hand(change: Change) -> tuple[str, str]:
    """Whose change it is, to the minute: some programs leave the seconds out."""
    return " ".join(change.author.split()).casefold(), change.at[:16]


def _words(entry: ChangeEntry) -> Words:
    return entry.kind, " ".join(entry.before.split()), " ".join(entry.after.split())


def _decided(
    old: Document,
    was: Mapping[str, Change],
    new: Document,
    now: Mapping[str, Change],
    there: set[str],
) -> list[ChangeEntry]:
    """The changes of the export that do not stand in the file any more as they were."""

    def key(entry: ChangeEntry, of: Mapping[str, Change]) -> tuple[Any, ...]:
        hand = of.get(entry.ids[0])
        return (*_words(entry), _hand(hand) if hand else None)

    left = Counter(key(entry, now) for entry in changes(new) if there.intersection(entry.ids))
    inside = _letters("".join(entry.after + entry.before for entry in changes(new)))
    gone = []
    for entry in changes(old):
        name = key(entry, was)
        whole = entry.kind in {"insertion", "deletion"}
        if left[name]:
            left[name] -= 1
        elif whole and _letters(entry.before + entry.after) in inside:
            continue  # it has no words, or was made one with its neighbour
        else:
            gone.append(entry)
    return gone


def _letters(words: str) -> str:
    return "".join(words.split())


def _without(marked: Document, decided: list[ChangeEntry]) -> Document:
    """The changes but for those that only accept what was suggested already."""
    words = Counter(_words(entry) for entry in decided)
    taken: set[str] = set()
    for entry in changes(marked) if words else ():
        if words[_words(entry)]:
            words[_words(entry)] -= 1
            taken.update(entry.ids)
    return reject(marked, only=taken) if taken else marked


def new_comments(
    was: Iterable[Comment], now: Iterable[Comment]
) -> tuple[list[Comment], list[tuple[Comment, Reply]]]:
    """The threads that were not there before; and what is new in threads that were.

    Some programs make a comment of its own of every answer: what was said is known all the same.
    """
    was = list(was)
    heads = {said(each) for each in was}
    known = heads | {said(reply) for each in was for reply in each.replies}
    made, answers = [], []
    for each in now:
        if said(each) in heads:
            answers += [(each, reply) for reply in each.replies if said(reply) not in known]
        elif said(each) not in known and each.text.strip():
            made.append(each)
    return made, answers


def said(each: Comment | Reply) -> tuple[str, str]:
    """Who said what: by this a comment is known again. An address behind a name does not count."""
    author = each.author.partition("<")[0] or each.author
    return " ".join(author.split()), " ".join(each.text.split())
