"""Amendments over HTTP, by every role, and whatever anybody tries to get around the rules."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from strategy.clock import stopped
from strategy.domain import amendments
from strategy.store.agenda import Item
from strategy.store.amendments import Amendment
from strategy.store.bodies import ROLES
from strategy.store.log import Event
from tests.builders import NOON, a_member, a_paragraph, a_person, later
from tests.domain.test_amendments import World
from tests.visitor import signed_in


class Hall(World):
    """The world of amendments with browsers for everybody in it."""

    def __init__(self, db, visitor, **but):
        super().__init__(db, **but)
        self.visitor, self.clients = visitor, {}
        self.path = f"/papers/{self.paper.id}/amendments"
        db.commit()

    def client(self, who):
        if who not in self.clients:
            person = self.lead if who == "lead" else self.people.get(who) or a_person(self.db)
            self.clients[who] = signed_in(self.visitor(), person)
        return self.clients[who]

    def post(self, who, path, at=NOON, **fields):
        self.db.commit()
        with stopped(at):
            return self.client(who).post(path, data=fields or None)

    def get(self, who, path, at=NOON):
        self.db.commit()
        with stopped(at):
            return self.client(who).get(path)

    def has_moved(self, old, new, who="voting", at=NOON):
        """Somebody has moved an amendment, over HTTP but for the typing."""
        person = self.lead if who == "lead" else self.people[who]
        made = self.drafted(old, new, by=person)
        answer = self.post(who, f"{self.path}/{made.id}/move", at, reason="Weil es besser ist.")
        assert answer.status_code == 302, answer.text
        return made


@pytest.fixture
def hall(db, visitor):
    return Hall(db, visitor)


def test_an_amendment_is_begun_written_moved_read_and_withdrawn(hall, db):
    assert "Änderungsanträge" in hall.get("voting", f"/papers/{hall.paper.id}").text
    answer = hall.post("voting", hall.path, kind="changes")
    assert answer.status_code == 302, answer.text
    made = db.scalar(select(Amendment))
    assert answer.location == f"/papers/{made.text_id}"
    page = hall.get("voting", answer.location).text
    assert "Ansehen und stellen" in page
    assert "Noch nichts geändert" in hall.get("voting", f"{hall.path}/{made.id}").text
    hall.write(made, "zwei", "drei")
    page = hall.get("voting", f"{hall.path}/{made.id}").text
    assert "In Zeile 2 wird „zwei“ durch „drei“ ersetzt." in page
    refused = hall.post("voting", f"{hall.path}/{made.id}/move", reason="")
    assert refused.status_code == 422
    answer = hall.post("voting", f"{hall.path}/{made.id}/move", reason="Zu kurz.")
    assert answer.status_code == 302, answer.text
    for who in ("guest", "chair", "lead"):
        page = hall.get(who, hall.path).text
        assert "Ä1" in page
        assert "In Zeile 2 wird „zwei“ durch „drei“ ersetzt." in page
        assert f"{hall.paper.number}-Ä-Z2" in page
        assert "Zu kurz." in hall.get(who, f"{hall.path}/{made.id}").text
    assert hall.get("voting", f"/papers/{made.text_id}").status_code == 200
    assert f"{hall.paper.number}-Ä1" in hall.get("chair", f"/papers/{made.text_id}").text
    answer = hall.post("voting", f"{hall.path}/{made.id}/withdraw", because="Übernommen.")
    assert answer.status_code == 302
    assert "zurückgezogen" in hall.get("guest", f"{hall.path}/{made.id}").text
    assert hall.post("advisory", f"{hall.path}/{made.id}/take-over").status_code == 302
    assert "zuerst gestellt von" in hall.get("guest", f"{hall.path}/{made.id}").text


def test_what_came_late_says_so_everywhere(hall):
    made = hall.has_moved("zwei", "drei", at=later(days=25))
    for path in (hall.path, f"{hall.path}/{made.id}"):
        assert "verspätet um" in hall.get("guest", path).text


@pytest.mark.parametrize("who", [*ROLES, "lead", "stranger"])
def test_nobody_touches_what_is_not_theirs(hall, db, who):
    """Every address that changes an amendment, tried by every role, on another's."""
    draft = hall.drafted("zwei", "drei", by=another_member(hall))
    moved = hall.drafted("sofort", "morgen", by=draft.mover)
    amendments.move(db, moved, "Darum.", by=draft.mover, now=NOON)
    for made in (draft, moved):
        for act in ("move", "withdraw", "take-over", "split"):
            fields = {"reason": "So.", "because": "So."}
            answer = hall.post(who, f"{hall.path}/{made.id}/{act}", **fields)
            assert answer.status_code in (403, 404), (act, made.state, answer.status_code)
    if who in ("guest", "stranger"):
        assert hall.post(who, hall.path, kind="changes").status_code in (403, 404)
    steps = {"version": 0, "steps": [], "client": "abcdefgh", "batch": 1}
    for made in (draft, moved):
        with stopped(NOON):
            path = f"/papers/{made.text_id}/steps"
            assert hall.client(who).post(path, json=steps).status_code in (403, 404)
    db.refresh(draft)
    db.refresh(moved)
    assert (draft.state, moved.state) == ("drafted", "moved")
    if who != "stranger":
        assert draft.text.number not in hall.get(who, hall.path).text


