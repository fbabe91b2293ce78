"""Words in Word: runs with their lettering, links, footnotes, changes and comment ranges."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from strategy.text.write.docx_gathered import Gathered
from strategy.text.write.remarks import covering
from strategy.text.write.tree import Json, attr, kids, mark
from strategy.text.write.xml import e

REFERENCE = (
    '<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:commentReference w:id="{}"/></w:r>'
)
ORDER = ("strong", "em", "strike", "highlight", "underline", "superscript", "subscript")
LETTERS = {
    "strong": "<w:b/><w:bCs/>",
    "em": "<w:i/><w:iCs/>",
    "strike": "<w:strike/>",
    "highlight": '<w:highlight w:val="yellow"/>',
    "underline": '<w:u w:val="single"/>',
    "superscript": '<w:vertAlign w:val="superscript"/>',
    "subscript": '<w:vertAlign w:val="subscript"/>',
}


@dataclass(frozen=True)
class _Piece:
    """A run and what it lies in: a link and changes, outermost first."""

    run: str
    node: Json
    link: str
    wraps: tuple[tuple[str, str, str], ...]
    """(element, change id, name of the move) each."""


def inline(block: Json, gathered: Gathered, *, bold: bool = False) -> str:
    """The runs of a textblock or caption."""
    pieces = [_piece(node, block, gathered, bold=bold) for node in kids(block)]
    moves = [wrap for piece in pieces for wrap in piece.wraps if wrap[2]]
    out, opened = [], set[tuple[str, str, str]]()
    if not gathered.in_note and gathered.loose:
        out += [_comment_start(name, gathered) for name in gathered.loose]
        out += [_comment_end(name, gathered) for name in gathered.loose]
        gathered.loose = []
    left = {wrap: moves.count(wrap) for wrap in moves}
    numbers: dict[tuple[str, str, str], int] = {}
    for (link, wraps, _), group in groupby(_split(pieces, gathered), key=lambda pair: pair[0]):
        inside = [piece for _, piece in group]
        for wrap in wraps:
            if wrap[2] and wrap not in opened:
                opened.add(wrap)
                numbers[wrap] = gathered.revisions.number()
                out.append(_range_start(wrap, numbers[wrap], gathered))
        if not gathered.in_note:
            found = _starting(inside[0].node, gathered)
            out += [_comment_start(name, gathered) for name in found]
        text = "".join(piece.run for piece in inside)
        for kind, ident, _ in reversed(wraps):
            text = f"<w:{kind} {gathered.revisions.by(ident)}>{text}</w:{kind}>"
        out.append(_linked(text, link, gathered))
        if not gathered.in_note:
            found = _ending(inside[-1].node, gathered)
            out += [_comment_end(name, gathered) for name in found]
        for wrap in wraps:
            if wrap[2]:
                left[wrap] -= len(inside)
                if not left[wrap]:
                    out.append(f'<w:{wrap[0]}RangeEnd w:id="{numbers[wrap]}"/>')
    return "".join(out)


def lettering(marks: list[Json], *, bold: bool = False) -> str:
    """The run properties that marks stand for, in the schema's order."""
    kinds = {m["type"] for m in marks}
    if bold:
        kinds = kinds | {"strong"}
    style = "PaperCode" if "code" in kinds else "Hyperlink" if "link" in kinds else ""
    return (f'<w:rStyle w:val="{style}"/>' if style else "") + "".join(
        LETTERS[kind] for kind in ORDER if kind in kinds
    )


def drawn(run: str, node: Json, block: Json, gathered: Gathered) -> str:
    """A run that is no text (a drawing) within its changes, with its comments."""
    start = "".join(_comment_start(name, gathered) for name in _starting(node, gathered))
    for kind, ident, _ in reversed(_wraps(node, block, gathered, moving=False)):
        run = f"<w:{kind} {gathered.revisions.by(ident)}>{run}</w:{kind}>"
    end = "".join(_comment_end(name, gathered) for name in _ending(node, gathered))
    return start + run + end


def _split(
    pieces: list[_Piece], gathered: Gathered
) -> list[tuple[tuple[str, tuple[tuple[str, str, str], ...], int], _Piece]]:
    """Each piece with what it shares with its neighbours; a comment's edge begins anew."""
    made, run = [], 0
    for piece in pieces:
        if _starting(piece.node, gathered):
            run += 1
        made.append(((piece.link, piece.wraps, run), piece))
        if _ending(piece.node, gathered):
            run += 1
    return made


