"""Amendments where they cannot be: to what is not tabled (any more), forged, by two at once."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from strategy.clock import stopped
from strategy.domain import amendments, papers, steps, tablings
from strategy.store.amendments import Amendment, Motion, Result, Verdict
from strategy.store.bodies import ROLES
from strategy.text.positions import plain_text
from tests.builders import NOON, a_doc, a_member, a_paper, later
from tests.domain.test_amendments import PLAIN
from tests.domain.test_carrying import tabled_anew
from tests.domain.test_merging import opened
from tests.together import posted_together
from tests.web.test_amendments import Hall

pytestmark = pytest.mark.each_database

WRITERS = ("chair", "voting", "advisory", "staff", "lead")
EVERYBODY = (*ROLES, "lead", "stranger")


@pytest.fixture
def hall(db, visitor):
    return Hall(db, visitor)


def sentence(answer):
    """What the page says went wrong."""
    page = unescape(re.sub(r"<script.*?</script>|<style.*?</style>", "", answer.text, flags=re.S))
    main = page.split("<main", 1)[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def words(hall, made):
    """The draft's text as it stands."""
    return plain_text(steps.document(hall.db, made.text)[1])


def taken_back(hall):
    tablings.take_back(hall.db, hall.paper, "", by=hall.lead, now=NOON)


def withdrawn(hall):
    papers.withdraw(hall.db, hall.paper, "Erledigt.", by=hall.lead, now=NOON)


ENDS = {"taken back": taken_back, "withdrawn": withdrawn}


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("end", ENDS)
def test_nobody_amends_what_is_not_tabled_any_more(hall, db, end, who):
    ENDS[end](hall)
    for kind in ("changes", "global", "hint"):
        answer = hall.post(who, hall.path, kind=kind)
        assert answer.status_code == (404 if who == "stranger" else 403), answer.text
        said = "gibt es nicht" if who == "stranger" else "Du darfst dieses Papier lesen, aber"
        assert said in sentence(answer)
    assert db.scalar(select(func.count(Amendment.id))) == 0


@pytest.mark.parametrize("end", ENDS)
def test_a_draft_to_what_is_not_tabled_any_more_is_kept_and_says_why(hall, db, end):
    made = hall.drafted("zwei", "drei")
    before = words(hall, made)
    ENDS[end](hall)
    for act in ("move", "catch-up"):
        answer = hall.post("voting", f"{hall.path}/{made.id}/{act}", reason="Darum.")
        assert answer.status_code == 403, act
        assert len(sentence(answer)) > 30
    assert hall.get("voting", f"{hall.path}/{made.id}").status_code == 200
    assert hall.get("voting", f"/papers/{made.text_id}").status_code == 200
    assert (words(hall, made), made.state) == (before, "drafted")


@pytest.mark.parametrize("end", ENDS)
def test_what_was_moved_before_is_not_merged_afterwards(hall, db, end):
    made = hall.has_moved("zwei", "drei")
    ENDS[end](hall)
    path = f"{hall.path}/{made.id}"
    tried = [
        (f"/papers/{hall.paper.id}/merge", {"amendment": str(made.id), "verdict": "adopt"}),
        (f"/papers/{hall.paper.id}/merge", {"act": "undo"}),
        (f"{path}/result", {"outcome": "carried", "yes": 3}),
        (f"{path}/recommendations", {"advice": "adopt"}),
        (f"{path}/follow", {}),
        (f"{path}/back", {}),
    ]
    for address, fields in tried:
        answer = hall.post("chair", address, **fields)
        assert answer.status_code == 403, address
        assert len(sentence(answer)) > 30
    assert made.state == "moved"
    for address in (hall.path, path):
        assert "Ä1" in hall.get("voting", address).text
    answer = hall.get("voting", f"/papers/{hall.paper.id}/merge")
    if end == "taken back":
        assert answer.status_code == 403
        assert "ist nicht eingereicht" in sentence(answer)


def test_a_draft_to_an_older_text_is_not_moved_but_brought_along(hall, db):
    made = hall.drafted("zwei", "drei")
    tabled_anew(hall, ("sofort", "bald"))
    path = f"{hall.path}/{made.id}"
    answer = hall.post("voting", f"{path}/move", later(days=2), reason="Darum.")
    assert answer.status_code == 422
    assert "inzwischen neu eingereicht" in sentence(answer)
    assert hall.post("voting", f"{path}/catch-up", later(days=2)).status_code == 302
    assert hall.post("voting", f"{path}/move", later(days=2), reason="Darum.").status_code == 302


def test_once_the_session_is_over_nothing_is_moved(hall, db):
    made = hall.drafted("zwei", "drei")
    hall.session.state = "closed"
    hall.session.opened_at = hall.session.closed_at = later(days=31)
    db.flush()
    answer = hall.post("voting", f"{hall.path}/{made.id}/move", later(days=32), reason="Darum.")
    assert answer.status_code == 403
    assert "Die Sitzung ist vorbei" in sentence(answer)
    assert made.state == "drafted"


