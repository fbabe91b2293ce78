"""Which reader reads what; runs in the child process only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .assemble import assembled
from .detect import refuse_foreign


def reader(task: str) -> Callable[[bytes], dict[str, Any]]:
    """The function that reads files of that format into what the child sends."""

    def read(data: bytes) -> dict[str, Any]:
        refuse_foreign(data)
        if task == "docx":
            from .docx import read_docx  # noqa: PLC0415 - each format loads only what it needs

            return assembled(read_docx(data))
        if task == "odt":
            from .odt import read_odt  # noqa: PLC0415

            return assembled(read_odt(data))
        if task in ("html", "paste"):
            from .html import read_html  # noqa: PLC0415

            return assembled(read_html(data))
        if task in ("md", "rtf"):
            from .pandoc import read_pandoc  # noqa: PLC0415

            return assembled(read_pandoc(data, task))
        if task == "txt":
            from .plain import read_txt  # noqa: PLC0415

            return assembled(read_txt(data))
        if task == "json":
            from .own import read_json  # noqa: PLC0415

            return read_json(data)
        raise ValueError(task)

    return read