def another_member(hall):
    """A member whom no test signs in as."""
    return a_member(hall.db, hall.body, "voting", "Ivo Iken")


@pytest.mark.parametrize("path", ["0", "999999", "2147483647", "99999999999"])
def test_an_amendment_that_there_is_not(hall, path):
    assert hall.get("chair", f"{hall.path}/{path}").status_code == 404


def test_an_amendment_is_found_only_at_its_own_paper(hall):
    made = hall.has_moved("zwei", "drei")
    assert hall.get("chair", f"/papers/{made.text_id}/amendments/{made.id}").status_code == 404
    assert hall.post("chair", hall.path, kind="nonsense").status_code == 422
    assert hall.post("voting", hall.path, kind="changes", upon="99999").status_code == 404
    page = hall.get("lead", "/papers").text
    assert not re.search(rf"/papers/{made.text_id}\b", page)


def test_the_merge_view_leads_to_the_decision(hall, db):
    first, second = hall.has_moved("zwei", "drei"), hall.has_moved("zwei", "vier", who="lead")
    merge = f"/papers/{hall.paper.id}/merge"
    for path in (hall.path, merge):
        page = hall.get("guest", path).text
        assert "Ä1 und Ä2 ändern beide „zwei“ (Zeile 2):" in page
        assert "Ä1 will „drei“, Ä2 will „vier“." in page
    page = hall.get("guest", hall.path).text
    assert f"{hall.paper.number}-Ä-Z2<" in page
    assert f"{hall.paper.number}-Ä-Z2-2<" in page
    agenda = hall.get("guest", f"/sessions/{hall.session.id}").text
    assert "2 Änderungsanträge" in agenda
    assert "1 Kollision" in agenda
    facts = {"amendment": first.id, "passage": 0, "verdict": "adopt"}
    for who in ("guest", "voting", "advisory", "lead"):
        assert hall.post(who, merge, **facts).status_code == 403, who
    assert hall.post("stranger", merge, **facts).status_code == 404
    back = "Letzten Schritt zurücknehmen"
    assert back not in hall.get("staff", merge).text
    answer = hall.post("staff", merge, **facts)
    assert answer.status_code == 302
    assert back in hall.get("staff", merge).text
    assert answer.location.endswith(f"#c-{first.id}-0")
    refused = hall.post("chair", merge, **(facts | {"amendment": second.id}))
    assert refused.status_code == 403
    assert "Nur einer von beiden kann angenommen werden" in refused.text
    assert "<ins" in hall.get("guest", f"{merge}?view=result").text
    for wrong in (
        {"amendment": "x"}, {"amendment": 999999}, {"passage": 9}, {"verdict": "nonsense"},
        {"verdict": "modify", "words": ""},
    ):  # fmt: skip
        assert hall.post("chair", merge, **(facts | wrong)).status_code in (404, 422)
    answer = hall.post("chair", merge, **(facts | {"verdict": "modify", "words": "fünf"}))
    assert answer.status_code == 302
    assert "fünf" in hall.get("guest", f"{merge}?view=result").text
    assert hall.post("chair", merge, act="undo").status_code == 302
    at = hall.session.starts_at
    session = f"/sessions/{hall.session.id}"
    hall.post("chair", session, at, act="open")
    there = [hall.people["chair"].id, hall.people["voting"].id, hall.lead.id]
    hall.post("chair", f"{session}/attendance", at, person=there, state="present")
    item = db.scalar(select(Item).where(Item.paper_id == hall.paper.id))
    form = f"{session}/items/{item.id}/decision"
    assert form in hall.get("chair", merge, at).text
    assert form not in hall.get("voting", merge, at).text
    assert f"{session}#item-{item.id}" in hall.get("voting", merge, at).text
    seen = re.search(r'name="merged"[^>]*value="([0-9a-f]{64})"', hall.get("chair", form, at).text)
    said = {"outcome": "adopted_changed", "yes": 3}
    assert hall.post("chair", form, at, **said, merged="0" * 64).status_code == 422
    answer = hall.post("chair", form, at, **said, merged=seen.group(1))
    assert answer.status_code == 302, answer.text
    decided = hall.get("guest", answer.location).text
    assert "drei Wochen vorher" in decided
    assert re.search(r"<del[^>]*>(<span[^>]*>[^<]*</span>)?zwei</del>", decided)
    merged = hall.get("guest", merge).text
    assert answer.location in merged
    assert "wird angenommen" not in merged
    assert "Beschlussfassung" in hall.get("guest", f"/papers/{hall.paper.id}/revisions").text
    assert "angenommen" in hall.get("guest", f"{hall.path}/{first.id}").text
    assert hall.post("chair", merge, at, **facts).status_code == 403


