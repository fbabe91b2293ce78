"""A session in real browsers: planned, a paper that comes too late, urgency, a decision."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest


def wall(**by):
    """A moment from now as a field of a form takes it, on the clocks of the body."""
    moment = datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(**by)
    return f"{moment:%Y-%m-%dT%H:%M}"


def press(page, words):
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).first.click()


@pytest.fixture
def session(visit):
    """Gesa has planned a session of her working group in an hour and invited to it; its path."""
    gesa = visit("gesa.lorenz")
    page = gesa.go("/sessions/new")
    if page.locator("select[name=body]").count():
        page.select_option("select[name=body]", "ag-wohnen")
    page.fill("#starts_at", wall(hours=1))
    page.fill("#ends_at", wall(hours=3))
    page.fill("#place", "Saal 2")
    press(page, "Sitzung planen")
    path = page.url.removeprefix(gesa.address)
    gesa.go(f"{path}/change")
    press(page, "Einladung verschicken")
    assert "eingeladen" in page.locator(".head").inner_text()
    return path


def a_paper_of(dawit):
    """Dawit writes a paper for the group; its path."""
    page = dawit.go("/papers/new")
    page.fill("[name=title]", "Leerstand erfassen")
    page.select_option("select[name=body]", "ag-wohnen")
    page.get_by_label("Mit einer leeren Seite").check()
    press(page, "Papier anlegen")
    page.wait_for_selector(".ProseMirror[contenteditable=true]")
    page.click(".ProseMirror")
    page.keyboard.type("Die Gruppe erfasst den Leerstand in drei Gemeinden.")
    page.wait_for_function(
        "() => document.querySelector('.ProseMirror').textContent.includes('Gemeinden.')"
        " && !window.vorlauf.editing.unconfirmed()"
    )
    return page.url.removeprefix(dawit.address)


def test_a_late_paper_is_decided_only_after_the_board_has_granted_urgency(visit, session):
    dawit, gesa = visit("dawit.tesfaye"), visit("gesa.lorenz")
    paper = a_paper_of(dawit)
    page = dawit.go(f"{paper}/table")
    page.locator(f"input[name=session][value='{session.rsplit('/', 1)[1]}']").check()
    page.fill("[name=no_goal_because]", "Es ist eine Erhebung.")
    press(page, "Vorlage einreichen")
    assert "nach der Frist" in page.locator(".flashes").inner_text()

    page = gesa.go(session)
    item = page.locator(".item", has_text="Leerstand erfassen")
    words = item.inner_text()
    assert "Aussprache" in words
    assert "aber nicht beschlossen werden" in words
    press(page, "Sitzung eröffnen")
    for box in page.locator("#attendance [name=person]").all():
        box.check()
    press(page, "sind da")
    assert "beschlussfähig" in page.locator("#attendance").inner_text()

    item = page.locator(".item", has_text="Leerstand erfassen")
    assert item.get_by_role("link", name=re.compile(r"^Beschluss\b")).count() == 0
    item.get_by_text("Abstimmung über die Dringlichkeit festhalten").click()
    item.get_by_label("Was ist geschehen, das nicht vorherzusehen war?").fill("Frist des Landes.")
    item.get_by_label("Warum kann es nicht bis zur nächsten Sitzung warten?").fill("Sie endet.")
    item.get_by_label("Ja", exact=True).fill("3")
    press(page, "Abstimmung festhalten")
    item = page.locator(".item", has_text="Leerstand erfassen")
    assert "Dringlichkeit beschlossen" in item.inner_text()
    if wall(hours=1)[:10] == wall()[:10]:  # in the last hour of a day the session is tomorrow
        assert "Tischvorlage" in item.inner_text()

    item.get_by_role("link", name=re.compile(r"^Beschluss\b")).click()
    page.wait_for_load_state()
    assert page.locator("#text").input_value().strip().startswith("Die Gruppe erfasst")
    page.fill("#yes", "2")
    page.fill("#no", "1")
    page.fill("#responsible", "Dawit Tesfaye")
    press(page, "Beschluss festhalten")
    words = page.locator("main").inner_text()
    for said in ("B ", "angenommen", "2 Ja, 1 Nein", "als dringlich", "Dawit Tesfaye"):
        assert said in words, said
    page = dawit.go(paper)
    assert "Entschieden" in page.locator(".workspace-tools").inner_text()
    assert gesa.errors == dawit.errors == []


def test_the_agenda_is_ordered_by_dragging_and_by_keyboard(visit, session):
    gesa = visit("gesa.lorenz")
    page = gesa.go(session)
    for title in ("Erstens", "Zweitens"):
        page.get_by_text("Punkt hinzufügen").first.click()
        page.fill("#title-new", title)
        press(page, "Punkt hinzufügen")
    titles = page.locator(".item-title")

    def order():
        return [words.split("\n")[0] for words in titles.all_inner_texts()]

    assert order()[-1].startswith("Zweitens")
    last, first = page.locator(".item").last, page.locator(".item").first
    with page.expect_navigation():
        last.drag_to(first, target_position={"x": 60, "y": 4})
    page.wait_for_load_state()
    assert order()[0].startswith("Zweitens")
    item = page.locator(".item").first
    item.locator("details.menu summary").focus()
    page.keyboard.press("Enter")
    item.get_by_role("button", name="Nach unten").focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    page.wait_for_function(
        "() => document.querySelectorAll('.item-title')[1].textContent.includes('Zweitens')"
    )
    assert gesa.errors == []
