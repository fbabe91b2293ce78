"""Topics over HTTP: who sees, proposes, supports, answers; counts and never names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session

from strategy.clock import now
from strategy.domain.terms import Quota, Terms
from strategy.store.agenda import Item
from strategy.store.bodies import ROLES
from strategy.store.jobs import Job
from strategy.store.log import Event
from strategy.store.papers import Paper
from strategy.store.topics import Support, Topic, Weight
from tests.builders import a_body, a_member, a_person, a_session, a_topic, some_rules
from tests.visitor import Visitor, signed_in


def soon(db: Session, body, **but):
    """A planned session a month from today."""
    starts_at = now() + timedelta(days=30)
    return a_session(db, body, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), **but)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_meets_what_it_may(client: Visitor, db: Session, role: str) -> None:
    body = a_body(db)
    topic = a_topic(db, body, a_member(db, body, "voting", "Lena Lotz"))
    signed_in(client, a_member(db, body, role))
    leads, works = role in {"chair", "staff"}, role != "guest"
    here = f"/topics/{topic.id}"
    assert topic.title in client.get("/topics").text
    page = client.get(here).text
    assert "Lena Lotz" in page
    assert (f"{here}/answer" in page) == leads
    assert (f"{here}/support" in page) == works
    sent = {"body": body.slug, "title": "Neu", "text": ""}
    assert client.post("/topics", data=sent).status_code == (302 if works else 403)
    assert client.post(f"{here}/support").status_code == (302 if works else 403)
    assert client.post(f"{here}/support", data={"wanted": "no"}).status_code == (
        302 if works else 403
    )
    declined = {"answer": "declined", "reason": "Nicht unsere Sache."}
    assert client.post(f"{here}/answer", data=declined).status_code == (302 if leads else 403)
    assert client.post(f"{here}/paper").status_code == 403


@pytest.mark.parametrize("days", [-3, 3])
def test_the_desk_names_the_day_that_the_topic_names(client: Visitor, db: Session, days) -> None:
    """An answer owed by midnight is owed by the day before."""
    body = a_body(db)
    midnight = now().astimezone(ZoneInfo(body.zone)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )  # fmt: skip
    owed_by = midnight + timedelta(days=days)
    a_topic(db, body, owed_by=owed_by.astimezone(UTC), title="Radwege")
    signed_in(client, a_member(db, body, "chair"))
    day = format_date(owed_by - timedelta(hours=1), "d. MMMM y", "de")
    other = format_date(owed_by, "d. MMMM y", "de")
    shown = client.get("/").text
    assert day in shown[shown.index("Radwege") :][:600]
    assert other not in shown[shown.index("Radwege") :][:600]


@pytest.mark.parametrize("is_admin", [True, False])
def test_strangers_and_administrators_meet_nothing(
    client: Visitor, db: Session, is_admin: bool
) -> None:
    body = a_body(db)
    topic = a_topic(db, body, a_member(db, body))
    session = soon(db, body, kind="retreat")
    signed_in(client, a_person(db, is_admin=is_admin))
    assert topic.title not in client.get("/topics?show=all").text
    for path in (f"/topics/{topic.id}", f"/topics/weigh/{session.id}", "/topics/99999"):
        assert client.get(path).status_code == 404
    for path in ("support", "answer", "paper"):
        assert client.post(f"/topics/{topic.id}/{path}").status_code == 404
    sent = {"body": body.slug, "title": "Neu"}
    assert client.post("/topics", data=sent).status_code in {403, 404}
    assert db.scalar(select(func.count()).select_from(Topic)) == 1


def test_who_is_not_signed_in_is_asked_to(client: Visitor, db: Session) -> None:
    topic = a_topic(db, a_body(db), a_person(db))
    for path in ("/topics", "/topics/new", f"/topics/{topic.id}"):
        assert "/sign-in" in client.get(path).location


def test_a_topic_is_proposed_and_what_was_typed_stays(client: Visitor, db: Session) -> None:
    body = a_body(db)
    signed_in(client, a_member(db, body, "advisory"))
    wrong = client.post("/topics", data={"body": body.slug, "title": "", "text": "Warum"})
    assert wrong.status_code == 422
    assert 'id="title-error"' in wrong.text
    assert "Warum</textarea>" in wrong.text
    sent = {"body": body.slug, "title": "<b>Sonne</b>", "text": "Zeile\n\n<script>x</script>"}
    answer = client.post("/topics", data=sent)
    again = client.post("/topics", data=sent)
    assert answer.location == again.location
    page = client.get(answer.location).text
    assert "Das Thema ist vorgeschlagen." in page
    assert "&lt;b&gt;Sonne&lt;/b&gt;" in page
    assert "<script>x" not in page


def test_the_author_behind_a_trusted_person_is_named_nowhere(
    visitor: Callable[[], Visitor], db: Session
) -> None:
    body = a_body(db)
    author = a_member(db, body, "voting", "Ungenannte Urheberin")
    trusted = signed_in(visitor(), a_member(db, body, "voting", "Vera Vertrauen"))
    sent = {"body": body.slug, "title": "Druck", "text": "", "for_somebody": "1"}
    here = trusted.post("/topics", data=sent).location
    page = trusted.get(here).text
    assert "Vera Vertrauen" in page
    assert "ungenannt" in page
    chair = signed_in(visitor(), a_member(db, body, "chair"))
    chair.post(f"{here}/answer", data={"answer": "declined", "reason": "Nein."})
    topic = db.scalars(select(Topic)).one()
    assert topic.author_id is None
    assert author.id not in set(db.scalars(select(Event.person_id)))
    mails = " ".join(db.scalars(select(Job.body)))
    assert "Urheberin" not in mails + chair.get(here).text + chair.get("/topics?show=all").text


def test_supporters_are_counted_and_never_named(
    visitor: Callable[[], Visitor], db: Session
) -> None:
    body = a_body(db)
    topic = a_topic(db, body, a_member(db, body))
    ben = signed_in(visitor(), a_member(db, body, "voting", "Bodo Bunt"))
    here = f"/topics/{topic.id}"
    for _ in range(2):
        assert ben.post(f"{here}/support").status_code == 302
    assert "Du unterstützt es" in ben.get(here).text
    chair = signed_in(visitor(), a_member(db, body, "chair"))
    page = chair.get(here).text
    assert "<strong>1</strong>" in page
    assert "Du unterstützt es" not in page
    assert 'class="topic-count"><strong>1</strong>' in page
    aside = page.split("<aside")[1].split("</aside>")[0]
    assert "Bodo Bunt" not in aside  # the chair may choose Ben as a writer, elsewhere on the page
    assert db.scalar(select(func.count()).where(Event.verb.contains("support"))) == 0
    ben.post(f"{here}/support", data={"wanted": "no"})
    assert db.scalar(select(func.count()).select_from(Support)) == 0


def test_a_chair_schedules_commissions_or_declines(client: Visitor, db: Session) -> None:
    body = a_body(db)
    ada = a_member(db, body, "voting", "Ada Ahrens")
    one, two, three = (a_topic(db, body, ada) for _ in range(3))
    session = soon(db, body, title="Herbstsitzung")
    chair = a_member(db, body, "chair")
    signed_in(client, chair)
    wrong = client.post(f"/topics/{one.id}/answer", data={"answer": "scheduled", "session": "9999"})
    assert wrong.status_code == 422
    client.post(f"/topics/{one.id}/answer", data={"answer": "scheduled", "session": session.id})
    assert "Herbstsitzung" in client.get(f"/topics/{one.id}").text
    day = (now() + timedelta(days=40)).date().isoformat()
    sent = {"answer": "commissioned", "who": ada.id, "paper_by": day}
    assert client.post(f"/topics/{two.id}/answer", data=sent | {"paper_by": "x"}).status_code == 422
    assert client.post(f"/topics/{two.id}/answer", data=sent).status_code == 302
    assert "Ada Ahrens schreibt dazu ein Papier" in client.get(f"/topics/{two.id}").text
    empty = client.post(f"/topics/{three.id}/answer", data={"answer": "declined", "reason": " "})
    assert empty.status_code == 422
    assert 'id="reason-declined-error"' in empty.text
    sent = {"answer": "declined", "reason": "Das entscheidet der Landtag."}
    client.post(f"/topics/{three.id}/answer", data=sent)
    assert "Das entscheidet der Landtag." in client.get(f"/topics/{three.id}").text
    again = client.post(f"/topics/{three.id}/answer", data=sent)
    assert again.status_code == 403
    assert "schon beantwortet" in again.text


def test_the_commissioned_paper_is_begun_from_the_topic(
    client: Visitor, visitor: Callable[[], Visitor], db: Session
) -> None:
    body = a_body(db)
    ada = a_member(db, body)
    topic = a_topic(
        db, body, ada, answer="commissioned", answered_at=now(), answered_by_id=ada.id,
        commissioned_to=ada, paper_by=now().date(),
    )  # fmt: skip
    signed_in(client, ada)
    assert "Papier beginnen" in client.get(f"/topics/{topic.id}").text
    promised = f'<a href="/topics/{topic.id}">'
    assert promised in client.get("/").text
    chair = signed_in(visitor(), a_member(db, body, "chair"))
    page = chair.get(f"/topics/{topic.id}").text
    assert f"Für {ada.name} beginnen" in page
    assert "Antwort fällig bis" not in page
    assert promised not in chair.get("/").text
    answer = client.post(f"/topics/{topic.id}/paper")
    paper = db.scalars(select(Paper)).one()
    assert answer.location == f"/papers/{paper.id}"
    assert f"/papers/{paper.id}" in client.get(f"/topics/{topic.id}").text
    assert client.post(f"/topics/{topic.id}/paper").status_code == 403
    assert promised not in client.get("/").text


def test_enough_supporters_and_a_chair_who_tries_to_stop_them(
    visitor: Callable[[], Visitor], db: Session
) -> None:
    body = a_body(db)
    some_rules(db, body, Terms(force_topic=Quota(count=2)))
    topic = a_topic(db, body, a_member(db, body))
    session = soon(db, body)
    here = f"/topics/{topic.id}"
    chair = signed_in(visitor(), a_member(db, body, "chair"))
    chair.post(f"{here}/answer", data={"answer": "declined", "reason": "Stört."})
    people = [signed_in(visitor(), a_member(db, body)) for _ in range(2)]
    for each in people:
        each.post(f"{here}/support")
    item = db.scalars(select(Item)).one()
    assert (item.session_id, item.is_forced) == (session.id, True)
    page = chair.get(here).text
    assert "Durch Unterstützung auf die Tagesordnung" in page
    back = people[0].post(f"{here}/support", data={"wanted": "no"})
    assert back.status_code == 403
    assert "nicht mehr zurückgenommen" in back.text
    assert db.scalar(select(func.count()).where(Event.verb == "refused")) == 0


def test_confidential_items_are_hidden_from_guests(
    visitor: Callable[[], Visitor], db: Session
) -> None:
    body = a_body(db)
    topic = a_topic(db, body, a_member(db, body))
    session = soon(db, body, title="Geheime Runde")
    db.add(
        Item(
            body_id=body.id, session_id=session.id, title="X", topic_id=topic.id,
            is_confidential=True, made_at=now(),
        )
    )  # fmt: skip
    for role in ("guest", "advisory"):
        client = signed_in(visitor(), a_member(db, body, role))
        page = client.get(f"/topics/{topic.id}").text
        assert ("Geheime Runde" in page) == (role == "advisory")


def test_overdue_topics_say_so_in_words(client: Visitor, db: Session) -> None:
    body = a_body(db)
    author = a_member(db, body)
    at = now()
    a_topic(db, body, author, title="Alt", made_at=at, owed_by=at - timedelta(days=9, hours=3))
    a_topic(db, body, author, title="Jung", made_at=at, owed_by=at + timedelta(days=20))
    signed_in(client, a_member(db, body, "guest"))
    page = client.get("/topics").text
    assert "Tagen überfällig" in page
    assert page.index("Alt") < page.index("Jung")
    late = client.get("/topics?show=overdue").text
    assert "Jung" not in late
    assert "Jung" in client.get("/topics?q=JUNG").text
    assert "Jung" not in client.get("/topics?mine=1&show=all").text
    for odd in ("?page=0", "?page=-1", "?page=x", "?show=x", "?page=9999", "?q=%25&show=all"):
        assert client.get(f"/topics{odd}").status_code == 200


def test_five_thousand_topics_cost_no_more_than_fifty(client: Visitor, db: Session) -> None:
    body = a_body(db)
    author = a_member(db, body)
    rows = [
        {
            "body_id": body.id, "title": f"Thema {count}", "text": "", "words": f"thema {count}",
            "author_id": author.id, "made_at": now(), "owed_by": now() + timedelta(hours=count),
            "reason": "",
        }
        for count in range(5000)
    ]  # fmt: skip
    db.execute(insert(Topic), rows[:50])
    signed_in(client, author)
    client.get("/topics")
    few, _ = _queries(client, "/topics?show=all&q=thema")
    db.execute(insert(Topic), rows[50:])
    many, page = _queries(client, "/topics?show=all&q=thema")
    assert few == many <= 12
    assert "Seite 1 von 125" in page
    one, _ = _queries(client, f"/topics/{db.scalar(select(func.min(Topic.id)))}")
    assert one <= 12


def _queries(client: Visitor, path: str) -> tuple[int, str]:
    engine = client.application.extensions["engine"]
    seen: list[str] = []

    def count(_connection, _cursor, statement, *_more):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        answer = client.get(path)
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert answer.status_code == 200
    return len([each for each in seen if each.lstrip().upper().startswith("SELECT")]), answer.text


@pytest.mark.parametrize("role", ROLES)
def test_topics_are_weighed_for_a_retreat(client: Visitor, db: Session, role: str) -> None:
    body = a_body(db)
    author = a_member(db, body)
    one, two = a_topic(db, body, author), a_topic(db, body, author)
    retreat, regular = soon(db, body, kind="retreat"), soon(db, body)
    signed_in(client, a_member(db, body, role))
    here = f"/topics/weigh/{retreat.id}"
    works, leads = role != "guest", role in {"chair", "staff"}
    assert ("Punkte verteilen" in client.get("/topics").text) == works
    assert client.get(here).status_code == (200 if works else 403)
    assert client.get(f"/topics/weigh/{regular.id}").status_code == 403
    sent = {f"points-{one.id}": "3", f"points-{two.id}": "7"}
    assert client.post(here, data=sent).status_code == (302 if works else 403)
    built = client.post(f"{here}/agenda", data={"topics": [one.id, two.id]})
    assert built.status_code == (302 if leads else 403)
    titles = list(db.scalars(select(Item.title).order_by(Item.place)))
    assert titles == ([two.title, one.title] if leads else [])
    assert db.scalar(select(func.count()).select_from(Weight)) == (2 if works else 0)


@pytest.mark.parametrize("points", ["11", "-1", "x", "1e1", "99999999999"])
def test_nobody_gives_more_points_than_they_have(client: Visitor, db: Session, points: str) -> None:
    body = a_body(db)
    topic = a_topic(db, body, a_member(db, body))
    retreat = soon(db, body, kind="retreat")
    signed_in(client, a_member(db, body))
    here = f"/topics/weigh/{retreat.id}"
    assert client.post(here, data={f"points-{topic.id}": points}).status_code == 422
    assert client.post(here, data={"points-99999": "1"}).status_code == 422
    assert client.post(here, data={"points-x": "1"}).status_code == 422
    assert db.scalar(select(func.count()).select_from(Weight)) == 0