def test_a_late_amendment_is_not_adopted_by_any_address(hall, db):
    made = hall.has_moved("zwei", "drei", at=later(days=25))
    merge = f"/papers/{hall.paper.id}/merge"
    for verdict in ("adopt", "modify"):
        facts = {"amendment": made.id, "passage": 0, "verdict": verdict, "words": "vier"}
        assert hall.post("chair", merge, later(days=26), **facts).status_code == 409
    tried = db.scalars(select(Event).where(Event.verb == "refused")).all()
    assert any("merging.decide" in each.detail for each in tried)


def test_recommendation_answer_order_and_result_over_http(hall, db):
    first, second = hall.has_moved("zwei", "drei"), hall.has_moved("sofort", "nie", who="lead")
    one = f"{hall.path}/{first.id}"
    advice = {"advice": "modify", "words-0": "vier", "reason": "Drei reichen nicht."}
    for who in ("guest", "voting", "advisory"):
        assert hall.post(who, f"{one}/recommendations", **advice).status_code == 403, who
    assert hall.post("lead", f"{one}/recommendations", advice="reject").status_code == 422
    assert hall.post("lead", f"{one}/recommendations", **advice).status_code == 302
    page = hall.get("voting", one).text
    assert "Annahme in anderen Worten" in page
    assert "Drei reichen nicht." in page
    for who in ("guest", "lead", "chair"):
        assert hall.post(who, f"{one}/answer", agrees="1").status_code == 403, who
    assert hall.post("voting", f"{one}/answer", agrees="1", words="Gut.").status_code == 302
    merge = hall.get("chair", f"/papers/{hall.paper.id}/merge").text
    assert "Empfohlen: Annahme in anderen Worten, einverstanden" in merge
    assert 'Empfohlene Worte:</strong> <q class="merge-words">vier</q>' in merge
    assert "\nvier</textarea>" in merge
    assert "\nnie</textarea>" in merge  # nothing is recommended on the other one
    votes = hall.get("guest", f"{hall.path}/votes").text
    assert "1 braucht eine Abstimmung" in votes
    for act, fields in (("shift", {"to": "later"}), ("follow", {}), ("result", {"outcome": "x"})):
        for who in ("guest", "voting", "advisory", "lead"):
            assert hall.post(who, f"{one}/{act}", **fields).status_code == 403, (act, who)
    assert hall.post("chair", f"{one}/shift", to="later").status_code == 302
    assert hall.post("staff", f"{one}/follow").status_code == 302
    two = f"{hall.path}/{second.id}"
    facts = {"outcome": "carried", "yes": 3}
    assert hall.post("chair", f"{two}/result", **facts).status_code == 403
    at = hall.session.starts_at
    hall.post("chair", f"/sessions/{hall.session.id}", at, act="open")
    there = [hall.people["chair"].id, hall.people["voting"].id, hall.lead.id]
    hall.post("chair", f"/sessions/{hall.session.id}/attendance", at, person=there, state="present")
    assert hall.post("chair", f"{two}/result", at, outcome="nonsense").status_code == 422
    assert hall.post("chair", f"{two}/result", at, **(facts | {"no": 4})).status_code == 422
    assert "Ergebnis festhalten" in hall.get("chair", f"{hall.path}/votes", at).text
    assert hall.post("chair", f"{two}/result", at, **facts).status_code == 302
    assert "3 Ja, 0 Nein, 0 enthalten" in hall.get("guest", two).text
    result = hall.get("guest", f"/papers/{hall.paper.id}/merge?view=result").text
    assert "vier" in result
    assert "nie" in result


def test_signatures_and_urgency_over_http(hall, db):
    at = later(days=25)
    made = hall.has_moved("zwei", "drei", at=at)
    one = f"{hall.path}/{made.id}"
    for who in ("guest", "staff", "advisory", "voting"):
        assert hall.post(who, f"{one}/back", at).status_code == 403, who
    assert hall.post("lead", f"{one}/back", at).status_code == 302
    assert hall.lead.name in hall.get("guest", one, at).text
    assert hall.post("chair", f"{one}/urgency", at, because="Neu.", yes=3).status_code == 403
    begins = hall.session.starts_at
    hall.post("chair", f"/sessions/{hall.session.id}", begins, act="open")
    there = [hall.people["chair"].id, hall.people["voting"].id, hall.lead.id]
    hall.post(
        "chair", f"/sessions/{hall.session.id}/attendance", begins, person=there, state="present"
    )
    assert hall.post("chair", f"{one}/urgency", begins, because="", yes=3).status_code == 422
    assert hall.post("lead", f"{one}/urgency", begins, because="Neu.", yes=3).status_code == 403
    assert hall.post("chair", f"{one}/urgency", begins, because="Neu.", yes=3).status_code == 302
    assert "Dringlichkeit" in hall.get("guest", one, begins).text


