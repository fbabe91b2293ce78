"""Several people write in one paper in real browsers, and lose their connection now and then.

    .venv/bin/python static/tests/together.py [SEED] [ROUNDS] [PEOPLE] [--sockets-off] [--wild] [--real]

Uses the tiny server beside it (dev-server.mjs); with --real, `vorlauf serve` with the demo board.
Afterwards all texts and the server's are one, and no typed word is missing.
"""

from __future__ import annotations

import atexit
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

HERE = Path(__file__).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """The tiny server, with a log that survives it."""

    def __init__(self, log: str = "") -> None:
        self.port = free_port()
        self.log = log or tempfile.mktemp(suffix=".jsonl")
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            ["node", str(HERE / "dev-server.mjs"), str(self.port), self.log],
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self.process.kill)
        assert self.process.stdout and self.process.stdout.readline().startswith("http")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(self.url + path, data) as answer:
            return json.load(answer)


class RealServer(Server):
    """`vorlauf serve` with the demo board; its people sign in."""

    PEOPLE = ("gesa.lorenz", "dawit.tesfaye", "birgit.moeller")

    def __init__(self) -> None:
        self.port = free_port()
        self.environment = os.environ | {
            "VORLAUF_DATA": tempfile.mkdtemp(),
            "VORLAUF_PORT": str(self.port),
            "VORLAUF_DATABASE_URL": "",
            "VORLAUF_REDIS_URL": "",
            "PYTHONPATH": str(HERE.parent.parent),
        }
        subprocess.run(
            [sys.executable, "-m", "strategy.cli", "demo"],
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        self.signed_in: Page | None = None
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "strategy.cli", "serve"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        atexit.register(self.kill)
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2)
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not answer")

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask(self, path: str, body: Any = None) -> Any:
        """The text that the server has; what the tiny server can be told, this one cannot."""
        if path != "/truth" or self.signed_in is None:
            return {}
        answer = self.signed_in.context.request.get(f"{self.url}/papers/1/doc")
        return answer.json() | {"replayed": True}

    def open(self, context: BrowserContext, who: int) -> Page:
        page = context.new_page()
        page.goto(f"{self.url}/sign-in")
        page.fill("[name=email]", f"{self.PEOPLE[who]}@example.org")
        page.fill("[name=password]", "vorlauf-probieren")
        page.click("main button[data-kind=primary]")
        page.wait_for_url(f"{self.url}/")
        self.signed_in = self.signed_in or page
        return open_paper(context, self, "papers/1")


def settled(page: Page) -> bool:
    return bool(page.evaluate("!vorlauf.session.left() && vorlauf.channel.state.phase === 'open'"))


def text_of(page: Page) -> Any:
    return page.evaluate("vorlauf.view.state.doc.toJSON()")


def version_of(page: Page) -> int:
    return int(page.evaluate("vorlauf.session.version()"))


