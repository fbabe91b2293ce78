"""What is typed survives: closed and crashed tabs, a killed server, an expired session, refusals.

.venv/bin/python static/tests/survives.py [PART OF A NAME]
"""

from __future__ import annotations

import base64
import contextlib
import sys
import traceback
from collections.abc import Callable

from playwright.sync_api import Browser, Error, Page, sync_playwright
from together import Server, open_paper, plain, settled, text_of, until, wait_for_peace

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PASTE = """bytes => { const data = new DataTransfer()
  data.items.add(new File([Uint8Array.from(bytes)], 'haus.png', {type: 'image/png'}))
  vorlauf.view.dom.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})) }"""

Story = Callable[[Browser, Server], None]


def write(page: Page, words: str) -> None:
    """Type at the end of the paper."""
    page.evaluate("""() => {
      const {view, editing} = vorlauf
      view.dispatch(view.state.tr.setSelection(editing.parts.TextSelection.atEnd(view.state.doc)))
      view.focus()
    }""")
    page.keyboard.type(words)


def kept(page: Page) -> None:
    """Wait until what was typed lies in the browser's store."""
    page.evaluate("vorlauf.session.save()")


def truth(server: Server) -> str:
    return plain(server.ask("/truth")["doc"])


def a_closed_tab(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    page = open_paper(context, server)
    context.set_offline(True)
    write(page, " Im Zug geschrieben.")
    until(page, "document.querySelector('#saved').dataset.state === 'offline'")
    kept(page)
    page.close()
    context.set_offline(False)
    again = open_paper(context, server)
    wait_for_peace(server, [again])
    assert truth(server).count("Im Zug geschrieben.") == 1, truth(server)
    assert plain(text_of(again)).count("Im Zug geschrieben.") == 1


def a_crashed_tab(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    page = open_paper(context, server)
    other = open_paper(browser.new_context(), server, "?as=2")
    context.set_offline(True)
    write(page, " Vor dem Absturz.")
    kept(page)
    with contextlib.suppress(Error):  # the answer never comes
        page.goto("chrome://crash", timeout=2_000, wait_until="commit")
    page.close()
    context.set_offline(False)
    write(other, " Derweil anderswo.")
    again = open_paper(context, server)
    wait_for_peace(server, [again, other])
    assert truth(server).count("Vor dem Absturz.") == 1
    assert truth(server).count("Derweil anderswo.") == 1


def a_lost_answer_before_the_tab_died(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    page = open_paper(context, server)
    server.ask("/control", {"lose": 1, "sockets": False})
    until(page, "vorlauf.channel.state.way === 'http' && vorlauf.channel.state.phase === 'open'")
    write(page, " Nur einmal.")
    for _ in range(100):
        if "Nur einmal." in truth(server) or server.ask("/control", {})["lose"] == 0:
            break
        page.wait_for_timeout(20)
    page.close()
    again = open_paper(context, server)
    wait_for_peace(server, [again])
    assert truth(server).count("Nur einmal.") == 1, truth(server)


def a_killed_server(browser: Browser, server: Server) -> None:
    page = open_paper(browser.new_context(), server)
    write(page, " Vorher.")
    server.kill()
    write(page, " Während.")
    until(page, "document.querySelector('#saved').dataset.state === 'offline'")
    write(page, " Danach.")
    server.start()
    wait_for_peace(server, [page])
    assert "Vorher. Während. Danach." in truth(server)
    until(page, "document.querySelector('#saved').dataset.state === 'saved'")


def an_expired_session(browser: Browser, server: Server) -> None:
    page = open_paper(browser.new_context(), server)
    server.ask("/control", {"signedIn": False})
    until(page, "document.querySelector('dialog input[type=password]') !== null")
    page.keyboard.press("Escape")  # later
    write(page, " Ohne Anmeldung.")
    assert page.evaluate("document.querySelector('#saved').dataset.state") == "refused"
    page.click("#saved button")
    page.fill("dialog input[type=email]", "anna@example.org")
    page.fill("dialog input[type=password]", "falsch")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('dialog .wrong').textContent !== ''")
    page.fill("dialog input[type=password]", "richtig")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('dialog') === null")
    wait_for_peace(server, [page])
    assert "Ohne Anmeldung." in truth(server)


def signing_out_and_in_elsewhere(browser: Browser, server: Server) -> None:
    page = open_paper(browser.new_context(), server)
    server.ask("/control", {"sockets": False, "token": "another"})
    until(page, "vorlauf.channel.state.way === 'http' && vorlauf.channel.state.phase === 'open'")
    write(page, " Mit altem Zettel.")
    wait_for_peace(server, [page])
    assert "Mit altem Zettel." in truth(server)
    assert page.locator(".your-words:not([hidden])").count() == 0


def a_refused_batch(browser: Browser, server: Server) -> None:
    page = open_paper(browser.new_context(), server)
    other = open_paper(browser.new_context(), server, "?as=2")
    server.ask("/control", {"refuse": "verboten"})
    page.evaluate("""() => {
      const {view} = vorlauf
      view.dispatch(view.state.tr.insertText(' Das ist verboten hier.', view.state.doc.content.size - 1))
    }""")
    until(page, "document.querySelector('.your-words:not([hidden]) textarea') !== null")
    assert "verboten" in page.input_value(".your-words textarea")
    until(page, "vorlauf.channel.state.phase === 'open'")
    assert "verboten" not in plain(text_of(page))
    server.ask("/control", {"refuse": ""})
    write(page, " Weiter geht es.")
    wait_for_peace(server, [page, other])
    assert "Weiter geht es." in truth(server)
    page.reload()
    until(page, "document.querySelector('.your-words:not([hidden]) textarea') !== null")
    page.click(".your-words .actions .button:last-child")
    assert page.evaluate("document.querySelector('.your-words').hidden")


def two_tabs(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    one = open_paper(context, server)
    context.set_offline(True)
    write(one, " Erster Tab.")
    kept(one)
    context.set_offline(False)
    two = open_paper(context, server)
    write(two, " Zweiter Tab.")
    wait_for_peace(server, [one, two])
    assert truth(server).count("Erster Tab.") == 1
    assert truth(server).count("Zweiter Tab.") == 1


def far_behind(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    page = open_paper(context, server)
    context.set_offline(True)
    write(page, " Ein Tag im Funkloch.")
    until(page, "document.querySelector('#saved').dataset.state === 'offline'")
    version = server.ask("/truth")["version"]
    steps = [
        {
            "stepType": "replace",
            "from": 1 + n,
            "to": 1 + n,
            "slice": {"content": [{"type": "text", "text": "x"}]},
        }
        for n in range(2001)
    ]
    server.ask(
        "/control",
        {
            "steps": {
                "type": "steps",
                "version": version,
                "steps": steps,
                "client": "busy",
                "batch": 1,
            }
        },
    )
    context.set_offline(False)
    until(page, "document.querySelector('.your-words:not([hidden]) textarea') !== null")
    assert "Ein Tag im Funkloch." in page.input_value(".your-words textarea")
    wait_for_peace(server, [page])
    assert "Funkloch" not in truth(server)
    page.click(".your-words .actions .button:nth-child(3)")
    assert page.locator(".both-text").count() == 2
    assert "Funkloch" in page.inner_text(".both-text:nth-child(2)")


def words_in_a_deleted_paragraph(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    page = open_paper(context, server)
    other = open_paper(browser.new_context(), server, "?as=2")
    context.set_offline(True)
    page.evaluate(
        "() => { const {view} = vorlauf; view.dispatch(view.state.tr.insertText('KOSTBAR', 20)) }"
    )
    other.evaluate(
        "() => { const {view} = vorlauf; const {nodeSize} = view.state.doc.child(1); view.dispatch(view.state.tr.delete(14, 14 + nodeSize)) }"
    )
    wait_for_peace(server, [other])
    context.set_offline(False)
    until(page, "document.querySelector('.your-words:not([hidden]) textarea') !== null")
    assert "KOSTBAR" in page.input_value(".your-words textarea")
    wait_for_peace(server, [page, other])


def undo_only_mine(browser: Browser, server: Server) -> None:
    page = open_paper(browser.new_context(), server)
    other = open_paper(browser.new_context(), server, "?as=2")
    write(page, " MEINS")
    wait_for_peace(server, [page, other])
    write(other, " DEINS")
    wait_for_peace(server, [page, other])
    write(page, "")
    for _ in range(3):
        page.keyboard.press("Control+z")
    wait_for_peace(server, [page, other])
    assert "MEINS" not in truth(server) and "DEINS" in truth(server)


def a_text_that_differs(browser: Browser, server: Server) -> None:
    page = open_paper(browser.new_context(), server)
    server.ask("/control", {"hash": "0" * 64})
    until(page, "vorlauf.session.loads === 1 && vorlauf.channel.state.phase === 'open'")
    assert settled(page)
    assert text_of(page) == server.ask("/truth")["doc"]


def a_picture_that_waited(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    page = open_paper(context, server)
    write(page, "")
    context.set_offline(True)
    page.evaluate(PASTE, list(PIXEL))
    until(page, "document.querySelector('.uploading[data-state=waiting]') !== null")
    page.wait_for_timeout(300)
    page.close(run_before_unload=False)
    context.set_offline(False)
    again = open_paper(context, server)
    until(again, "document.querySelector('dialog textarea') !== null")
    again.keyboard.type("Ein Haus")
    again.keyboard.press("Tab")
    again.keyboard.press("Escape")
    wait_for_peace(server, [again])
    figures = [block for block in text_of(again)["content"] if block["type"] == "figure"]
    assert len(figures) == 1, text_of(again)
    again.reload()
    until(again, "window.vorlauf !== undefined && vorlauf.channel.state.phase === 'open'")
    again.wait_for_timeout(500)
    assert again.locator("dialog[open]").count() == 0, "it was taken once"


STORIES: list[Story] = [
    a_closed_tab,
    a_crashed_tab,
    a_lost_answer_before_the_tab_died,
    a_killed_server,
    an_expired_session,
    signing_out_and_in_elsewhere,
    a_refused_batch,
    two_tabs,
    far_behind,
    words_in_a_deleted_paragraph,
    undo_only_mine,
    a_text_that_differs,
    a_picture_that_waited,
]


def main() -> None:
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    failed = told = 0
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for story in STORIES:
            if wanted not in story.__name__:
                continue
            server = Server()
            told += 1
            try:
                story(browser, server)
                print("ok  ", story.__name__)
            except Exception as error:  # noqa: BLE001  each story is told
                failed += 1
                print("FAIL", story.__name__, type(error).__name__, str(error)[:600])
                traceback.print_tb(error.__traceback__, -1)
            finally:
                server.kill()
                for context in browser.contexts:
                    context.close()
        browser.close()
    print(f"{told - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
