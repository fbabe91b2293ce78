"""Amendments to a long paper: their collisions, carrying them along, the merge view's data.

    python bench/merging.py [--json] [--amendments N]

A paper of 40 pages and 200 amendments, each in three places, as the database keeps them: texts and
edits that were worked out when each was moved. Timed: finding every collision; carrying all along
to a revision in which twenty paragraphs have changed, with all that is kept of each; reading
everything that the merge view shows.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.redline import sentence, vocabulary
from strategy.text import amending
from strategy.text.compare import compare
from strategy.text.fingerprint import canonical
from strategy.text.merge import clashes
from strategy.text.merge_carry import carry_all
from strategy.text.merge_edits import edits_of, starts_of
from strategy.text.positions import plain_text

PARAGRAPHS = 200
CHARACTERS = 520
"""A page of ours holds about 2,600 characters."""
TARGETS = {"collisions": 1.0, "carrying": 2.0, "merge view": 1.0}  # seconds

Doc = dict[str, Any]


def paper(rng: random.Random) -> Doc:
    """A paper of 40 pages."""
    words = vocabulary(rng)
    content = []
    for number in range(PARAGRAPHS):
        text = ""
        while len(text) < CHARACTERS:
            text += sentence(rng, words) + " "
        content.append(
            {
                "type": "paragraph",
                "attrs": {"id": f"b{number}"},
                "content": [{"type": "text", "text": text.strip()}],
            }
        )
    return canonical({"type": "doc", "attrs": {"title": "Lang"}, "content": content})


def changed(doc: Doc, rng: random.Random, places: int, word: str) -> Doc:
    """The paper with a word replaced at so many places."""
    made = json.loads(json.dumps(doc))
    for _ in range(places):
        node = rng.choice(made["content"])["content"][0]
        words = node["text"].split(" ")
        words[rng.randrange(len(words))] = word
        node["text"] = " ".join(words)
    return canonical(made)


def seconds(act: Callable[[], object]) -> float:
    """The best of three."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        act()
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    """Measure and say whether the targets are met."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--json", action="store_true")
    options.add_argument("--amendments", type=int, default=200)
    given = options.parse_args()
    rng = random.Random(11)
    base = paper(rng)
    tracked = [
        compare(base, changed(base, rng, 3, f"anders{n}"), author=f"a{n}")
        for n in range(given.amendments)
    ]
    kept = [
        (
            orjson.dumps(each).decode(),
            amending.pack_edits(edits_of(base, each)),
            amending.pack_passages(amending.passages(base, each)),
        )
        for each in tracked
    ]
    names = [f"a{n}" for n in range(given.amendments)]
    moved = changed(base, rng, 20, "neu")
    found: dict[str, int] = {}

    def collide() -> None:
        edits = [amending.unpack_edits(packed) for _, packed, _ in kept]
        found["collisions"] = len(clashes(base, edits))

    def carry() -> None:
        wanted = [orjson.loads(text) for text, _, _ in kept]
        edits = [amending.unpack_edits(packed) for _, packed, _ in kept]
        count = 0
        starts = starts_of(moved)
        for made in carry_all(base, moved, wanted, edits, names):
            if made is not None:
                again = edits_of(moved, made, starts)
                amending.pack_edits(again)
                amending.pack_passages(amending.passages(moved, made, again, starts))
                orjson.dumps(made)
                count += 1
        found["carried"] = count

    def view() -> None:
        collide()
        found["passages"] = sum(len(amending.unpack_passages(said)) for _, _, said in kept)

    times = {
        "collisions": seconds(collide),
        "carrying": seconds(carry),
        "merge view": seconds(view),
    }
    facts = {
        "pages": round(len(plain_text(base)) / 2_600),
        "amendments": given.amendments,
        **found,
        **{name: round(value, 3) for name, value in times.items()},
    }
    if given.json:
        print(json.dumps(facts))
    else:
        print(
            f"{facts['pages']} pages, {given.amendments} amendments, {found['passages']} passages,"
            f" {found['collisions']} collisions, {found['carried']} carried along"
        )
        for name, value in times.items():
            word = "ok" if value < TARGETS[name] else "ABOVE THE TARGET"
            print(f"{name:12} {value:7.3f} s   at most {TARGETS[name]:.0f} s   {word}")
    if any(value >= TARGETS[name] for name, value in times.items()):
        sys.exit(1)


if __name__ == "__main__":
    main()
