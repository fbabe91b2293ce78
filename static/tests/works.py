"""What the editor does under people's hands, in a real browser.

.venv/bin/python static/tests/works.py [PART OF A NAME]
"""

from __future__ import annotations

import base64
import sys
import traceback
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from together import Server, open_paper, plain, text_of, until, wait_for_peace

Story = Callable[[Browser, Server, Page], None]

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{color:red}</style></head><body lang=DE>
<!--StartFragment--><p class=MsoTitle>Der Titel<o:p></o:p></p><h2><span style='mso-list:Ignore'></span>Ziele</h2>
<p class=MsoNormal style='margin-bottom:12pt'><b style='mso-bidi-font-weight:normal'>Fett</b> und <span style='font-style:italic'>kursiv</span>,
<span style='mso-spacerun:yes'>  </span>siehe<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1" title=""><span class=MsoFootnoteReference><span style='mso-special-character:footnote'>[1]</span></span></a>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>erstens</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>a)<span>&nbsp;&nbsp;</span></span><![endif]>darunter</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>2.<span>&nbsp;</span></span><![endif]>zweitens</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>·<span>&nbsp;</span></span>Punkt</p>
<table class=MsoTableGrid border=1><tr style='x'><td width=100 colspan=2 style='border:solid'><p class=MsoNormal>Zelle</p></td></tr><tr><td>a</td><td>b</td></tr></table>
<p class=MsoNormal><img width=10 src="file:///C:/bild.png"><span lang=EN-US style='color:red;mso-fareast-language:DE'>Ende</span><script>alert(1)</script></p>
<!--EndFragment--><div style='mso-element:footnote-list'><hr align=left size=1 width="33%"><div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1">[1]</a> Die Quelle.</p></div></div></body></html>"""

GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><h1 dir="ltr"><span style="font-size:20pt;font-weight:400">Kopf</span></h1>
<p dir="ltr"><span style="font-weight:700;text-decoration:none">fett</span><span style="font-weight:400;text-decoration:underline"> <a href="https://www.google.com/url?q=https://example.org/x&amp;sa=D">Verweis</a></span></p>
<ul><li dir="ltr" aria-level="1"><p dir="ltr"><span>eins</span></p></li><ul><li aria-level="2"><p><span>tiefer</span></p></li></ul></ul></b><br class="Apple-interchange-newline">"""

WEB = """<div class="article"><header><h2 onclick="x()">Nachricht</h2></header><div>Ein <a href="javascript:alert(1)">böser</a> und ein
<a href="https://example.org" onmouseover="x()">guter</a> Verweis.<img src="https://tracker.example/pixel.gif"></div><div><div>Tief</div><div></div></div>
<iframe src="https://example.org"></iframe><svg><script>1</script></svg><blockquote>Zitat</blockquote><pre>Zeile</pre></div>"""


def write(page: Page, words: str) -> None:
    page.evaluate("""() => { const {view, editing} = vorlauf
      view.dispatch(view.state.tr.setSelection(editing.parts.TextSelection.atEnd(view.state.doc))); view.focus() }""")
    page.keyboard.type(words)


def paste(page: Page, html: str, text: str = "") -> None:
    page.evaluate(
        """([html, text]) => { const data = new DataTransfer()
      if (html) data.setData('text/html', html)
      data.setData('text/plain', text)
      vorlauf.view.dom.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})) }""",
        [html, text],
    )


def outline_of(node: Any, depth: int = 0) -> list[str]:
    if node["type"] == "text":
        return [
            "  " * depth
            + node["text"]
            + " ".join([""] + [mark["type"] for mark in node.get("marks", [])])
        ]
    facts = {
        key: value
        for key, value in node.get("attrs", {}).items()
        if key in ("level", "start", "style", "colspan", "file", "alt")
        and value not in (None, 1, "decimal")
    }
    head = "  " * depth + node["type"] + (f" {facts}" if facts else "")
    return [head] + [line for kid in node.get("content", []) for line in outline_of(kid, depth + 1)]


def doc(page: Page) -> str:
    return "\n".join(outline_of(text_of(page)))


def fresh(page: Page) -> None:
    page.evaluate("""() => { const {view, editing} = vorlauf
      view.dispatch(view.state.tr.delete(0, view.state.doc.content.size))
      view.dispatch(view.state.tr.setSelection(editing.parts.TextSelection.atEnd(view.state.doc))); view.focus() }""")


def pasting_from_word(browser: Browser, server: Server, page: Page) -> None:
    fresh(page)
    paste(page, WORD)
    got = doc(page)
    for line in (
        "heading\n    Der Titel",
        "heading {'level': 2}\n    Ziele",
        "Fett strong",
        "kursiv em",
        "footnote\n      Die Quelle.",
        "table_cell {'colspan': 2}",
        "Ende",
    ):
        assert line in got, (line, got)
    assert (
        got.count("ordered_list") == 2
        and "{'style': 'lower-alpha'}" in got
        and got.count("bullet_list") == 1
    ), got
    assert "1." not in got and "[1]" not in got and "alert" not in got and "·" not in got, got
    wait_for_peace(server, [page])


def pasting_from_google(browser: Browser, server: Server, page: Page) -> None:
    fresh(page)
    paste(page, GOOGLE)
    got = doc(page)
    assert "heading\n    Kopf" in got and "fett strong" in got and "Verweis link" in got, got
    assert "https://example.org/x" in str(text_of(page)) and "google" not in str(text_of(page))
    assert got.count("bullet_list") == 2, got
    wait_for_peace(server, [page])


def pasting_from_the_web(browser: Browser, server: Server, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    fresh(page)
    paste(page, WEB)
    got = doc(page)
    assert "heading {'level': 2}" in got and "blockquote" in got and "Zeile" in got, got
    assert got.count(" link") == 1 and "javascript" not in str(text_of(page)), got
    until(page, "document.querySelector('.toast') !== null")
    wait_for_peace(server, [page])
    assert not [url for url in asked if "127.0.0.1" not in url], asked


def pasting_plain_text_and_too_much(browser: Browser, server: Server, page: Page) -> None:
    fresh(page)
    paste(page, "", "eins\nzwei\u202e\u0007\n\ndrei")
    assert doc(page).split("\n")[2::2] == ["    eins", "    zwei", "    drei"], doc(page)
    before = text_of(page)
    paste(page, "", "Zeile mit Wörtern\n" * 30_000)
    assert text_of(page) == before
    wait_for_peace(server, [page])


def pictures(browser: Browser, server: Server, page: Page) -> None:
    with page.expect_file_chooser() as chosen:
        page.click('button[aria-label^="Bild"]')
    chosen.value.set_files({"name": "haus.png", "mimeType": "image/png", "buffer": PIXEL})
    until(page, "document.querySelector('dialog textarea') !== null")
    page.fill("dialog textarea", "Ein Haus")
    page.click("dialog button[type=submit]")
    until(page, "document.querySelector('dialog') === null")
    assert "image {'file'" in doc(page) and "'alt': 'Ein Haus'" in doc(page), doc(page)
    until(page, "document.querySelector('.ProseMirror figure img').naturalWidth === 1")
    # Without a connection it waits in its place.
    page.context.set_offline(True)
    page.evaluate(
        """bytes => { const data = new DataTransfer()
      data.items.add(new File([Uint8Array.from(bytes)], 'zweites.png', {type: 'image/png'}))
      vorlauf.view.dom.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})) }""",
        list(PIXEL + b"\0"),
    )
    until(page, "document.querySelector('.uploading[data-state=waiting]') !== null")
    page.context.set_offline(False)
    until(page, "document.querySelector('dialog textarea') !== null")
    page.keyboard.press("Escape")
    assert doc(page).count("image {") == 2, doc(page)
    wait_for_peace(server, [page])


def mentions(browser: Browser, server: Server, page: Page) -> None:
    write(page, " Hallo @cl")
    until(page, "document.querySelector('.suggestion') !== null")
    page.keyboard.press("Enter")
    assert doc(page).rstrip().endswith("mention\n     ") or "mention" in doc(page), doc(page)
    assert "Clara Döring" in str(text_of(page))
    page.keyboard.type("und @")
    until(page, "document.querySelectorAll('.suggestion').length === 4")
    page.keyboard.press("Escape")
    assert page.locator(".suggestion").count() == 0
    assert page.evaluate("document.activeElement.id") == "editor-text", (
        "Escape closed the list only"
    )
    wait_for_peace(server, [page])


def links(browser: Browser, server: Server, page: Page) -> None:
    write(page, " ")
    page.keyboard.press("Control+k")
    page.keyboard.type("javascript:alert(1)")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('dialog .wrong').textContent !== ''")
    page.keyboard.press("Control+a")
    page.keyboard.type("www.example.org")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('dialog') === null")
    assert "https://www.example.org link" in doc(page), doc(page)
    assert page.evaluate("document.activeElement.id") == "editor-text"
    page.keyboard.type(" danach")
    assert "danach link" not in doc(page)
    page.context.route("https://www.example.org/**", lambda route: route.fulfill(body="there"))
    page.click(".ProseMirror a")
    assert len(page.context.pages) == 1
    with page.context.expect_page() as opened:
        page.click(".ProseMirror a", modifiers=["Control"])
    assert opened.value.evaluate("window.opener") is None
    opened.value.close()
    wait_for_peace(server, [page])


def finding(browser: Browser, server: Server, page: Page) -> None:
    page.keyboard.press("Control+f")
    page.keyboard.type("hier")
    until(page, "document.querySelectorAll('.find-hit').length === 2")
    assert "1" in page.inner_text(".find-count")
    page.keyboard.press("Enter")
    assert page.inner_text(".find-count").startswith("2")
    page.fill(".find input[type=text]", "dort")
    page.click(".find-row:last-child .button:last-child")
    assert "dort beginnt" in plain(text_of(page)) and "Und dort" in plain(text_of(page))
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "editor-text"
    page.keyboard.press("Control+z")
    assert plain(text_of(page)).count("ier") >= 2, "one undo takes all of it back"
    wait_for_peace(server, [page])


def the_toolbar_by_keyboard(browser: Browser, server: Server, page: Page) -> None:
    write(page, "")
    page.keyboard.press("Alt+F10")
    assert page.evaluate("document.activeElement.closest('.toolbar') !== null")
    page.keyboard.press("End")
    page.keyboard.press("Home")
    for _ in range(6):  # past the way of working, undo, redo and the kind of paragraph
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.type("fett")
    assert "fett strong" in doc(page), doc(page)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.closest('.toolbar') !== null")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "editor-text"
    assert page.locator('.toolbar [tabindex="0"]:visible').count() == 1, "one stop for Tab"
    page.click(".toolbar-style")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert "heading {'level': 2}" in doc(page), doc(page)
    page.keyboard.press("Control+Shift+Digit7")
    assert "ordered_list" in doc(page), doc(page)
    wait_for_peace(server, [page])


def tables(browser: Browser, server: Server, page: Page) -> None:
    write(page, "")
    page.keyboard.press("Enter")
    page.click('button[aria-label^="Tabelle"]')
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("A")
    page.keyboard.press("Tab")
    page.keyboard.type("B")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # a new row
    page.keyboard.type("C")
    assert doc(page).count("table_row") == 3, doc(page)
    for _ in range(2):
        page.keyboard.press("Control+Alt+Shift+ArrowRight")
    page.click('.toolbar-more button[aria-label="Zellen verbinden"]')
    assert "{'colspan': 2}" in doc(page), doc(page)
    page.click('.toolbar-more button[aria-label="Zelle teilen"]')
    assert "colspan" not in doc(page)
    page.click('.toolbar-more button[aria-label="Spalte löschen"]')
    page.click('.toolbar-more button[aria-label="Tabelle löschen"]')
    assert "table" not in doc(page)
    wait_for_peace(server, [page])


def typing_rules(browser: Browser, server: Server, page: Page) -> None:
    fresh(page)
    page.keyboard.type("## Titel")
    page.keyboard.press("Enter")
    page.keyboard.type("1. eins")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type('"so" -- und...')
    assert doc(page).startswith("doc\n  heading {'level': 2}\n    Titel"), doc(page)
    assert "„so“ – und…" in doc(page) and doc(page).count("ordered_list") == 2, doc(page)
    page.keyboard.press("Backspace")
    assert "und..." in doc(page), "Backspace brings back what was typed"
    page.keyboard.type("😀")
    page.keyboard.press("Backspace")
    wait_for_peace(server, [page])


def who_is_here(browser: Browser, server: Server, page: Page) -> None:
    other = open_paper(browser.new_context(), server, "?as=2")
    until(page, "document.querySelectorAll('#present .avatar').length === 1")
    until(other, "document.querySelectorAll('#present .avatar').length === 1")
    write(other, " Hallo")
    until(page, "document.querySelectorAll('.others-cursor').length === 1")
    wait_for_peace(server, [page, other])
    until(
        page,
        """(() => {
          const { view } = vorlauf
          const there = document.querySelector(".others-cursor").getBoundingClientRect()
          const { right, top, bottom } = view.coordsAtPos(view.state.doc.content.size - 1)
          return Math.abs(there.left - right) < 3 && Math.abs(there.top - top) < 3
            && Math.abs(there.bottom - bottom) < 3 && !view.dom.contains(document.querySelector(".others-cursor"))
        })()""",
    )
    other.keyboard.press("Shift+Home")
    until(
        page, "[...CSS.highlights.values()].flatMap(each => [...each]).join('').includes('Hallo')"
    )
    other.close()
    until(page, "document.querySelectorAll('.others-cursor').length === 0")


def reading_only(browser: Browser, server: Server, page: Page) -> None:
    reader = open_paper(browser.new_context(), server, "?read=1")
    assert reader.evaluate("vorlauf.view.editable") is False
    write(page, " Neues.")
    until(reader, "vorlauf.view.state.doc.textContent.includes('Neues.')")
    server.ask("/control", {"state": "finalised"})
    until(page, "vorlauf.view.editable === false")
    server.ask("/control", {"state": "consultation"})
    until(page, "vorlauf.view.editable === true")
    assert reader.evaluate("vorlauf.view.editable") is False


STORIES: list[Story] = [
    pasting_from_word,
    pasting_from_google,
    pasting_from_the_web,
    pasting_plain_text_and_too_much,
    pictures,
    mentions,
    links,
    finding,
    the_toolbar_by_keyboard,
    tables,
    typing_rules,
    who_is_here,
    reading_only,
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
                context = browser.new_context()
                context.set_default_timeout(8_000)
                page = open_paper(context, server)
                story(browser, server, page)
                print("ok  ", story.__name__)
            except Exception as error:  # noqa: BLE001  each story is told
                failed += 1
                print("FAIL", story.__name__, type(error).__name__, str(error)[:1500])
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
