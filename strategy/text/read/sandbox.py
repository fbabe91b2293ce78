"""Starts the child process that reads an upload, and takes its result back.

The parent never parses an upload: it writes the bytes into an empty folder, waits, reads JSON,
and removes the folder, whatever happened. Plain `subprocess`, so that gevent can patch it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from .messages import BROKEN, TOO_HEAVY, TOO_SLOW
from .shapes import Unreadable

_ROOT = Path(__file__).resolve().parents[3]
_START = (
    "import sys; sys.path.insert(0, {root!r}); from strategy.text.read.child import main; main()"
)
LONGEST = 15  # seconds from start to result
_LARGEST_RESULT = 200_000_000  # bytes


def run(task: str, data: bytes, *, seconds: float = LONGEST) -> dict[str, Any]:
    """What the child process makes of `data`.

    task      a format that can be read, "image", "foreign" (a PDF) or "paste"
    raises    Unreadable, also where the child ran out of time or memory, or crashed
    """
    with tempfile.TemporaryDirectory(prefix="vorlauf-read-") as folder:
        place = Path(folder)
        (place / "input").write_bytes(data)
        code = _code(task, place, seconds)
        result = place / "result.json"
        if not result.is_file():
            raise Unreadable(TOO_HEAVY if code in (9, -9, 137, 77) else BROKEN)
        if result.stat().st_size > _LARGEST_RESULT:
            raise Unreadable(TOO_HEAVY)
        try:
            sent = json.loads(result.read_bytes())
        except ValueError as broken:
            raise Unreadable(BROKEN) from broken
    if not isinstance(sent, dict):
        raise Unreadable(BROKEN)
    if "refused" in sent:
        raise Unreadable(str(sent["refused"]), **sent.get("facts", {}))
    return sent


def _code(task: str, folder: Path, seconds: float) -> int:
    environment = {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    child = subprocess.Popen(
        [sys.executable, "-I", "-c", _START.format(root=str(_ROOT)), task],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        close_fds=True,
        start_new_session=True,
    )
    try:
        return child.wait(timeout=seconds)
    except subprocess.TimeoutExpired as slow:
        raise Unreadable(TOO_SLOW) from slow
    finally:
        # the whole session: a grandchild (pandoc) must not outlive the child
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
