"""Where the collection of real texts lies, if this machine has it.

An outsider's clone has no such folder: tests then run on the fixtures of our own.
"""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"
DATA: Path | None = _FOLDER if _FOLDER.is_dir() else None


def histories() -> list[list[Path]]:
    """Each real text's revisions, oldest first; empty where the collection is not at hand."""
    if DATA is None:
        return []
    folders = sorted({path.parent for path in (DATA / "texts").glob("*/*/0001.md")})
    return [sorted(folder.glob("[0-9]*.md")) for folder in folders]
