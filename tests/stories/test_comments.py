"""Comments in real browsers: written, carried, answered, refused, live, offline, by keyboard."""

from __future__ import annotations

import itertools
import re
from contextlib import suppress

from playwright.sync_api import TimeoutError

HOUSING = 1


def _select(page, words):
    """Select words of the text, wherever it stands; again, if the text was drawn anew meanwhile."""
    page.wait_for_function(
        """words => {
          if (document.querySelector('.comment-here')?.checkVisibility()) return true
          const root = document.querySelector('.ProseMirror, #revision-text')
          const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
          for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            const at = node.data.indexOf(words)
            if (at < 0) continue
            if (root.classList.contains('ProseMirror')) root.focus()
            const range = document.createRange()
            range.setStart(node, at)
            range.setEnd(node, at + words.length)
            getSelection().removeAllRanges()
            getSelection().addRange(range)
            return false
          }
          throw new Error('not in the text: ' + words)
        }""",
        arg=words,
        polling=500,
    )


def _comment(page, words, text):
    """Comment on words by keyboard; the new card."""
    _select(page, words)
    page.keyboard.press("Control+Alt+m")
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")
    card = page.locator(".thread", has_text=text)
    card.wait_for()
    return card


COMMENTED = """number => [...document.querySelectorAll(`.commented[data-comments~="${number}"]`)]
    .map(each => each.innerText).join('')"""


def _is_about(page, card, words):
    """The text shows a card's comment at exactly these words; soon, if it is just drawn anew."""
    number = card.get_attribute("id").removeprefix("comment-")
    with suppress(TimeoutError):
        page.wait_for_function(
            f"([number, words]) => ({COMMENTED})(number) === words", arg=[number, words]
        )
    assert page.evaluate(COMMENTED, number) == words


def _open(visit, path):
    page = visit.go(path)
    page.wait_for_selector(".thread")
    return page


def test_a_comment_written_by_keyboard_is_there_for_everybody_at_once(visit):
    gesa, amira = visit("gesa.lorenz"), visit("amira.thoma")
    one, two = _open(gesa, f"/papers/{HOUSING}"), _open(amira, f"/papers/{HOUSING}")
    card = _comment(one, "sondern die", "Warum nicht beides?")
    assert one.evaluate("document.activeElement.id") == card.get_attribute("id")
    theirs = two.locator(".thread", has_text="Warum nicht beides?")
    theirs.wait_for()
    _is_about(two, theirs, "sondern die")
    said = two.locator("[role=status]").all_inner_texts()
    assert any("Neuer Kommentar von Gesa Lorenz" in words for words in said)
    assert gesa.errors == amira.errors == []


def test_a_passage_moves_along_with_what_others_type(visit):
    gesa, dawit = visit("gesa.lorenz"), visit("dawit.tesfaye")
    one, two = gesa.write(HOUSING), dawit.write(HOUSING)
    card = _comment(one, "Der Erbbauzins", "Höhe?")
    two.locator(".thread", has_text="Höhe?").wait_for()
    heading = two.locator(".ProseMirror h1, .ProseMirror h2").first
    heading.click()
    two.wait_for_function(
        "heading => heading.contains(getSelection().focusNode)", arg=heading.element_handle()
    )
    two.keyboard.press("Home")
    two.wait_for_function("() => window.vorlauf.view.state.selection.$from.parentOffset === 0")
    two.keyboard.type("Zur ")
    two.locator(".ProseMirror", has_text="Zur Ausgangslage").wait_for()
    one.locator(".ProseMirror", has_text="Zur Ausgangslage").wait_for()
    _is_about(one, card, "Der Erbbauzins")
    _is_about(two, two.locator(".thread", has_text="Höhe?"), "Der Erbbauzins")


def test_what_was_said_while_the_connection_was_broken_is_there_when_it_is_back(visit):
    gesa, dawit = visit("gesa.lorenz"), visit("dawit.tesfaye")
    broken = []

    def connect(socket):
        if broken:
            socket.connect_to_server()
        else:
            broken.append(socket)  # it seems open, and nothing comes

    dawit.page.route_web_socket(re.compile("/live"), connect)
    one, two = gesa.write(HOUSING), dawit.write(HOUSING)
    two.wait_for_function("() => document.querySelector('.comments')")
    while not broken:
        two.wait_for_timeout(50)
    _comment(one, "Der Erbbauzins", "Noch da?")
    broken[0].close()
    two.locator(".thread", has_text="Noch da?").wait_for()