def lines_in(markup, prefix):
    return [int(each) for each in re.findall(rf'class="line" id="{prefix}Z(\d+)"', markup)]


def test_lines_stand_beside_the_text_line_by_line(hall, db):
    made = hall.has_moved("zwei Wochen", "drei Wochen")
    merge = hall.get("chair", f"/papers/{hall.paper.id}/merge").text
    assert [lines_in(merge, f"b{n}-") for n in (1, 2, 3)] == [[1], [2], [3]]
    result = hall.get("chair", f"/papers/{hall.paper.id}/merge?view=result").text
    assert lines_in(result, "") == [1, 2, 3]
    page = hall.get("chair", f"{hall.path}/{made.id}").text
    assert lines_in(page, "p0-") == lines_in(page, "po0-") == [2]
    assert lines_in(page, "pn0-") == []


def test_old_and_new_face_each_other_on_its_page(hall):
    made = hall.has_moved("zwei Wochen", "drei Wochen")
    page = hall.get("chair", f"{hall.path}/{made.id}").text
    cells = re.findall(r"<td>(.*?)</td>", page, re.DOTALL)
    old, new = (" ".join(re.sub(r"<[^>]+>", "", each).split()) for each in cells)
    assert (old, new) == ("Er lädt zwei Wochen vorher ein.", "Er lädt drei Wochen vorher ein.")


def footnotes_in(markup, prefix):
    """The numbers of the footnotes in a part of a page: in its text, and below it."""
    told = [re.findall(rf'id="{prefix}{part}-(\d+)"', markup) for part in ("noteref", "note")]
    assert told[0] == told[1]
    return [int(each) for each in told[0]]


def test_footnotes_keep_the_numbers_of_the_whole_text(db, visitor):
    def noted(text, *notes):
        block = a_paragraph(text)
        for note in notes:
            words = {"type": "text", "text": note}
            block["content"].append({"type": "footnote", "attrs": {"id": note}, "content": [words]})
        return block

    texts = (noted("Eins.", "na"), noted("Zwei.", "nb", "nc"), noted("Bald sofort.", "nd"))
    hall = Hall(db, visitor, texts=texts)
    made = hall.has_moved("sofort", "morgen")
    merge = hall.get("chair", f"/papers/{hall.paper.id}/merge").text
    assert [footnotes_in(merge, f"b{number}-") for number in (1, 2, 3)] == [[1], [2, 3], [4]]
    assert footnotes_in(merge, f"c{made.id}-0-") == [4]
    assert '<ol start="4">' in merge
    page = hall.get("chair", f"{hall.path}/{made.id}").text
    assert [footnotes_in(page, prefix) for prefix in ("p0-", "po0-", "pn0-")] == [[4], [4], [4]]


def test_what_a_global_alternative_would_settle_is_said_everywhere(hall, db):
    first = hall.has_moved("zwei", "drei")
    whole = hall.drafted("sofort", "nie", kind="global", by=hall.lead)
    hall.post("lead", f"{hall.path}/{whole.id}/move", reason="Darum.")
    said = "Wird Ä2 angenommen, so ist Ä1 erledigt"
    pages = (hall.path, f"{hall.path}/votes", f"{hall.path}/{whole.id}",
             f"/papers/{hall.paper.id}/merge")  # fmt: skip
    for page in pages:
        assert said in hall.get("voting", page).text, page
    verdict = {"amendment": str(whole.id), "verdict": "adopt"}
    assert hall.post("chair", f"/papers/{hall.paper.id}/merge", **verdict).status_code == 302
    assert said not in hall.get("voting", pages[-1]).text
    for page in (hall.path, f"{hall.path}/votes", f"{hall.path}/{first.id}", pages[-1]):
        assert "erledigt durch Ä2" in hall.get("voting", page).text, page
    refused = hall.post("chair", f"/papers/{hall.paper.id}/merge",
                        amendment=str(first.id), verdict="adopt")  # fmt: skip
    assert refused.status_code == 403
    assert "anstelle des ganzen Textes angenommen" in refused.text
    hall.post("chair", f"/papers/{hall.paper.id}/merge", act="undo")
    assert said in hall.get("voting", hall.path).text
