"""The child process: limits itself first, then reads `input` and writes `result.json`.

Started by sandbox.py in an empty folder that is its home and its only writable place.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .messages import BROKEN, TOO_DEEP

MEMORY = 512 * 1024 * 1024  # bytes
_FILE = 200_000_000  # bytes
_SECONDS = 20  # of CPU, behind the parent's limit on the wall clock
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES, _DIE_WITH_PARENT = 38, 1


def main() -> None:
    """Read the folder's `input` as the task that the command line names."""
    limit()
    sys.setrecursionlimit(5000)
    try:
        result = outcome(sys.argv[1], Path("input").read_bytes())
        Path("result.json").write_text(json.dumps(result))
    except MemoryError:
        os._exit(77)


def limit() -> None:
    """Bound memory, time and files of this process for good; cut it off from the network."""
    for what, bound in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_FSIZE, _FILE),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        most = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        with contextlib.suppress(OSError, ValueError):  # not every system bounds everything
            resource.setrlimit(what, (most, most))
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            libc = ctypes.CDLL(None, use_errno=True)
            libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
            libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
            # refused in many containers: then the limits above must do
            libc.unshare(_NEW_USER | _NEW_NETWORK)


def outcome(task: str, data: bytes) -> dict[str, Any]:
    """What is sent: the task's result, or `refused` and its facts. Only MemoryError passes."""
    from .shapes import Unreadable  # noqa: PLC0415 - the limits come before any other import

    try:
        return _reader(task)(data)
    except Unreadable as refusal:
        return {"refused": refusal.message, "facts": refusal.facts}
    except RecursionError:
        return {"refused": TOO_DEEP, "facts": {}}
    except MemoryError:
        raise
    except Exception as failure:  # a hostile file may break any parser: it is then unreadable
        return {
            "refused": BROKEN,
            "facts": {},
            "why": repr(failure)[:500],
        }


def _reader(task: str) -> Callable[[bytes], dict[str, Any]]:
    if task == "image":
        from .images import examined  # noqa: PLC0415

        def image(data: bytes) -> dict[str, Any]:
            info = examined(data)
            return {
                "sha256": info.sha256,
                "mime": info.mime,
                "width": info.width,
                "height": info.height,
                "data": base64.b64encode(info.data).decode("ascii"),
            }

        return image
    if task == "foreign":
        from .foreign import examined as pages  # noqa: PLC0415

        return pages
    from .readers import reader  # noqa: PLC0415

    return reader(task)
