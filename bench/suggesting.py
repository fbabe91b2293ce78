"""Typing into a paper of 40 pages in which 500 suggestions stand, beside the same without any.

python bench/suggesting.py
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

from pages import cookie
from playwright.sync_api import Page, sync_playwright

from strategy.domain import bodies, devices, papers, people, steps
from strategy.settings import Settings
from strategy.store import migrate
from strategy.store.base import make_engine, make_session

NOW = datetime(2026, 9, 7, 12, tzinfo=UTC)
PARAGRAPHS = 240
"""Of 60 words: six to a page."""
SUGGESTIONS = 500
KEYS = 120
PORT = 8191
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
LISTEN = """() => {
  window.tasks = []
  new PerformanceObserver(list => {
    window.tasks.push(...list.getEntries().map(each => each.duration))
  }).observe({ entryTypes: ["longtask"] })
  window.keys = []
  const view = window.vorlauf.view
  const say = view.props.dispatchTransaction
  view.setProps({ dispatchTransaction(transaction) {
    const before = performance.now()
    say.call(this, transaction)
    if (transaction.docChanged) window.keys.push(performance.now() - before)
  } })
}"""
PLACE = """() => {
  const { view, parts } = window.vorlauf.editing
  let at = 1
  for (let index = 0; index < 120; index++) at += view.state.doc.child(index).nodeSize
  view.dispatch(view.state.tr.setSelection(parts.TextSelection.create(view.state.doc, at + 7)))
  view.focus()
}"""


def paragraph(number: int) -> dict:
    """A paragraph of about 60 words."""
    words = " ".join(f"Wort{number}x{place}" for place in range(60))
    return {"type": "paragraph", "attrs": {"id": f"p{number}"},
            "content": [{"type": "text", "text": words}]}  # fmt: skip


def suggestion(at: int, person: int, number: int) -> list[dict]:
    """A word struck through and another one put behind it."""
    mark = {"attrs": {"id": f"{person}:s{number}"}}
    part = {"content": [{"type": "text", "text": "neu", "marks": [{"type": "insertion", **mark}]}]}
    return [
        {"stepType": "addMark", "from": at, "to": at + 5, "mark": {"type": "deletion", **mark}},
        {"stepType": "replace", "from": at + 5, "to": at + 5, "slice": part},
    ]


def filled(folder: Path) -> tuple[str, list[int]]:
    """A session token of a co-author, and two papers: without suggestions, and with them."""
    settings = Settings(data=str(folder))
    engine = make_engine(settings.database)
    migrate.to_newest(engine)
    with make_session(engine, writes=True) as db:
        ada = people.add(db, "ada@example.org", "Ada Ahrens", now=NOW)
        body = bodies.add(db, "vorstand", "Landesvorstand", now=NOW)
        bodies.set_role(db, body, ada, "chair", by=None, now=NOW)
        doc = {"type": "doc", "content": [paragraph(number) for number in range(PARAGRAPHS)]}
        made = [
            papers.start(db, body, f"Papier {number}", doc=doc, lead=ada, by=ada, now=NOW)
            for number in range(2)
        ]
        at, every, size = 1, [], len(paragraph(0)["content"][0]["text"])
        places = []
        for number in range(PARAGRAPHS):
            size = len(paragraph(number)["content"][0]["text"])
            places += [at + 40, at + 160, at + 280][: 3 if number % 12 == 0 else 2]
            at += size + 2
        for number, place in enumerate(sorted(places[:SUGGESTIONS], reverse=True)):
            every += suggestion(place, ada.id, number)
        for start in range(0, len(every), 500):
            steps.append(db, made[1], every[start : start + 500], by=ada, now=NOW)
        token = devices.start(db, ada, agent="bench", now=datetime.now(UTC))
        db.commit()
        return token, [paper.id for paper in made]


def typed(page: Page, paper: int, mode: str) -> tuple[float, float, int]:
    """Median and longest milliseconds of a keypress's work, and the longest task over 50 ms."""
    page.goto(f"http://127.0.0.1:{PORT}/papers/{paper}")
    page.wait_for_selector("[data-mounted]")
    page.wait_for_timeout(4_000)
    if mode == "suggest":
        page.locator(".mode-switch .button").nth(1).click()
    page.evaluate(LISTEN)
    page.evaluate(PLACE)
    page.wait_for_timeout(1_000)
    page.evaluate("() => { window.tasks.length = 0; window.keys.length = 0 }")
    page.keyboard.type("wohnen " * (KEYS // 7), delay=60)
    page.wait_for_timeout(500)
    keys, tasks = page.evaluate("[window.keys, window.tasks]")
    return statistics.median(keys), max(keys), round(max(tasks, default=0))


def main() -> None:
    """Print a line for each paper and mode."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place)
        token, made = filled(folder)
        environment = os.environ | {"VORLAUF_DATA": place, "VORLAUF_PORT": str(PORT)}
        server = subprocess.Popen(
            [sys.executable, "-m", "strategy.cli", "serve"], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            for _ in range(100):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=2)
                    break
                except OSError:
                    time.sleep(0.2)
            there = next(filter(None, map(shutil.which, BROWSERS)), None)
            browser = playwright.chromium.launch(executable_path=there, args=ARGUMENTS)
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            name, value = cookie(folder, token).split("=", 1)
            address = f"http://127.0.0.1:{PORT}"
            context.add_cookies([{"name": name, "value": value, "url": address}])
            page = context.new_page()
            for mode in ("write", "suggest"):
                plain, full = (typed(page, paper, mode) for paper in made)
                print(
                    f"{mode}: a keypress {full[0]:.1f} ms (longest {full[1]:.1f}) with "
                    f"{SUGGESTIONS} suggestions, {plain[0]:.1f} ms without; ratio "
                    f"{full[0] / plain[0]:.2f}; longest task over 50 ms: {full[2]} and {plain[2]}"
                )
            browser.close()
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
