"""From rules to report in real browsers, as the user guide tells it: each step needs the last."""

from __future__ import annotations

import re

from tests.stories.test_sessions import a_paper_of, press, wall


def day(**by):
    """A day from now as a field of a form takes it."""
    return wall(**by)[:10]


def for_the_group(page):
    """Choose the body, where there is a choice."""
    if page.locator("select[name=body]").count():
        page.select_option("select[name=body]", "ag-wohnen")


def rules_are_entered(gesa):
    page = gesa.go("/bodies/ag-wohnen/rules/change")
    page.fill("[name='submission.ordinary-count']", "14")
    page.select_option("[name='submission.ordinary-unit']", "calendar")
    page.fill("[name=call_session]", "2")
    page.fill("[name=call_within]", "14")
    page.fill("[name=source]", "Geschäftsordnung der Gruppe, § 2")
    press(page, "Geschäftsordnung speichern")
    words = " ".join(page.locator("main").inner_text().split())
    assert "Vorlagen müssen 14 Tage vor der Sitzung" in words
    assert "können eine Sitzung verlangen" in words


def a_plan_is_adopted(gesa):
    page = gesa.go("/sessions/new")
    for_the_group(page)
    page.fill("#starts_at", wall(days=30))
    page.fill("#ends_at", wall(days=30, hours=2))
    page.get_by_text("Mehrere auf einmal: eine Reihe").click()
    page.get_by_label("Wie viele Sitzungen").fill("3")
    page.get_by_label("Alle wie viele Wochen").fill("4")
    press(page, "Sitzung planen")
    page = gesa.go(f"/plan?body=ag-wohnen&zoom=half&from={day()}")
    page.get_by_text("Festhalten, dass der Plan beschlossen wurde").click()
    page.locator("form [name=yes]").fill("3")
    press(page, "Plan beschließen")
    assert "3 Ja, 0 Nein" in page.locator("main").inner_text()


def a_topic_is_proposed_and_answered(dawit, gesa):
    """Gesa commissions a paper from Dawit."""
    page = dawit.go("/topics/new")
    page.fill("[name=title]", "Leerstand in den Ortskernen")
    for_the_group(page)
    press(page, "Thema vorschlagen")
    topic = page.url.removeprefix(dawit.address)
    page = gesa.go(topic)
    page.get_by_text("Ein Papier in Auftrag geben").click()
    page.get_by_label("Wer schreibt es?").select_option(label="Dawit Tesfaye")
    page.get_by_label("Bis wann?").fill(day(days=7))
    press(page, "In Auftrag geben")
    page = dawit.go(topic)
    assert "Papier beginnen" in page.locator("main").inner_text()


def a_session_is_demanded_and_called(dawit, birgit, gesa):
    """Two of three sign, Gesa plans the session that was demanded and invites; its path."""
    page = dawit.go("/demands/new")
    page.fill("[name=title]", "Sondersitzung zum Leerstand")
    page.fill("[name=reason]", "Das Land nimmt Anträge nur noch diesen Monat an.")
    page.fill("[name=items]", "Was das Land fördert")
    for_the_group(page)
    press(page, "Unterschreiben und den anderen zeigen")
    demand = page.url.removeprefix(dawit.address)
    page = birgit.go(demand)
    assert "Alle im Gremium lesen deinen Namen" in page.locator("main").inner_text()
    press(page, "Das Verlangen unterschreiben")
    assert "Sitzung steht an bis" in page.locator("main").inner_text()
    page = gesa.go(demand)
    with page.expect_navigation():
        page.get_by_role("link", name="Die verlangte Sitzung planen").click()
    page.fill("#starts_at", wall(hours=1))
    page.fill("#ends_at", wall(hours=3))
    press(page, "Sitzung planen")
    session = page.url.removeprefix(gesa.address)
    assert (
        "von Mitgliedern verlangt"
        in page.locator(".item", has_text="Was das Land fördert").inner_text()
    )
    gesa.go(f"{session}/change")
    press(page, "Einladung verschicken")
    return session


