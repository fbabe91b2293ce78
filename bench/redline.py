"""Redlines of a 20-page and a 200-page paper, timed beside difflib on words in the same run.

    python bench/redline.py [--json] [--rounds N] [--skip-peer]

Documents in, tracked document out: what a reader waits for. The peer, `difflib.SequenceMatcher`
over the words of the whole text, is timed on the 20-page paper only (on 200 pages it takes
minutes); it grows faster than we do, so the ratio there is a lower bound for 200 pages. Hard cases
follow: nothing in common, everything shuffled, one paragraph of 80 kB, 70,000 different words.
"""

from __future__ import annotations

import argparse
import difflib
import json
import random
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from strategy.text.compare import compare
from strategy.text.tracked import accept, reject

PARAGRAPHS_A_PAGE = 5
CHARACTERS = 400
TARGETS = {(200, 0.01): 50, (200, 0.1): 150, (200, 0.5): 800}  # ms
LEAST_RATIO = 20

SYLLABLES = (
    "vor lauf sitz ung an trag frist mit glied ver band ge mein sam kli ma schutz wohn raum "
    "ar beit bil dung ver kehr haus halt sta tut be schluss pa pier ent wurf rat land kreis"
)
SMALL = "der die das und in zu den von mit für auf ist im nicht eine als auch es an werden aus"


def vocabulary(rng: random.Random) -> list[str]:
    """3,000 German-looking words, the small ones as often as in German."""
    parts = SYLLABLES.split(" ")
    long = ["".join(rng.choices(parts, k=rng.randint(1, 4))) for _ in range(3000)]
    return long + SMALL.split(" ") * 120


def sentence(rng: random.Random, words: list[str]) -> str:
    chosen = rng.choices(words, k=rng.randint(6, 18))
    chosen[0] = chosen[0].capitalize()
    return " ".join(chosen) + "."


def paragraph(rng: random.Random, words: list[str]) -> str:
    text = ""
    while len(text) < CHARACTERS:
        text += " " * bool(text) + sentence(rng, words)
    return text


def edited(rng: random.Random, words: list[str], text: str) -> str:
    """What an editor does to a paragraph."""
    parts = text.split(" ")
    at = rng.randrange(len(parts) - 8)
    act = rng.choice(["word", "word", "words", "sentence", "insert", "delete", "typo"])
    if act == "word":
        parts[at] = rng.choice(words)
    elif act == "words":
        for _ in range(4):
            parts[rng.randrange(len(parts))] = rng.choice(words)
    elif act == "sentence":
        parts[at : at + 8] = sentence(rng, words).split(" ")
    elif act == "insert":
        parts[at:at] = rng.choices(words, k=6)
    elif act == "delete":
        del parts[at : at + 5]
    else:
        parts[at] += "n"
    return " ".join(parts)


def revised(rng: random.Random, words: list[str], texts: list[str], share: float) -> list[str]:
    """A share of the paragraphs edited; and for 40 of them one dropped, one new, one moved."""
    made = list(texts)
    count = max(1, int(len(texts) * share))
    for at in rng.sample(range(len(texts)), count):
        made[at] = edited(rng, words, made[at])
    for _ in range(max(1, count // 40)):
        del made[rng.randrange(len(made))]
        made.insert(rng.randrange(len(made)), paragraph(rng, words))
        made.insert(rng.randrange(len(made)), made.pop(rng.randrange(len(made))))
    return made


def document(texts: list[str]) -> dict[str, Any]:
    blocks = [
        {
            "type": "paragraph",
            "attrs": {"id": None, "align": None, "end": None},
            "content": [{"type": "text", "text": text}],
        }
        for text in texts
    ]
    return {"type": "doc", "attrs": {"title": "", "lang": "de"}, "content": blocks}


def peer(old: list[str], new: list[str]) -> object:
    before, after = (re.findall(r"\w+|\s+|[^\w\s]", "\n".join(texts)) for texts in (old, new))
    return difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()


def milliseconds(act: Callable[[], object], rounds: int) -> float:
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        took.append(time.perf_counter() - start)
    return statistics.median(took) * 1000


def checked(old: list[str], new: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both as documents, after the laws have been seen to hold."""
    before, after = document(old), document(new)
    redline = compare(before, after)
    if reject(redline) != before or accept(redline) != after:
        raise SystemExit("the redline does not give both texts back")
    return before, after


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--skip-peer", action="store_true", help="difflib takes about a minute")
    asked = parser.parse_args()
    rng = random.Random(5)
    words = vocabulary(rng)
    rows = []
    for pages in (20, 200):
        texts = [paragraph(rng, words) for _ in range(pages * PARAGRAPHS_A_PAGE)]
        for share in (0.01, 0.1, 0.5):
            other = revised(rng, words, texts, share)
            before, after = checked(texts, other)
            row: dict[str, Any] = {"pages": pages, "changed": share}
            row["ms"] = milliseconds(lambda a=before, b=after: compare(a, b), asked.rounds)  # type: ignore[misc]
            row["target_ms"] = TARGETS.get((pages, share))
            if pages == 20 and not asked.skip_peer:
                row["difflib_ms"] = milliseconds(lambda a=texts, b=other: peer(a, b), 1)  # type: ignore[misc]
                row["ratio"] = row["difflib_ms"] / row["ms"]
            rows.append(row)
    texts = [paragraph(rng, words) for _ in range(1000)]
    others = [paragraph(rng, words) for _ in range(1000)]
    shuffled = rng.sample(texts, len(texts))
    giant = " ".join(texts[:200])
    parts = giant.split(" ")
    for _ in range(400):
        parts[rng.randrange(len(parts))] = rng.choice(words)
    many = [f"w{number}" for number in range(70_000)]
    hard = {
        "200 pages, nothing in common": (texts, others),
        "200 pages, all paragraphs shuffled": (texts, shuffled),
        "200 pages, every paragraph edited": (texts, [edited(rng, words, t) for t in texts]),
        "one paragraph of 80 kB, 400 words changed": ([giant], [" ".join(parts)]),
        "one paragraph of 80 kB, all words shuffled": (
            [giant],
            [" ".join(rng.sample(parts, len(parts)))],
        ),
        "70,000 different words, one changed": (
            [" ".join(many)],
            [" ".join([*many[:50_000], "neu", *many[50_001:]])],
        ),
        "two words 20,000 times, at random": (
            [" ".join(rng.choices(["ja", "nein"], k=20_000))],
            [" ".join(rng.choices(["ja", "nein"], k=20_000))],
        ),
    }
    for name, (old, new) in hard.items():
        before, after = checked(old, new)
        took = milliseconds(lambda a=before, b=after: compare(a, b), 3)  # type: ignore[misc]
        rows.append({"case": name, "ms": took})
    if asked.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        show(rows)
    late = [row for row in rows if row.get("target_ms") and row["ms"] > row["target_ms"]]
    slow = [row for row in rows if "ratio" in row and row["ratio"] < LEAST_RATIO]
    return 1 if late or slow else 0


def show(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        name = row.get("case") or f"{row['pages']} pages, {row['changed']:.0%} changed"
        line = f"{name:46}{row['ms']:10.1f} ms"
        if row.get("target_ms"):
            line += f"   target {row['target_ms']} ms"
        if "ratio" in row:
            line += f"   difflib {row['difflib_ms']:9.0f} ms, {row['ratio']:.0f} times as long"
        print(line)


if __name__ == "__main__":
    raise SystemExit(main())