def test_words_can_be_commented_on_the_moment_they_are_typed(visit):
    gesa = visit("gesa.lorenz")
    page = gesa.write(HOUSING)
    page.locator(".ProseMirror p", has_text="Zugleich gehört").click()
    page.keyboard.press("End")
    page.keyboard.type(" Frisch getippt")
    card = _comment(page, "Frisch getippt", "Noch warm.")
    _is_about(page, card, "Frisch getippt")
    page.reload()
    card.wait_for()
    _is_about(page, card, "Frisch getippt")


def test_a_refusal_without_a_reason_is_named_at_its_field(visit):
    gesa = visit("gesa.lorenz")
    page = _open(gesa, f"/papers/{HOUSING}")
    card = _comment(page, "drei Genossenschaften", "Welche denn?")
    card.locator("[data-act=resolve]").click()
    card.locator(".segment", has_text="Nicht übernommen").click()
    card.locator("textarea").press("Control+Enter")
    field = card.locator("textarea")
    assert field.get_attribute("aria-invalid") == "true"
    described = card.locator(f"#{field.get_attribute('aria-describedby')}")
    assert "braucht eine Begründung" in described.inner_text()
    field.fill("Das steht im Anhang.")
    field.press("Control+Enter")
    card.wait_for(state="detached")  # only open ones are shown
    page.locator(".comment-filters select").first.select_option("resolved")
    shown = page.locator(".thread", has_text="Das steht im Anhang.")
    shown.wait_for()
    shown.locator("[data-act=reopen]").click()
    shown.wait_for(state="detached")


def test_nothing_that_was_written_is_lost_offline_or_with_the_tab(visit):
    amira = visit("amira.thoma")
    page = _open(amira, f"/papers/{HOUSING}")
    _select(page, "kaum zurückholen")
    page.keyboard.press("Control+Alt+m")
    page.keyboard.type("Doch, mit Vorkaufsrecht")
    amira.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    page.locator(".composer .error", has_text="Keine Verbindung").wait_for()
    assert page.locator(".composer textarea").input_value() == "Doch, mit Vorkaufsrecht"
    amira.context.set_offline(False)
    page.reload()
    page.locator(".composer textarea").wait_for()
    assert page.locator(".composer textarea").input_value() == "Doch, mit Vorkaufsrecht"
    page.locator(".composer textarea").press("Control+Enter")
    card = page.locator(".thread", has_text="Doch, mit Vorkaufsrecht")
    card.wait_for()
    _is_about(page, card, "kaum zurückholen")
    assert page.locator(".composer").count() == 0


def test_a_name_is_completed_by_keyboard(visit):
    gesa = visit("gesa.lorenz")
    page = _open(gesa, f"/papers/{HOUSING}")
    _select(page, "Haushalte")
    page.keyboard.press("Control+Alt+m")
    page.keyboard.type("Frag bitte @ami")
    page.locator(".mention-list [role=option]", has_text="Amira Thoma").wait_for()
    field = page.locator(".composer textarea")
    active = field.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    assert field.input_value() == "Frag bitte @Amira Thoma "
    page.keyboard.press("Control+Enter")
    page.locator(".thread .mention", has_text="@Amira Thoma").first.wait_for()
    amira = visit("amira.thoma")
    other = _open(amira, f"/papers/{HOUSING}")
    other.get_by_role("button", name="An mich").click()
    other.locator(".thread", has_text="Frag bitte").wait_for()


def test_a_comment_on_a_revision_is_found_in_the_text_of_today(visit):
    amira = visit("amira.thoma")
    page = amira.go(f"/papers/{HOUSING}/revisions/1")
    page.locator(".comment-filters").wait_for()
    card = _comment(page, "Viele haben ihre Grundstücke", "Wie viele?")
    _is_about(page, card, "Viele haben ihre Grundstücke")
    number = card.get_attribute("id")
    page = amira.go(f"/papers/{HOUSING}#{number}")
    today = page.locator(f"#{number}")
    today.wait_for()
    page.wait_for_function("id => document.activeElement.id === id", arg=number)
    _is_about(page, today, "Viele haben ihre Grundstücke")
    assert "zu Fassung 1" in today.inner_text()
    assert amira.errors == []


