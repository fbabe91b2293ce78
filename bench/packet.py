"""A packet of 20 papers and 190 pages, timed beside the sum of its papers' own exports.

    python bench/packet.py [--json] [--rounds N]

Both go from documents to bytes in the same warm process; each has words of its own in each
round, so that nothing is remembered, and they take turns, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pypdf

from strategy.text.write import canonical, write
from strategy.text.write.packet import Packet, Part, Row, write_packet
from strategy.text.write.paper import Paper
from strategy.text.write.tree import each
from tests.text.write import sample

PAPERS = 20
LEAST_PAGES = 190
MOST_RATIO = 1.2


def paper(number: int) -> dict[str, Any]:
    """About nine pages; no paragraph is like that of another number."""
    made = sample.long_paper(4)
    for node in each(made):
        if node["type"] == "paragraph" and node.get("content"):
            node["content"].append(sample.t(f" ({number})"))
    return made


def exports(docs: list[dict[str, Any]]) -> None:
    for doc in docs:
        write(doc, "pdf", meta=sample.META, files=sample.FILES)


def packet(docs: list[dict[str, Any]]) -> bytes:
    papers = [Paper(doc, sample.META, files=sample.FILES) for doc in docs]
    return write_packet(
        Packet(
            name="Ordentliche Sitzung 2026/12",
            line="Ordentliche Sitzung 2026/12, 19. November 2026",
            body="Landesvorstand",
            rows=[Row(str(n), each.meta.title, part=n) for n, each in enumerate(papers)],
            parts=[
                Part(str(n), each, f"papier_{n}", canonical(each.doc))
                for n, each in enumerate(papers)
            ],
            moment=1_760_000_000,
            facts={"Ort": "Bürgerhaus"},
        ),
        lambda _: None,
    )


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--rounds", type=int, default=3)
    given = asked.parse_args()
    exports([paper(-1)])
    alone, together, pages = [], [], 0
    for turn in range(given.rounds):
        first = 2 * turn * PAPERS
        docs, others = (
            [paper(start + n) for n in range(PAPERS)] for start in (first, first + PAPERS)
        )
        begin = time.perf_counter()
        exports(docs)
        between = time.perf_counter()
        made = packet(others)
        together.append(time.perf_counter() - between)
        alone.append(between - begin)
        pages = len(pypdf.PdfReader(io.BytesIO(made)).pages)
    told = {
        "pages": pages,
        "exports": statistics.median(alone),
        "packet": statistics.median(together),
        "ratio": statistics.median(t / a for t, a in zip(together, alone, strict=True)),
    }
    good = told["ratio"] <= MOST_RATIO and pages >= LEAST_PAGES
    if given.json:
        print(json.dumps(told | {"good": good}))
    else:
        print(f"{PAPERS} papers, {pages} pages; seconds, median of {given.rounds}")
        print(f"  each alone  {told['exports']:8.3f}\n  the packet  {told['packet']:8.3f}")
        print(f"  the packet takes {told['ratio']:.2f} times as long")
        print(f"Wanted: at most {MOST_RATIO}, and at least {LEAST_PAGES} pages.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
