"""A 20-page paper as PDF, timed beside WeasyPrint setting the same text in the same run.

    python bench/pdf.py [--json] [--rounds N] [--skip-peer]

Ours: document in, bytes of a tagged PDF with cover, contents and line numbers out, in a warm
process, as after the first export; every round has other words, so that nothing is remembered.
"cold" is the first paper of a process. The peer gets the paper as our own HTML and sets it without
line numbers; it needs `pip install .[bench]` and Pango. The line map is timed as well.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pypdf

from strategy.text.write import write
from strategy.text.write.numbering import line_map
from strategy.text.write.paper import Paper
from strategy.text.write.tree import each
from strategy.text.write.typesetter import stop
from tests.text.write import sample

LONGEST = 1.0  # s, from call to bytes
LEAST_RATIO = 3.0


def paper(number: int) -> dict[str, Any]:
    """About twenty pages; no paragraph is like that of another number."""
    made = sample.long_paper(8)
    for node in each(made):
        if node["type"] == "paragraph" and node.get("content"):
            node["content"].append(sample.t(f" ({number})"))
    return made


def timed(work: Callable[[int], Any], rounds: int) -> list[float]:
    """Seconds of each round."""
    taken = []
    for number in range(rounds):
        begin = time.perf_counter()
        work(number)
        taken.append(time.perf_counter() - begin)
    return taken


def pdf(number: int) -> bytes:
    return write(paper(number), "pdf", meta=sample.META, files=sample.FILES)


def mapped(number: int) -> Any:
    return line_map(Paper(paper(1000 + number), sample.META, files=sample.FILES))


def peer() -> Callable[[int], bytes] | None:
    """WeasyPrint, or None with a word about what is missing."""
    try:
        weasyprint = importlib.import_module("weasyprint")
    except (ImportError, OSError) as missing:
        print(f"WeasyPrint cannot be loaded ({missing}): ours is timed alone.", file=sys.stderr)
        return None

    def work(number: int) -> bytes:
        page = write(paper(number), "html", meta=sample.META, files=sample.FILES)
        return weasyprint.HTML(string=page.decode()).write_pdf()

    return work


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--skip-peer", action="store_true")
    given = asked.parse_args()
    stop()
    told: dict[str, Any] = {"cold": timed(lambda _: pdf(-1), 1)[0]}
    told["pages"] = _pages(pdf(-1))
    told["warm"] = statistics.median(timed(pdf, given.rounds))
    told["line map"] = statistics.median(timed(mapped, given.rounds))
    other = None if given.skip_peer else peer()
    if other is not None:
        told["weasyprint"] = statistics.median(timed(other, max(2, given.rounds // 2)))
        told["ratio"] = told["weasyprint"] / told["warm"]
    good = told["warm"] < LONGEST and told.get("ratio", LEAST_RATIO) >= LEAST_RATIO
    if given.json:
        print(json.dumps(told | {"good": good}))
    else:
        print(f"{told['pages']} pages; seconds from call to bytes, median of {given.rounds}")
        for name in ("cold", "warm", "line map", "weasyprint"):
            if name in told:
                print(f"  {name:<12}{told[name]:8.3f}")
        if "ratio" in told:
            print(f"  WeasyPrint takes {told['ratio']:.1f} times as long")
        print(f"Wanted: warm under {LONGEST:.0f} s, ratio at least {LEAST_RATIO:.0f}.")
    return 0 if good else 1


def _pages(made: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(made)).pages)


if __name__ == "__main__":
    sys.exit(main())