def test_a_link_to_a_comment_is_followed_though_something_new_was_told_meanwhile(visit):
    amira = visit("amira.thoma")
    page = _open(amira, f"/papers/{HOUSING}")
    number = page.locator(".thread").last.get_attribute("id")
    amira.go("/")
    held = []

    def hold(route):
        held.append(route)

    page.route(re.compile(r"/comments\?on="), hold)
    amira.go(f"/papers/{HOUSING}#{number}")
    for asked in (1, 2):
        while len(held) < asked:
            page.wait_for_timeout(50)
        page.evaluate("dispatchEvent(new Event('online'))")
    for route in held[:2]:  # the first one answers while the second is under way
        route.continue_()
        page.wait_for_timeout(100)
    page.unroute_all()
    page.wait_for_function("id => document.activeElement.id === id", arg=number)


def test_keys_lead_from_comment_to_comment_and_back_into_the_text(visit):
    amira = visit("amira.thoma")
    page = _open(amira, f"/papers/{HOUSING}")
    cards = page.locator(".comment-column .thread")
    page.keyboard.press("Alt+n")
    first = page.evaluate("document.activeElement.id")
    assert first == cards.first.get_attribute("id")
    page.keyboard.press("Alt+n")
    assert page.evaluate("document.activeElement.id") == cards.nth(1).get_attribute("id")
    page.keyboard.press("Alt+p")
    page.locator(f"#{first} [data-act=passage]").press("Enter")
    assert page.evaluate("document.activeElement.closest('.ProseMirror') !== null")


def test_on_a_phone_the_comments_come_in_a_sheet(visit):
    amira = visit("amira.thoma", viewport={"width": 390, "height": 844}, has_touch=True)
    page = amira.go(f"/papers/{HOUSING}")
    opener = page.locator(".comment-open")
    opener.wait_for()
    passage = page.locator(".commented", has_text="75 Jahre")
    passage.wait_for()
    passage.tap()
    sheet = page.locator("dialog.comment-sheet[open]")
    sheet.wait_for()
    assert sheet.locator(".thread.is-current .pill").inner_text() == "Einwand"
    page.keyboard.press("Escape")
    sheet.wait_for(state="detached")
    opener.tap()
    sheet.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_cards_never_lie_on_one_another(visit):
    gesa = visit("gesa.lorenz")
    page = _open(gesa, f"/papers/{HOUSING}")
    page.locator(".comment-filters select").first.select_option("all")
    for number in range(page.locator(".comment-column .thread").count()):
        page.locator(".comment-column .thread").nth(number).click(position={"x": 60, "y": 12})
        page.wait_for_timeout(250)  # cards glide to their places
        boxes = page.evaluate(
            "[...document.querySelectorAll('.comment-column > *')]"
            ".map(e => e.getBoundingClientRect()).map(r => [r.top, r.bottom])"
        )
        boxes.sort()
        assert all(above[1] <= below[0] for above, below in itertools.pairwise(boxes)), boxes


def test_a_comment_whose_passage_is_deleted_is_shown_with_its_quote(visit):
    gesa = visit("gesa.lorenz")
    page = gesa.write(HOUSING)
    page.locator(".ProseMirror p", has_text="Die Federführung liegt").click()
    page.keyboard.press("End")
    page.keyboard.type(" Überflüssiger Satz ohne Wert.")
    card = _comment(page, "Überflüssiger Satz ohne Wert.", "Kann weg.")
    number = card.get_attribute("id")
    page.wait_for_timeout(700)  # what follows half a second later is undone by itself
    _select(page, "Überflüssiger Satz ohne Wert.")
    page.keyboard.press("Delete")
    gone = page.locator("details.comment-shelf", has_text="nicht mehr vorhanden")
    gone.wait_for()
    gone.locator("summary").click()
    assert "Überflüssiger Satz ohne Wert." in gone.locator(f"#{number} .quote").inner_text()
    back = page.locator(f".comment-column #{number}")
    page.locator(".ProseMirror p", has_text="Die Federführung liegt").click()
    page.keyboard.press("Control+z")
    back.wait_for()
    _is_about(page, back, "Überflüssiger Satz ohne Wert.")
