"""What is read of the real office files beside what was counted in them.

    python -m tests.text.read.score

One line per feature (files that have it, expected, read), then the files that differ, by name.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tests.shared_data import DATA
from tests.text.read.independent import of_docx, of_odt, of_reading
from tests.text.read.office import quick
from tests.text.read.readings import counted

FEATURES = (
    "inserted letters", "deleted letters", "row changes", "comments", "replies", "resolved",
    "notes", "tables", "images", "heads", "num",
)  # fmt: skip


def facts(path: Path, listed: dict[str, int]) -> dict[str, tuple[int, int]]:
    """For each feature of a file: how much is in it, and how much was read."""
    data = path.read_bytes()
    docx = path.suffix == ".docx"
    there = of_docx(data) if docx else of_odt(data)
    found: dict[str, Any] = quick(data, path.suffix[1:])
    nodes = counted(found["doc"])
    read = of_reading(found["doc"], found["changes"])
    comments = found["comments"]
    replies = sum(len(comment["replies"]) for comment in comments)
    title = bool((found["doc"].get("attrs") or {}).get("title"))
    return {
        "inserted letters": (there["insertion"].total(), read["insertion"].total()),
        "deleted letters": (there["deletion"].total(), read["deletion"].total()),
        "row changes": (there["row changes"], read["row changes"] if docx else 0),
        "comments": (there["comments"], len(comments) + replies),
        "replies": (there["replies"], replies),
        "resolved": (there["resolved"], sum(comment["resolved"] for comment in comments)),
        "notes": (listed.get("notes", 0), nodes["footnote"]),
        "tables": (listed.get("tables", 0), nodes["table"]),
        "images": (listed.get("images", 0), nodes["image"]),
        "heads": (listed.get("heads", 0), nodes["heading"] + title),
        "num": (listed.get("num", 0), nodes["list_item"]),
    }


def main() -> None:
    """Print the table."""
    if DATA is None:
        sys.stdout.write("The collection of real files is not at hand.\n")
        return
    office = DATA / "office"
    files: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    read: Counter[str] = Counter()
    differing: dict[str, list[str]] = {name: [] for name in FEATURES}
    for line in (office / "manifest.jsonl").read_text().splitlines():
        known = json.loads(line)
        for name, (there, here) in facts(office / known["file"], known["features"]).items():
            files[name] += bool(there)
            expected[name] += there
            read[name] += here
            if there != here:
                differing[name].append(f"{known['file']} {there}/{here}")
    for name in FEATURES:
        said = f"{name:18} {files[name]:3} {expected[name]:7} {read[name]:7}"
        sys.stdout.write(f"{said}  {'; '.join(differing[name]) or 'all equal'}\n")


if __name__ == "__main__":
    main()
