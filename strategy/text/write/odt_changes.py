"""Tracked changes and comments in OpenDocument: regions, marks, and who made them.

Source: OASIS OpenDocument 1.3, part 3, 5.5 (change tracking) and 14.1 (annotations). As
LibreOffice does, a deletion of what somebody else inserted is one region with both in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from strategy.text import kinds
from strategy.text.shapes import Change, Comment
from strategy.text.write.paper import stamp
from strategy.text.write.xml import e

NO_DATE = "1970-01-01T00:00:00"


@dataclass
class Regions:
    """The changed regions that stand at the beginning of the text."""

    changes: Mapping[str, Change]
    made: list[str] = field(default_factory=list)

    def inserted(self, ident: str) -> str:
        """The name of a new region for inserted content."""
        return self._region(f"<text:insertion>{self._info(ident)}</text:insertion>")

    def deleted(self, ident: str, content: str, under: str = "") -> str:
        """The name of a new region with deleted content. under: the change that inserted it."""
        region = f"<text:deletion>{self._info(ident)}{content}</text:deletion>"
        if under:
            region += f"<text:insertion>{self._info(under)}</text:insertion>"
        return self._region(region)

    def formatted(self, ident: str) -> str:
        """The name of a new region whose lettering was changed."""
        return self._region(f"<text:format-change>{self._info(ident)}</text:format-change>")

    def element(self) -> str:
        """The element with all regions, "" if there are none."""
        if not self.made:
            return ""
        regions = "".join(self.made)
        return f'<text:tracked-changes text:track-changes="false">{regions}</text:tracked-changes>'

    def _region(self, inside: str) -> str:
        name = f"ct{len(self.made) + 1}"
        self.made.append(
            f'<text:changed-region xml:id="{name}" text:id="{name}">{inside}</text:changed-region>'
        )
        return name

    def _info(self, ident: str) -> str:
        change = self.changes.get(ident)
        author = change.author if change else ident.partition(":")[0]
        inside = signed(author, change.at if change else "")
        return f"<office:change-info>{inside}</office:change-info>"


def signed(author: str, at: str) -> str:
    """Author and date of a change or comment."""
    date = stamp(at).rstrip("Z") or NO_DATE
    return f"<dc:creator>{e(author) or '?'}</dc:creator><dc:date>{date}</dc:date>"


def change_mark(name: str) -> str:
    """Where deleted content was."""
    return f'<text:change text:change-id="{name}"/>'


def around(name: str, inside: str) -> str:
    """Content between the marks of an insertion or another lettering."""
    return (
        f'<text:change-start text:change-id="{name}"/>{inside}'
        f'<text:change-end text:change-id="{name}"/>'
    )


def annotation_start(name: str, comment: Comment, said: Mapping[str, str]) -> str:
    """The comment and its answers, at the beginning of their passage."""
    text = kinds.said(comment, said)
    resolved = "true" if comment.resolved else "false"
    out = _annotation(f"c{name}", "", comment.author, comment.at, text, resolved)
    for number, reply in enumerate(comment.replies, 1):
        parent = f' loext:parent-name="c{name}"'
        out += _annotation(
            f"c{name}r{number}", parent, reply.author, reply.at, reply.text, resolved
        )
    return out


def annotation_end(name: str, comment: Comment) -> str:
    """The end of a passage that is commented."""
    names = [f"c{name}r{number}" for number in range(len(comment.replies), 0, -1)]
    return "".join(
        f'<office:annotation-end office:name="{each}"/>' for each in [*names, f"c{name}"]
    )


def _annotation(*parts: str) -> str:
    name, parent, author, at, text, resolved = parts
    lines = "".join(f"<text:p>{e(line)}</text:p>" for line in text.splitlines() or [""])
    return (
        f'<office:annotation office:name="{name}" loext:resolved="{resolved}"{parent}>'
        f"{signed(author, at)}{lines}</office:annotation>"
    )


def placed(comments: Sequence[Comment]) -> dict[str, Comment]:
    """The comments by the names that their marks have."""
    return {str(number): comment for number, comment in enumerate(comments)}
