"""Pandoc as a reader that is not ours."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pypandoc


def plain(made: bytes, format: str, folder: Path, changes: str = "accept") -> list[str]:
    """The words of each block, as pandoc reads them; bullets, numbers and rules left out."""
    path = folder / f"paper.{format}"
    path.write_bytes(made)
    command = [pypandoc.get_pandoc_path(), f"--from={format}", "--to=plain", "--wrap=none"]
    if format == "docx":
        command.append(f"--track-changes={changes}")
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=True)
    lines = (line.strip() for line in done.stdout.splitlines())
    return [line for line in lines if line and not re.fullmatch(r"-[- ]*|\d+\.", line)]


def squeezed(text: str) -> str:
    """The text without white space, bullets, numbers of lists and notes."""
    return re.sub(r"\s+", "", text)
