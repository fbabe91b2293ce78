"""Scripts of static/tests, with all of the editor's code that they need, run on cases."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parents[1] / "static"


def bundled(name: str, directory: Path) -> Path:
    """A script of static/tests with what it imports, as one file in the directory."""
    out = directory / name
    subprocess.run(
        [STATIC / "node_modules" / ".bin" / "esbuild", STATIC / "tests" / name, "--bundle",
         "--platform=node", "--format=esm", f"--outfile={out}", "--log-level=warning",
         '--define:ICONS_FILE="icons.svg"'],
        check=True, cwd=STATIC,
    )  # fmt: skip
    return out


def answers(script: Path, cases: list[dict[str, Any]]) -> list[Any]:
    """What the script says of each case."""
    node = shutil.which("node")
    assert node is not None
    told = subprocess.run(
        [node, script], input=json.dumps({"cases": cases}), check=True, capture_output=True,
        text=True,
    )  # fmt: skip
    made: list[Any] = json.loads(told.stdout)
    return made
