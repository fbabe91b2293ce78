"""Comments in Word: threads with answers and a resolved state, in four parts of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from strategy.text import kinds
from strategy.text.shapes import Comment
from strategy.text.write.docx_styles import NAMESPACES
from strategy.text.write.paper import stamp
from strategy.text.write.xml import HEAD, e

FIRST_PARAGRAPH = 0x10000000


@dataclass(frozen=True)
class Remark:
    """One remark of a thread. parent: the number of the remark it answers."""

    author: str
    at: str
    text: str
    resolved: bool
    parent: int | None


def remarks_of(
    comments: Sequence[Comment], said: Mapping[str, str]
) -> tuple[list[Remark], dict[str, list[int]]]:
    """All remarks by number, and each comment's name with the numbers of its thread."""
    found: list[Remark] = []
    threads: dict[str, list[int]] = {}
    for name, comment in enumerate(comments):
        first = len(found)
        text = kinds.said(comment, said)
        found.append(Remark(comment.author, comment.at, text, comment.resolved, None))
        for reply in comment.replies:
            found.append(Remark(reply.author, reply.at, reply.text, comment.resolved, first))
        threads[str(name)] = list(range(first, len(found)))
    return found, threads


def comment_parts(remarks: Sequence[Remark]) -> dict[str, str]:
    """comments.xml and the parts beside it; {} without remarks."""
    if not remarks:
        return {}
    authors = list(dict.fromkeys(remark.author for remark in remarks))
    texts = "".join(_comment(number, remark) for number, remark in enumerate(remarks))
    states = "".join(_state(number, remark) for number, remark in enumerate(remarks))
    idents = "".join(
        f'<w16cid:commentId w16cid:paraId="{_paragraph(n)}"'
        f' w16cid:durableId="{n + 0x20000000:08X}"/>'
        for n in range(len(remarks))
    )
    people = "".join(
        f'<w15:person w15:author="{e(author) or "?"}"><w15:presenceInfo w15:providerId="None"'
        f' w15:userId="{e(author) or "?"}"/></w15:person>'
        for author in authors
    )
    return {
        "comments": f"{HEAD}<w:comments {NAMESPACES}>{texts}</w:comments>",
        "commentsExtended": f"{HEAD}<w15:commentsEx {NAMESPACES}>{states}</w15:commentsEx>",
        "commentsIds": f"{HEAD}<w16cid:commentsIds {NAMESPACES}>{idents}</w16cid:commentsIds>",
        "people": f"{HEAD}<w15:people {NAMESPACES}>{people}</w15:people>",
    }


def _paragraph(number: int) -> str:
    return f"{FIRST_PARAGRAPH + number:08X}"


def _comment(number: int, remark: Remark) -> str:
    at = stamp(remark.at)
    initials = "".join(word[0] for word in remark.author.split())[:6]
    date = f' w:date="{at}"' if at else ""
    return (
        f'<w:comment w:id="{number}" w:author="{e(remark.author) or "?"}"{date}'
        f' w:initials="{e(initials)}"><w:p w14:paraId="{_paragraph(number)}"><w:pPr>'
        '<w:pStyle w:val="CommentText"/></w:pPr><w:r><w:rPr><w:rStyle w:val="CommentReference"/>'
        f"</w:rPr><w:annotationRef/></w:r>{_lines(remark.text)}</w:p></w:comment>"
    )


def _lines(text: str) -> str:
    parts = [f'<w:t xml:space="preserve">{e(line)}</w:t>' for line in text.splitlines() or [""]]
    return f"<w:r>{'<w:br/>'.join(parts)}</w:r>"


def _state(number: int, remark: Remark) -> str:
    parent = "" if remark.parent is None else f' w15:paraIdParent="{_paragraph(remark.parent)}"'
    done = int(remark.resolved)
    return f'<w15:commentEx w15:paraId="{_paragraph(number)}"{parent} w15:done="{done}"/>'
