"""Roundabout ways to a decision on what nobody had time to read: none of them leads there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from strategy.clock import stopped
from strategy.domain import steps
from strategy.domain.terms import Span, Terms
from strategy.store.agenda import Item
from strategy.store.decisions import Decision
from strategy.store.sessions import Session
from strategy.store.tablings import Tabling
from tests.builders import NOON, a_doc, a_paper, a_person, a_session, later, some_rules
from tests.visitor import signed_in
from tests.web.test_amendments import Hall
from tests.web.test_sessions import FILING, LATE, Board

pytestmark = pytest.mark.each_database

ROUND = Terms(submission={"ordinary": Span(14)}, reading={}, objection_days=4)


@pytest.fixture
def board(db, visitor):
    return Board(db, visitor)


def decided(db):
    return db.scalar(select(Decision).where(Decision.outcome.in_(("adopted", "adopted_changed"))))


def rewrite(board, words, at):
    _, doc = steps.document(board.db, board.paper)
    new = a_doc(words, title=board.paper.title)
    steps.turn(board.db, board.paper, doc, new, by=board.lead, now=at)
    board.db.commit()


def decide(board, item, at, **said):
    form = f"/sessions/{item.session_id}/items/{item.id}/decision"
    return board.post("chair", form, at, outcome="adopted", yes=3, **said)


def circular(board, days, **but):
    rules = some_rules(board.db, board.body, ROUND)
    return a_session(board.db, board.body, in_days=days, kind="circular", rules=rules, **but)


def test_nothing_is_decided_in_circulation_before_all_could_object(board, db):
    board.session = circular(board, 10)
    board.table(NOON)
    soon = board.session.starts_at - timedelta(days=3)
    here = f"/sessions/{board.session.id}"
    refused = board.post("chair", here, soon, act="convene")
    assert refused.status_code == 403
    assert "haben 4 Tage, um zu widersprechen" in refused.text
    assert board.post("chair", here, later(days=5), act="convene").status_code == 302


def test_what_was_not_sent_round_is_not_decided_in_circulation(board, db):
    board.session = circular(board, 10)
    here, at = f"/sessions/{board.session.id}", board.session.starts_at
    board.post("chair", here, act="convene")
    board.post("chair", here, at, act="open")
    board.post("chair", f"{here}/items", at, title="Austritt")
    item = db.scalar(select(Item).where(Item.title == "Austritt"))
    assert decide(board, item, at, text="Wir treten aus.").status_code == 403
    other = a_session(db, board.body, in_days=40, state="convened", rules=board.rules)
    waits = Item(body_id=board.body.id, session_id=other.id, title="Alt", kind="discussion",
                 state="not_reached", made_at=NOON)  # fmt: skip
    other.state = "cancelled"
    db.add(waits)
    db.commit()
    assert board.post("chair", f"{here}/carry", at, item=waits.id).status_code == 403


def test_an_older_item_does_not_carry_a_paper_that_was_tabled_anew(board, db):
    board.table(NOON)
    at = board.open()
    old = board.item
    board.post("chair", f"/sessions/{board.session.id}", at, act="close")
    following = a_session(db, board.body, in_days=32, state="convened", rules=board.rules)
    board.post("lead", f"/papers/{board.paper.id}/untable", later(days=30, hours=3), because="x")
    rewrite(board, "Wir kaufen ein Haus.", later(days=30, hours=4))
    fields = FILING | {"session": following.id}
    board.post("lead", f"/papers/{board.paper.id}/table", later(days=31), **fields)
    carried = board.post("chair", f"/sessions/{following.id}/carry", later(days=31), item=old.id)
    assert carried.status_code == 403
    assert "mit dem neuen Text" in carried.text


@pytest.mark.parametrize("outcome", ["referred", "withdrawn"])
def test_a_late_paper_that_left_the_agenda_is_not_decided_without_it(board, db, outcome):
    board.table(LATE)
    at = board.open()
    form = f"/sessions/{board.session.id}/items/{board.item.id}/decision"
    board.post("chair", form, at, outcome=outcome, yes=3, reason="Später.")
    board.paper.title = "Haushalt 2027"
    db.commit()
    year, serial = board.paper.year, board.paper.serial
    for title, words in (
        ("Haushalt 2027", "Wie vorgelegt."),
        ("Zu: Haushalt, 2027", "Wie vorgelegt."),
        ("Verschiedenes", "„Haushalt 2027“ wird angenommen."),
        ("Verschiedenes", f"Vorlage {year} / {serial} wird angenommen."),
    ):
        board.post("chair", f"/sessions/{board.session.id}/items", at, title=title)
        item = db.scalar(select(Item).where(Item.paper_id.is_(None)).order_by(Item.id.desc()))
        assert decide(board, item, at, text=words).status_code == 403, (title, words)
    assert decided(db) is None


def test_an_adopted_text_puts_in_neither_another_paper_nor_a_text_of_its_own(board, db):
    board.table(NOON)
    late = a_paper(db, body=board.body, lead=board.lead, state="consultation", title="Hauskauf")
    late.shared_at = NOON
    at = board.open()
    form = f"/sessions/{board.session.id}/items/{board.item.id}/decision"
    said = {"outcome": "adopted_changed", "yes": 3}
    named = board.post("chair", form, at, **said, text=f"Sonne. Auch {late.number} gilt.")
    assert named.status_code == 403
    long = board.post("chair", form, at, **said, text="Wir wollen Sonne. " + "Und ein Haus. " * 30)
    assert (long.status_code, 'id="text-error"' in long.text) == (422, True)
    assert board.post("chair", form, at, **said, text="Wir wollen viel Sonne.").status_code == 302


def test_another_text_in_its_place_is_judged_as_a_paper_where_no_rule_says_otherwise(db, visitor):
    hall = Hall(db, visitor, terms=Terms(submission={"ordinary": Span(14)}, reading={}))
    made = hall.drafted(by=hall.lead, kind="global", at=LATE)
    _, doc = steps.document(db, made.text)
    new = a_doc("Wir kaufen ein Haus.", title="Ordnung")
    steps.turn(db, made.text, doc, new, by=hall.lead, now=LATE)
    db.commit()
    page = hall.get("lead", f"{hall.path}/{made.id}", LATE).text
    assert "Die Frist war" in page
    hall.post("lead", f"{hall.path}/{made.id}/move", LATE, reason="Besser so.")
    db.expire_all()
    assert made.motion.late_by is not None
    facts = {"amendment": made.id, "verdict": "adopt"}
    assert hall.post("staff", f"/papers/{hall.paper.id}/merge", LATE, **facts).status_code == 409


def test_other_words_for_an_amendment_are_not_another_amendment(db, visitor):
    hall = Hall(db, visitor)
    made = hall.has_moved("zwei", "drei")
    facts = {"amendment": made.id, "passage": 0, "verdict": "modify", "words": "Haus " * 100}
    answer = hall.post("staff", f"/papers/{hall.paper.id}/merge", **facts)
    assert answer.status_code == 422
    assert "höchstens 300 Zeichen" in answer.text


def test_corrections_of_spelling_do_not_add_up_to_another_word(board, db):
    rewrite(board, "Die Zuschüsse werden wir senken.", NOON)
    board.table(NOON)
    table = FILING | {"session": board.session.id, "is_editorial": "1"}
    answers = []
    for hours, word in enumerate(("sanken", "stanken", "starken"), start=1):
        at = LATE + timedelta(hours=hours)
        board.post("lead", f"/papers/{board.paper.id}/untable", at, because="Tippfehler")
        rewrite(board, f"Die Zuschüsse werden wir {word}.", at)
        answers.append(board.post("chair", f"/papers/{board.paper.id}/table", at, **table))
    assert [each.status_code for each in answers] == [302, 422, 422]


def test_a_tabled_paper_stays_of_its_kind(board, db):
    board.table(NOON)
    board.post("lead", f"/papers/{board.paper.id}/untable", because="x")
    facts = {"title": board.paper.title, "kind": "statutes"}
    answer = board.post("lead", f"/papers/{board.paper.id}/title", **facts)
    assert (answer.status_code, 'id="kind-error"' in answer.text) == (422, True)


def test_new_rules_do_not_reopen_a_deadline_that_has_passed(board, db):
    planned = a_session(db, board.body, in_days=10)
    fields = {"holds_from": "2026-09-07", "submission.ordinary-count": "0",
              "submission.ordinary-unit": "calendar", "urgency": "simple"}  # fmt: skip
    answer = board.post("chair", "/bodies/vorstand/rules", **fields)
    assert answer.status_code == 302, answer.text
    board.session = planned
    board.table(later(days=2))
    assert db.scalar(select(Tabling)).late_by is not None
    far = a_session(db, board.body, in_days=60)
    db.expire_all()
    assert db.get(Session, far.id).rules_id is None


def test_only_who_may_vote_now_counts_among_the_signatures(board, db):
    board.table(LATE)
    for _ in range(4):
        person = a_person(db)
        facts = {"email": person.email, "name": person.name, "role": "voting"}
        board.post("staff", "/bodies/vorstand/members", LATE, **facts)
        with stopped(LATE):
            passing = signed_in(board.visitor(), person)
            passing.post(f"/papers/{board.paper.id}/tablings/1/back")
        board.post("staff", f"/bodies/vorstand/members/{person.id}/remove", LATE)
    at = board.open()
    assert decide(board, board.item, at).status_code == 409


def test_who_may_vote_stays_while_a_session_is_open(board, db):
    sceptic = board.people["voting"]
    at = board.open()
    there = f"/bodies/vorstand/members/{sceptic.id}"
    for path, fields in ((f"{there}/role", {"role": "guest"}), (f"{there}/remove", {})):
        assert board.post("staff", path, at, **fields).status_code == 403
    new = {"email": "neu@example.org", "name": "Nina Neu", "role": "voting"}
    assert board.post("staff", "/bodies/vorstand/members", at, **new).status_code == 403
    welcome = new | {"role": "guest"}
    assert board.post("staff", "/bodies/vorstand/members", at, **welcome).status_code == 201
    board.post("chair", f"/sessions/{board.session.id}", at, act="close")
    assert board.post("staff", f"{there}/role", at, role="guest").status_code == 302


def test_a_vote_on_urgency_that_was_lost_is_not_held_again_for_the_same_session(board, db):
    board.table(LATE)
    at = board.open()
    facts = {"cause": "Es eilt.", "because": "Es eilt.", "yes": 0, "no": 3}
    board.post("chair", f"/papers/{board.paper.id}/tablings/1/urgency", at, **facts)
    form = f"/sessions/{board.session.id}/items/{board.item.id}/decision"
    board.post("chair", form, at, outcome="referred", yes=3, reason="Später.")
    board.table(at)
    again = board.post("chair", f"/papers/{board.paper.id}/tablings/2/urgency", at,
                       **(facts | {"yes": 3, "no": 0}))  # fmt: skip
    assert again.status_code == 403
    assert "nicht beschlossen. Das gilt." in again.text
