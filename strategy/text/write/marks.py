"""What everybody must see of a paper or an amendment: a few words in a frame, and a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from strategy.text.write.setting import run_text
from strategy.text.write.tree import Json, clean


@dataclass(frozen=True)
class Mark:
    """A few words in a frame, and a sentence."""

    label: str
    why: str = ""


def marks(every: Sequence[Mark]) -> list[Json]:
    """Marks as the templates take them."""
    return [
        {"label": run_text(clean(mark.label).strip()), "why": run_text(clean(mark.why).strip())}
        for mark in every
    ]
