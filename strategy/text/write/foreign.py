"""Foreign PDFs: whether their pages can be set into ours, and what a packet says about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from strategy.text.write import typesetter
from strategy.text.write.setting import run_text, seen_text
from strategy.text.write.tree import Json, clean

LONGEST = 20.0  # s
"""How long trying out a file may take."""


@dataclass(frozen=True)
class Foreign:
    """An attachment of a tabled paper.

    number  counts its paper's attachments, from 1
    file    as people named it
    pages   at least 1
    fingerprint  SHA-256 of the file, 64 hex digits
    data    the file; empty where the packet only names it
    mark    what became of it since the paper was tabled before; "": nothing, or the first time
    """

    number: int
    title: str
    file: str
    pages: int
    fingerprint: str
    data: bytes = b""
    mark: str = ""


def can_be_set(data: bytes, pages: int) -> bool:
    """Whether every page of the PDF can stand in a packet. Tried out in a child process."""
    job = typesetter.Job("foreign.typ", {"pages": str(pages)}, {"foreign.pdf": data}, strict=False)
    try:
        typesetter.typeset(job, LONGEST)
    except typesetter.UntypesetError:
        return False
    return True


def foreign_values(
    every: Sequence[Foreign], part: int, files: dict[str, bytes], with_pages: bool
) -> list[Json]:
    """What the packet's template gets of a part's attachments.

    with_pages  whether their bytes are put into `files`
    """
    values: list[Json] = []
    for each in every:
        name = f"{each.fingerprint}.pdf"
        if with_pages:
            files[name] = each.data
        values.append(
            {
                "key": f"f{part}-{each.number}-",
                "number": each.number,
                "title": seen_text(run_text(clean(each.title).strip())).strip() or "–",
                "name": run_text(clean(each.file).strip()),
                "file": name,
                "pages": each.pages,
                "fingerprint": each.fingerprint,
                "mark": each.mark,
            }
        )
    return values