def _starting(node: Json, gathered: Gathered) -> list[str]:
    return [name for name in covering(node) if gathered.first.get(name) is node]


def _ending(node: Json, gathered: Gathered) -> list[str]:
    return [name for name in covering(node) if gathered.last.get(name) is node]


def _piece(node: Json, block: Json, gathered: Gathered, *, bold: bool) -> _Piece:
    wraps = _wraps(node, block, gathered, moving=True)
    link = mark(node, "link")
    href = link["href"] if link is not None else ""
    if node["type"] == "cross_ref" and attr(node, "target") in gathered.targets:
        href = f"#{attr(node, 'target')}"
    if href.startswith("#") and href[1:] not in gathered.targets:
        href = ""
    gone = any(kind == "del" for kind, _, _ in wraps)
    return _Piece(_run(node, gathered, gone=gone, bold=bold), node, href, wraps)


def _wraps(
    node: Json, block: Json, gathered: Gathered, *, moving: bool
) -> tuple[tuple[str, str, str], ...]:
    found = []
    for kind, element, moved, away in (
        ("insertion", "ins", "moveTo", False),
        ("deletion", "del", "moveFrom", True),
    ):
        change = mark(node, kind)
        if change is not None:
            name = gathered.revisions.move_name(block, change, away=away) if moving else ""
            found.append((moved if name else element, change["id"], name))
    return tuple(found)


def _run(node: Json, gathered: Gathered, *, gone: bool, bold: bool) -> str:
    kind = node["type"]
    marks = node.get("marks") or []
    look = lettering(marks, bold=bold)
    if kind == "footnote":
        return _footnote(node, gathered)
    modified = mark(node, "modification")
    if modified is not None and "marks" in (modified.get("before") or {}):
        former = lettering(modified["before"]["marks"], bold=bold)
        by = gathered.revisions.by(modified["id"])
        look += f"<w:rPrChange {by}><w:rPr>{former}</w:rPr></w:rPrChange>"
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    if kind == "hard_break":
        return f"<w:r>{properties}<w:br/></w:r>"
    text = e(node["text"] if kind == "text" else attr(node, "label", ""))
    element = "w:delText" if gone else "w:t"
    return f'<w:r>{properties}<{element} xml:space="preserve">{text}</{element}></w:r>'


def _footnote(node: Json, gathered: Gathered) -> str:
    gathered.notes.append("")
    number = len(gathered.notes)
    outer, gathered.in_note = gathered.in_note, True
    inside = inline(node, gathered)
    gathered.in_note = outer
    look = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
    gathered.notes[number - 1] = (
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
        f"<w:r>{look}<w:footnoteRef/></w:r>"
        f'<w:r><w:t xml:space="preserve"> </w:t></w:r>{inside}</w:p></w:footnote>'
    )
    return f'<w:r>{look}<w:footnoteReference w:id="{number}"/></w:r>'


def _linked(text: str, href: str, gathered: Gathered) -> str:
    if not href:
        return text
    if href.startswith("#"):
        anchor = gathered.targets[href[1:]]
        return f'<w:hyperlink w:anchor="{anchor}" w:history="1">{text}</w:hyperlink>'
    ident = gathered.relate("hyperlink", href, outside=True)
    return f'<w:hyperlink r:id="{ident}" w:history="1">{text}</w:hyperlink>'


def _range_start(wrap: tuple[str, str, str], number: int, gathered: Gathered) -> str:
    kind, ident, name = wrap
    by = gathered.revisions.by(ident).partition(" ")[2]
    return f'<w:{kind}RangeStart w:id="{number}" {by} w:name="{e(name)}"/>'


def _comment_start(name: str, gathered: Gathered) -> str:
    return "".join(f'<w:commentRangeStart w:id="{n}"/>' for n in gathered.threads[name])


def _comment_end(name: str, gathered: Gathered) -> str:
    return "".join(
        f'<w:commentRangeEnd w:id="{n}"/>{REFERENCE.format(n)}' for n in gathered.threads[name]
    )