def wait_for_peace(server: Server, pages: list[Page], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while True:
        version = server.ask("/truth")["version"]
        if all(settled(page) and version_of(page) == version for page in pages):
            return
        if time.monotonic() > end:
            print(
                [
                    page.evaluate(
                        "[vorlauf.channel.state, vorlauf.session.left(), vorlauf.session.version()]"
                    )
                    for page in pages
                ],
                version,
            )
            raise AssertionError("the texts did not come to rest")
        pages[0].wait_for_timeout(100)


def joined(node: Any) -> Any:
    """The node with neighbouring texts of the same marks made one, as the fingerprint sees it."""
    if "content" not in node:
        return node
    kids: list[Any] = []
    for kid in map(joined, node["content"]):
        last = kids[-1] if kids else {}
        if "text" in kid and "text" in last and kid.get("marks") == last.get("marks"):
            kids[-1] = last | {"text": last["text"] + kid["text"]}
        else:
            kids.append(kid)
    return node | {"content": kids}


def until(page: Page, condition: str, seconds: float = 30) -> None:
    """Wait until the condition holds; wait_for_function would need eval, which the page forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"never: {condition}"
        page.wait_for_timeout(50)


def plain(node: Any) -> str:
    inside = "".join(plain(child) for child in node.get("content", []))
    return str(node.get("text", "")) + inside


def open_paper(context: BrowserContext, server: Server, query: str = "") -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: print("PAGE ERROR", error, getattr(error, "stack", "")))
    page.on(
        "console",
        lambda message: (
            print("CONSOLE", message.text)
            if message.type == "error"
            and "ERR_" not in message.text
            and "WebSocket" not in message.text
            else None
        ),
    )
    page.goto(server.url + "/" + query)
    until(page, "window.vorlauf !== undefined && vorlauf.channel.state.phase === 'open'")
    return page


GO = """([part, anywhere]) => {
  const {view, editing} = vorlauf, {TextSelection} = editing.parts, ends = []
  view.state.doc.descendants((node, at) => { if (node.isTextblock) ends.push(at + 1 + node.content.size) })
  const at = anywhere ? Math.floor(part * view.state.doc.content.size) : ends[Math.floor(part * ends.length)]
  view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(at))))
  view.focus()
}"""


COMMAND = """name => {
  const {view, actions} = vorlauf
  actions[name].run(view.state, view.dispatch, view)
  document.querySelector('.footnote-panel button')?.click()
}"""
TABLE = (
    "name => { const {view, tables} = vorlauf; tables[name]?.(view.state, view.dispatch, view) }"
)


def act(page: Page, dice: random.Random, name: str, typed: list[str], wild: bool) -> None:
    """One thing that a person does; if not wild, nobody touches what another has typed."""
    page.evaluate(GO, [dice.random(), wild])
    kind = dice.random()
    if kind < 0.7 or (not wild and kind > 0.87):
        word = f"{name}{len(typed)}"
        typed.append(word)
        if wild:
            page.keyboard.type(f" {word}; ")
        else:  # at once: letter by letter, another may write between two that have arrived there
            page.keyboard.insert_text(f" {word}; ")
    elif kind < 0.76:
        page.keyboard.press("Enter")
    elif kind < 0.78 and wild:
        page.evaluate(
            COMMAND,
            dice.choice(["bullets", "numbers", "quote", "motion", "rule", "footnote", "indent"]),
        )
    elif kind < 0.8 and wild:
        page.evaluate(
            TABLE,
            dice.choice(
                [
                    "insert",
                    "row-below",
                    "column-after",
                    "delete-row",
                    "delete-column",
                    "merge",
                    "split",
                ]
            ),
        )
    elif kind < 0.87:
        page.keyboard.press("Control+b")
        page.keyboard.type(" fett")
    elif kind < 0.91:
        page.keyboard.press("Control+z")
    elif kind < 0.95:
        for _ in range(5):
            page.keyboard.press("Backspace")
    else:
        page.keyboard.press("Control+Alt+2")


def play(
    browser: Browser,
    server: Server | RealServer,
    *,
    seed: int,
    rounds: int,
    people: int = 2,
    wild: bool = False,
    sockets: bool = True,
) -> str:
    """Let people write, lose their connections and find together again; what came of it.

    raises  AssertionError where texts differ or a typed word is missing
    """
    dice = random.Random(seed)
    contexts = [browser.new_context() for _ in range(people)]
    try:
        if not sockets:
            server.ask("/control", {"sockets": False})
        pages = [
            server.open(context, at)
            if isinstance(server, RealServer)
            else open_paper(context, server, f"?as={at + 1}")
            for at, context in enumerate(contexts)
        ]
        words: list[list[str]] = [[] for _ in pages]
        offline = [False] * people
        for turn in range(rounds):
            who = dice.randrange(people)
            act(pages[who], dice, f"w{seed}x{who}x{turn}x", words[who], wild)
            luck = dice.random()
            if luck < 0.08:
                offline[who] = not offline[who]
                contexts[who].set_offline(offline[who])
            elif luck < 0.11:
                server.kill()
                time.sleep(0.2)
                server.start()
                if not sockets:
                    server.ask("/control", {"sockets": False})
            elif luck < 0.14:
                server.ask("/control", {"lose": 1})
        for context in contexts:
            context.set_offline(False)
        wait_for_peace(server, pages)
        truth = server.ask("/truth")
        truth["doc"] = joined(truth["doc"])
        texts = [joined(text_of(page)) for page in pages]
        if any(text != truth["doc"] for text in texts):
            folder = Path(tempfile.mkdtemp())
            for at, text in enumerate([truth["doc"], *texts]):
                (folder / f"{at}.json").write_text(
                    json.dumps(text, ensure_ascii=False, indent=1, sort_keys=True)
                )
            raise AssertionError(f"the texts differ: {folder}")
        assert truth["replayed"]
        flat = plain(truth["doc"])
        missing = [] if wild else [word for typed in words for word in typed if word not in flat]
        ways = [page.evaluate("vorlauf.channel.state.way") for page in pages]
        loads = [page.evaluate("vorlauf.session.loads") for page in pages]
        assert not missing, (missing, flat)
        assert not any(loads), loads
        return f"seed {seed}: one text at version {truth['version']}, {sum(map(len, words))} words, ways {ways}"
    finally:
        for context in contexts:
            context.close()


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    seed, rounds, people = (numbers + [1, 60, 2][len(numbers) :])[:3]
    server = RealServer() if "--real" in sys.argv else Server()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        wild, sockets = "--wild" in sys.argv, "--sockets-off" not in sys.argv
        print(
            play(
                browser,
                server,
                seed=seed,
                rounds=rounds,
                people=people,
                wild=wild,
                sockets=sockets,
            )
        )
        browser.close()
    server.kill()


if __name__ == "__main__":
    main()
