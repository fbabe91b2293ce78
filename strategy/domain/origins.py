"""What an exported file says about its export, so that it is known again when it comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

MOST = 2**31 - 1


@dataclass(frozen=True)
class Origin:
    """What was exported. Whoever edits a file can write anything here: `fingerprint` is checked.

    version      of the text
    revision     its number, if it was exported as one
    against      the older text's version, where the file is a redline
    at           when it was exported, in UTC
    fingerprint  of the text at that version
    """

    paper: int
    version: int
    revision: int | None
    against: int | None
    comments: bool
    tracked: bool
    at: datetime
    fingerprint: str

    def __str__(self) -> str:
        """One line of names and values."""
        named = "" if self.revision is None else f" revision={self.revision}"
        against = "" if self.against is None else f" against={self.against}"
        shown = f"comments={int(self.comments)} tracked={int(self.tracked)}"
        at = self.at.astimezone(UTC).isoformat()
        what = f"paper={self.paper} version={self.version}{named}{against} {shown} at={at}"
        return f"{what} fingerprint={self.fingerprint}"


def parse(said: str) -> Origin | None:
    """The line read again; None where it is none of ours."""
    parts = dict(part.split("=", 1) for part in said.split() if "=" in part)
    try:
        at = datetime.fromisoformat(parts["at"])
        origin = Origin(
            paper=_number(parts["paper"]),
            version=_number(parts["version"]),
            revision=_number(parts["revision"]) if "revision" in parts else None,
            against=_number(parts["against"]) if "against" in parts else None,
            comments=parts["comments"] == "1",
            tracked=parts["tracked"] == "1",
            at=at.astimezone(UTC),
            fingerprint=parts["fingerprint"],
        )
    except (KeyError, ValueError, OverflowError):
        return None
    return origin if at.tzinfo else None


def _number(said: str) -> int:
    value = int(said)
    if not 0 <= value <= MOST:
        raise ValueError(said)
    return value
