"""A real server with the demo board, and real browsers that visit it."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from strategy.domain import jobs, lines, polls
from strategy.store.base import make_engine

PASSWORD = "vorlauf-probieren"
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
NOT_WANTED = (
    # what Playwright switches off, since the last such flag is the one that counts …
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding",
    "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints",
    "NetworkTimeServiceQuerying", "PreconnectToSearch",
    # … and the address bar's popups: pages of their own in every window, most of its work
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
)  # fmt: skip
ARGUMENTS = [
    f"--disable-features={','.join(NOT_WANTED)}",
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


class Server:
    """`vorlauf serve` as people run it, on a free port, with data of its own."""

    def __init__(self, folder: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "VORLAUF_DATA": str(folder), "VORLAUF_PORT": str(self.port),
            "VORLAUF_DATABASE_URL": "", "VORLAUF_REDIS_URL": "",
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> str:
        """Run `vorlauf …`; what it printed."""
        return subprocess.run(
            [sys.executable, "-m", "strategy.cli", *words],
            env=self.environment, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip

    def start(self) -> None:
        """Start and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "strategy.cli", "serve"], env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.address}/healthz", timeout=2)  # noqa: S310
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not answer")

    def kill(self) -> None:
        """kill -9 of the server and its workers, in the middle of whatever they do."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end, as an operator does."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


def work_off(address: str) -> None:
    """Do what a server on this database would do first: each of them would do it anew."""
    engine = make_engine(address)
    jobs.run_due(engine, {"lines": lines.work, "poll": polls.work})
    engine.dispose()


@pytest.fixture(scope="session")
def demo_board(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo board's data folder, made once per run by whichever process is first; copy it."""
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    folder, unfinished = run / "demo", run / "demo-unfinished"
    with (run / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            board = Server(unfinished)
            board.command("demo")
            work_off(f"sqlite:///{unfinished / 'vorlauf.db'}")
            board.command("remind")
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="module")
def server(demo_board: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demo board, a module's own."""
    data = tmp_path_factory.mktemp("board") / "data"
    shutil.copytree(demo_board, data)
    server = Server(data)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the one on the machine, if it can be without windows; else Playwright's own."""
    there = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=there, args=ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """Somebody's browser, signed in."""

    def __init__(self, context: BrowserContext, page: Page, address: str):
        self.context, self.page, self.address = context, page, address
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def go(self, path: str) -> Page:
        """Open a page of the server."""
        self.page.goto(self.address + path)
        return self.page

    def settle(self, path: str) -> Page:
        """Open a page and wait until its fonts and its text are there."""
        page = self.go(path)
        if page.locator("#editor").count():
            page.wait_for_selector(".ProseMirror")
        page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
        return page

    def write(self, paper: int) -> Page:
        """Open a paper and wait until it can be written."""
        page = self.go(f"/papers/{paper}")
        page.wait_for_selector(".ProseMirror[contenteditable=true]")
        return page

    def text(self) -> str:
        """The paper's text as the editor holds it."""
        return str(
            self.page.evaluate("document.querySelector('.ProseMirror').pmViewDesc.node.textContent")
        )


@pytest.fixture(scope="module")
def signed_in(server: Server) -> dict[str, StorageState]:
    """The cookies of who has signed in on a module's server, by name: once each is enough."""
    return {}


@pytest.fixture
def visit(
    server: Server, browser: Browser, signed_in: dict[str, StorageState]
) -> Iterator[Callable[..., Visit]]:
    """Sign somebody of the demo in, in a browser of their own: `visit("gesa.lorenz")`."""
    contexts: list[BrowserContext] = []

    def arrive(name: str, **settings: object) -> Visit:
        options = {
            "viewport": {"width": 1440, "height": 900}, "locale": "de-DE",
            "storage_state": signed_in.get(name),
        } | settings  # fmt: skip
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        if name in signed_in:
            return Visit(context, page, server.address)
        page.goto(f"{server.address}/sign-in")
        page.fill("[name=email]", f"{name}@example.org")
        page.fill("[name=password]", PASSWORD)
        page.click("main button[data-kind=primary]")
        page.wait_for_url(f"{server.address}/")
        signed_in[name] = context.storage_state()
        return Visit(context, page, server.address)

    yield arrive
    for context in contexts:
        context.close()
