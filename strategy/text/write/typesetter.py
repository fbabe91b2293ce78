"""Typesetting in warm child processes that are limited, watched and replaced in time.

At most `CHILDREN` at once per process. A child is used again (a fresh one costs a third of a
second) until it has set `JOBS` papers or grown beyond `MEMORY`. Works in threads, under gevent
and after a fork: a process that finds children of another process starts its own.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strategy.errors import Refusal
from strategy.text.write.fonts import fonts_folder

CHILDREN = 2
JOBS = 60
MEMORY = 900_000  # kB
LONGEST = 180.0  # s
TEMPLATES = Path(__file__).with_name("typst")
WORKER = Path(__file__).with_name("worker.py")
STANDARDS = ("a-3b", "ua-1")


class UntypesetError(Refusal):
    """A paper could not be made into a PDF: it took too long, too much memory, or is unfit."""


@dataclass(frozen=True)
class Job:
    """One thing to typeset.

    main    the template's file name
    inputs  what the template finds in sys.inputs, text each
    files   pictures, and foreign PDFs (their names end in .pdf), by the name under which the
            template finds them in files/
    moment  seconds since 1970, the file's date
    ask     a typst expression to evaluate instead of making a PDF; its value comes as JSON
    strict  whether the PDF is PDF/A and PDF/UA; with pages of foreign PDFs in it, it cannot be
    """

    main: str
    inputs: Mapping[str, str]
    files: Mapping[str, bytes]
    moment: int = 0
    ask: str | None = None
    strict: bool = True


class _Child:
    """One running worker."""

    def __init__(self) -> None:
        self.home = tempfile.mkdtemp(prefix="vorlauf-typeset-")
        self.jobs = 0
        self.memory = 0
        command = [
            sys.executable,
            "-I",
            str(WORKER),
            str(TEMPLATES),
            str(fonts_folder()),
            self.home,
        ]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.home,
            env={"LANG": "C.UTF-8", "HOME": self.home, "TMPDIR": self.home},
            close_fds=True,
            start_new_session=True,
        )

    def ask(self, job: Job, longest: float) -> tuple[dict[str, Any], list[bytes]]:
        """The worker's answer. raises UntypesetError if it dies or takes longer than allowed."""
        self.jobs += 1
        watch = threading.Timer(longest, self.process.kill)
        watch.daemon = True
        watch.start()
        try:
            self._send(job)
            return self._receive()
        except (OSError, EOFError, ValueError) as gone:
            raise UntypesetError("This paper is too long or too large to typeset.") from gone
        finally:
            watch.cancel()

    def _send(self, job: Job) -> None:
        names = list(job.files)
        head = json.dumps(
            {
                "main": job.main,
                "inputs": dict(job.inputs),
                "files": {name: index for index, name in enumerate(names)},
                "moment": job.moment,
                "standards": list(STANDARDS) if job.strict else [],
                "ask": job.ask,
                "blobs": [len(job.files[name]) for name in names],
            }
        ).encode()
        pipe = self.process.stdin
        assert pipe is not None  # noqa: S101 - it was asked for
        pipe.write(struct.pack(">I", len(head)) + head)
        for name in names:
            pipe.write(job.files[name])
        pipe.flush()

    def _receive(self) -> tuple[dict[str, Any], list[bytes]]:
        head = json.loads(self._exactly(struct.unpack(">I", self._exactly(4))[0]))
        self.memory = head["memory"]
        return head, [self._exactly(length) for length in head["blobs"]]

    def _exactly(self, length: int) -> bytes:
        pipe = self.process.stdout
        assert pipe is not None  # noqa: S101 - it was asked for
        parts = []
        while length:
            part = pipe.read(length)
            if not part:
                raise EOFError
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def worn(self) -> bool:
        """Whether it should be replaced before the next job."""
        return self.jobs >= JOBS or self.memory > MEMORY or self.process.poll() is not None

    def stop(self) -> None:
        """End it and remove its folder."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)


class _Pool:
    """The idle children of one process."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.idle: list[_Child] = []
        self.places = threading.Semaphore(CHILDREN)


_pools: list[_Pool] = []


def _pool() -> _Pool:
    """This process's pool, made when first needed: locks of a parent process are not ours."""
    if not _pools or _pools[0].owner != os.getpid():
        _pools[:] = [_Pool()]
        atexit.register(_end, _pools[0])
    return _pools[0]


def typeset(job: Job, longest: float = LONGEST) -> tuple[bytes, list[str]]:
    """Make a PDF.

    longest   seconds after which it is given up
    returns   the file, and the names of pictures that could not be decoded (the template was
              told and left them out)
    raises    UntypesetError
    """
    head, blobs = _served(job, longest)
    return blobs[0], head["broken"]


def evaluate(job: Job, longest: float = LONGEST) -> Any:
    """The value of the job's expression in the typeset paper. raises UntypesetError."""
    return _served(job, longest)[0]["answer"]


def _served(job: Job, longest: float) -> tuple[dict[str, Any], list[bytes]]:
    pool = _pool()
    with pool.places:
        child = pool.idle.pop() if pool.idle else _Child()
        done = False
        try:
            head, blobs = child.ask(job, longest)
            done = not child.worn()
        finally:
            if done:
                pool.idle.append(child)
            else:
                child.stop()
    if not head["ok"]:
        raise UntypesetError("This paper cannot be typeset: %(why)s", why=head["message"])
    return head, blobs


def warm() -> None:
    """Start one child now, so that the first paper need not wait for it."""
    pool = _pool()
    if not pool.idle:
        pool.idle.append(_Child())


def stop() -> None:
    """End this process's children, for a clean exit; the next job starts new ones."""
    _end(_pool())


def _end(pool: _Pool) -> None:
    while pool.owner == os.getpid() and pool.idle:
        pool.idle.pop().stop()