def a_paper_comes_too_late(dawit, session):
    page = dawit.go(f"{a_paper_of(dawit)}/table")
    page.locator(f"input[name=session][value='{session.rsplit('/', 1)[1]}']").check()
    page.fill("[name=no_goal_because]", "Es ist eine Erhebung.")
    press(page, "Vorlage einreichen")
    assert "nach der Frist" in page.locator(".flashes").inner_text()


def it_is_voted_urgent_and_decided(gesa, session):
    """The decision's path."""
    page = gesa.go(session)
    press(page, "Sitzung eröffnen")
    for box in page.locator("#attendance [name=person]").all():
        box.check()
    press(page, "sind da")
    item = page.locator(".item", has_text="Leerstand erfassen")
    item.get_by_text("Abstimmung über die Dringlichkeit festhalten").click()
    item.get_by_label("Was ist geschehen, das nicht vorherzusehen war?").fill("Frist des Landes.")
    item.get_by_label("Warum kann es nicht bis zur nächsten Sitzung warten?").fill("Sie endet.")
    item.get_by_label("Ja", exact=True).fill("3")
    press(page, "Abstimmung festhalten")
    item.get_by_role("link", name=re.compile(r"^Beschluss\b")).click()
    page.wait_for_load_state()
    page.fill("#yes", "3")
    press(page, "Beschluss festhalten")
    return page.url.removeprefix(gesa.address)


def a_task_is_accepted(gesa, dawit, decision):
    page = gesa.go(f"{decision}/tasks")
    page.get_by_label("Was ist zu tun?").fill("Den Leerstand erfassen")
    page.get_by_label("Zuständig").select_option(label="Dawit Tesfaye")
    page.locator("[name=due_on]").fill(day(days=20))
    press(page, "Auftrag anlegen")
    page = dawit.go("/tasks?mine=1")
    with page.expect_navigation():
        page.get_by_role("link", name="Den Leerstand erfassen").first.click()
    press(page, "Auftrag annehmen")
    assert "angenommen" in page.locator("main").inner_text()


def minutes_are_sent(gesa, session):
    page = gesa.go(session)
    page.get_by_role("button", name="Sitzung schließen").click()
    with page.expect_navigation():
        page.locator("dialog[open]").get_by_role("button", name="Sitzung schließen").click()
    page = gesa.go(f"{session}/minutes")
    press(page, "Protokoll beginnen")
    page = gesa.go(f"{session}/minutes")
    page.get_by_role("button", name="Protokoll versenden").first.click()
    with page.expect_navigation():
        page.locator("dialog[open]").get_by_role("button", name="Protokoll versenden").click()
    assert "Versandt:" in page.locator("main").inner_text()


def test_from_rules_to_report(visit):
    gesa, dawit, birgit = (visit(n) for n in ("gesa.lorenz", "dawit.tesfaye", "birgit.moeller"))
    rules_are_entered(gesa)
    a_plan_is_adopted(gesa)
    a_topic_is_proposed_and_answered(dawit, gesa)
    session = a_session_is_demanded_and_called(dawit, birgit, gesa)
    a_paper_comes_too_late(dawit, session)
    decision = it_is_voted_urgent_and_decided(gesa, session)
    a_task_is_accepted(gesa, dawit, decision)
    minutes_are_sent(gesa, session)
    page = birgit.go("/bodies/ag-wohnen/lead-time")
    words = page.locator("main").inner_text()
    assert "Dringlichkeit" in words
    assert page.locator("svg").count()
    assert "Dawit" not in words
    page = birgit.go(f"/plan?body=ag-wohnen&zoom=half&from={day()}")
    assert "hinzugekommen" in page.locator("main").inner_text()
    assert gesa.errors == dawit.errors == birgit.errors == []
