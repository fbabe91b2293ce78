"""A child process that typesets papers until it is told to stop.

Started by typesetter.py with this file's path, never imported by the product. It reads jobs
from standard input and writes answers to standard output, each a frame:
4 bytes length of the head (big endian), the head (JSON), then the blobs it announces.

job     {"main": file in the templates' folder, "inputs": {name: text}, "files": {name: index},
         "moment": seconds since 1970, "standards": [...], "ask": expression or null,
         "blobs": [length, ...]}
answer  {"ok": true, "answer": value or null, "broken": [names], "memory": kB, "blobs": [length]}
        {"ok": false, "message": text, "memory": kB, "blobs": []}

Everything is limited: memory, CPU time per job, open files, the size of files. Its home is a
folder of its own that holds a copy of the templates and the pictures of the job.
"""

from __future__ import annotations

import gc
import io
import json
import os
import resource
import shutil
import struct
import sys
import warnings
from pathlib import Path
from typing import Any, BinaryIO

import typst

MEMORY = 4 << 30  # bytes of address space
CPU_PER_JOB = 120  # s
PIXELS = 60_000_000
NO_PACKAGES = "/nonexistent"


def main() -> None:
    """Serve jobs until standard input ends. Arguments: folders of templates, fonts, its own."""
    templates, fonts, home = (Path(argument) for argument in sys.argv[1:4])
    root = home / "root"
    shutil.copytree(templates, root)
    (root / "files").mkdir()
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit()
    loaded = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(fonts)]
    )
    while True:
        job = _read(incoming)
        if job is None:
            shutil.rmtree(home, ignore_errors=True)
            return
        _allow_cpu()
        _write(outgoing, *_answer(job[0], job[1], root, loaded))
        gc.collect()


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 << 20, 256 << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_cpu() -> None:
    """The next job may take `CPU_PER_JOB` seconds on top of what was used so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + CPU_PER_JOB
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _answer(
    job: dict[str, Any], blobs: list[bytes], root: Path, fonts: Any
) -> tuple[dict[str, Any], list[bytes]]:
    written: list[Path] = []
    broken: list[str] = []
    try:
        for name, index in job["files"].items():
            path = root / "files" / Path(name).name
            blob = blobs[index]
            picture = blob if name.endswith(".pdf") else _picture(blob)
            if picture is None:
                broken.append(name)
                continue
            path.write_bytes(picture)
            written.append(path)
        inputs = dict(job["inputs"]) | {"broken": json.dumps(broken)}
        compiler = typst.Compiler(
            str(root / Path(job["main"]).name),
            root=str(root),
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs=inputs,
            package_path=NO_PACKAGES,
            package_cache_path=NO_PACKAGES,
        )
        if job["ask"]:
            told: Any = json.loads(compiler.eval(job["ask"]))
            return _head(ok=True, answer=told, broken=broken), []
        made: Any = compiler.compile(
            format="pdf", pdf_standards=job["standards"], timestamp=job["moment"]
        )
        return _head(ok=True, answer=None, broken=broken), [bytes(made)]
    except typst.TypstError as wrong:
        hints = "; ".join(getattr(wrong, "hints", None) or [])
        return _head(ok=False, message=f"{getattr(wrong, 'message', wrong)} {hints}".strip()), []
    finally:
        for path in written:
            path.unlink(missing_ok=True)


def _head(**told: Any) -> dict[str, Any]:
    return told | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}


def _picture(data: bytes) -> bytes | None:
    """The picture, decoded once to be sure: as it is if PDF/A takes it, else as PNG; or None."""
    from PIL import Image  # noqa: PLC0415

    Image.MAX_IMAGE_PIXELS = PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP"))
            image.load()
        if image.format in ("PNG", "JPEG") and image.mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
            return data
        alpha = "A" in image.mode or "transparency" in image.info
        made = io.BytesIO()
        image.convert("RGBA" if alpha else "RGB").save(made, "PNG")
        return made.getvalue()
    except Exception:  # whatever a broken picture makes the decoder raise
        return None


def _read(stream: BinaryIO) -> tuple[dict[str, Any], list[bytes]] | None:
    start = stream.read(4)
    if len(start) < 4:
        return None
    head = json.loads(stream.read(struct.unpack(">I", start)[0]))
    return head, [stream.read(length) for length in head["blobs"]]


def _write(stream: BinaryIO, head: dict[str, Any], blobs: list[bytes]) -> None:
    text = json.dumps(head | {"blobs": [len(blob) for blob in blobs]}).encode()
    stream.write(struct.pack(">I", len(text)) + text)
    for blob in blobs:
        stream.write(blob)
    stream.flush()


if __name__ == "__main__":
    main()