def test_ids_of_elsewhere_lead_nowhere(hall, db):
    made = hall.has_moved("zwei", "drei")
    draft = hall.drafted("sofort", "morgen", by=a_member(db, hall.body, "voting", "Ivo Iken"))
    other = a_paper(db, body=hall.body, lead=hall.lead, state="consultation", text=a_doc("Satz."))
    tablings.table(db, other, hall.session, PLAIN, by=hall.lead, now=NOON)
    strange = amendments.begin(db, other, "changes", by=hall.lead, now=NOON)
    hall.write(strange, "Satz", "Anderes", by=hall.lead)
    amendments.move(db, strange, "Darum.", by=hall.lead, now=NOON)
    merge, path = f"/papers/{hall.paper.id}/merge", f"{hall.path}/{made.id}"
    for ident in (strange.id, draft.id, 0, -1, 2**31 - 1, 2**63, "1 OR 1", ""):
        answer = hall.post("chair", merge, amendment=str(ident), verdict="adopt")
        assert answer.status_code in (404, 422), ident
        asked = {"advice": "settled", "settled_by": str(ident)}
        assert hall.post("lead", f"{path}/recommendations", **asked).status_code in (404, 422)
        asked = {"outcome": "settled", "settled_by": str(ident)}
        assert hall.post("chair", f"{path}/result", **asked).status_code in (404, 422)
    assert hall.post("voting", hall.path, kind="changes", upon=str(strange.id)).status_code == 404
    assert hall.post("voting", hall.path, kind="changes", upon=str(draft.id)).status_code == 404
    for passage in ("7", "-1", "1e3", str(2**31)):
        answer = hall.post("chair", merge, amendment=str(made.id), verdict="adopt", passage=passage)
        assert answer.status_code == 422, passage
    assert db.scalar(select(func.count(Verdict.id))) == 0
    assert db.scalar(select(func.count(Result.amendment_id))) == 0


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_writes_under_another_name(hall, db, who):
    """A form's words cannot say who moves, recommends, signs or votes."""
    made = hall.has_moved("zwei", "drei")
    forged = {"by": hall.people["chair"].id, "mover": hall.lead.id, "person": hall.lead.id,
              "author": hall.lead.id, "agrees": "1", "advice": "adopt"}  # fmt: skip
    path = f"{hall.path}/{made.id}"
    for act in ("answer", "recommendations", "back", "urgency", "result", "follow", "shift"):
        hall.post(who, f"{path}/{act}", **forged)
    db.refresh(made)
    assert made.mover_id == hall.people["voting"].id
    page = hall.get("chair", path).text
    if who in ("guest", "advisory", "stranger"):
        assert "Empfehlung abgeben" in page  # there is none
        assert "Noch hat niemand unterschrieben" in page
    assert db.scalar(select(func.count(Result.amendment_id))) == 0


# two at once


def statuses(found):
    return sorted(status for status, _ in found)


def test_two_who_adopt_what_collides_at_once(hall, app, db):
    first, second = hall.has_moved("zwei", "drei"), hall.has_moved("zwei", "vier", who="lead")
    merge = f"/papers/{hall.paper.id}/merge"
    db.commit()
    sent = [
        (hall.client(who), merge, {"amendment": str(made.id), "verdict": "adopt"})
        for made, who in ((first, "chair"), (second, "staff"))
    ]
    with stopped(NOON):
        found = posted_together(app, sent)
    assert statuses(found) == [302, 403]
    refused = next(page for status, page in found if status == 403)
    assert "Nur einer von beiden kann angenommen werden" in refused
    assert db.scalar(select(func.count(Verdict.id))) == 1


def test_two_who_merge_different_passages_at_once_lose_nothing(hall, app, db):
    made = [hall.has_moved("zwei", "drei"), hall.has_moved("sofort", "morgen", who="lead")]
    merge = f"/papers/{hall.paper.id}/merge"
    db.commit()
    sent = [
        (hall.client(who), merge, {"amendment": str(each.id), "verdict": "adopt"})
        for each in made
        for who in ("chair", "staff")
    ]
    with stopped(NOON):
        assert statuses(posted_together(app, sent)) == [302] * 4
        page = hall.get("voting", f"{merge}?view=result").text
    for word in ("drei", "morgen"):
        assert word in page
    assert "angenommen: 2" in page


def test_the_last_step_is_taken_back_once_each(hall, app, db):
    made = hall.has_moved("zwei", "drei")
    merge = f"/papers/{hall.paper.id}/merge"
    hall.post("chair", merge, amendment=str(made.id), verdict="adopt")
    with stopped(NOON):
        found = posted_together(app, [(hall.client("chair"), merge, {"act": "undo"})] * 4)
    assert statuses(found) == [302, 403, 403, 403]
    refused = next(page for status, page in found if status == 403)
    assert "Es gibt nichts zurückzunehmen" in refused


def test_a_draft_is_moved_once_and_a_withdrawn_one_taken_over_once(hall, app, db):
    made = hall.drafted("zwei", "drei")
    db.commit()
    path = f"{hall.path}/{made.id}"
    with stopped(NOON):
        sent = [(hall.client("voting"), f"{path}/move", {"reason": "Darum."})] * 5
        assert statuses(posted_together(app, sent)) == [302, 403, 403, 403, 403]
    assert db.scalar(select(func.count(Motion.amendment_id))) == 1
    hall.post("voting", f"{path}/withdraw")
    with stopped(NOON):
        sent = [(hall.client(who), f"{path}/take-over", {}) for who in ("advisory", "staff")]
        assert statuses(posted_together(app, sent)) == [302, 403]


def test_a_result_is_recorded_once(hall, app, db):
    made = hall.has_moved("zwei", "drei")
    at = opened(hall)
    db.commit()
    path = f"{hall.path}/{made.id}/result"
    sent = [
        (hall.client(who), path, {"outcome": outcome, "yes": yes, "no": 3 - yes})
        for who, outcome, yes in (("chair", "carried", 3), ("staff", "not_carried", 0))
    ]
    with stopped(at):
        found = posted_together(app, sent)
    assert statuses(found) == [302, 403]
    refused = next(page for status, page in found if status == 403)
    assert "ist schon abgestimmt" in refused
    assert db.scalar(select(func.count(Result.amendment_id))) == 1
