"""Tasks of the made-up board: accepted, overdue, handed back, done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from strategy.domain import days, tasks
from strategy.store.bodies import Body
from strategy.store.decisions import Decision, Task
from strategy.store.people import Person


def some(
    db: Session,
    body: Body,
    people: Mapping[str, Person],
    *,
    by: Person,
    decisions: Sequence[Decision] = (),
    now: datetime,
) -> None:
    """Six tasks in every state; they follow from `decisions` in turn, as far as there are any.

    people  by first name: Gesa, Ralf, Tülay, Birgit, Lena, Dawit, Silke
    """

    def make(title: str, owner: str, *, due: int, asked: int, review: int | None = None) -> Task:
        at = now - timedelta(days=asked)
        today = days.local_day(now, body.zone)
        facts = tasks.Facts(
            title,
            owner=people[owner] if owner else None,
            due_on=today + timedelta(days=due),
            review_on=today + timedelta(days=review) if review is not None else None,
        )
        decision = decisions[len(made) % len(decisions)] if decisions else None
        task = tasks.make(db, body, facts, decision=decision, by=by, now=at)
        made.append(task)
        return task

    made: list[Task] = []

    letter = make("Brief an die Bauministerin entwerfen und versenden", "Gesa", due=-6, asked=30)
    tasks.accept(db, letter, by=people["Gesa"], now=now - timedelta(days=29))
    tasks.tell(
        db, letter, "Der Entwurf liegt vor. Es fehlen noch die Zahlen aus den Kreisverbänden.",
        by=people["Gesa"], now=now - timedelta(days=12),
    )  # fmt: skip

    talks = make("Gespräche mit den drei Wohnungsgenossenschaften führen", "Dawit", due=24,
                 asked=30, review=5)  # fmt: skip
    tasks.accept(db, talks, by=people["Dawit"], now=now - timedelta(days=28))
    tasks.tell(
        db, talks, "Zwei Termine stehen, die dritte Genossenschaft hat noch nicht geantwortet.",
        by=people["Dawit"], now=now - timedelta(days=4),
    )  # fmt: skip

    funds = make("Fördermittel für das Ehrenamtsbüro beantragen", "Ralf", due=18, asked=16)
    tasks.hand_back(
        db, funds, "Ich bin bis Monatsende in Elternzeit. Bitte gebt es jemand anderem.",
        by=people["Ralf"], now=now - timedelta(days=8),
    )  # fmt: skip

    make("Fahrplanentwurf der Regionalbahnen auswerten", "Birgit", due=12, asked=3)

    hall = make("Saal für den Landesparteitag reservieren", "Silke", due=-10, asked=40)
    if hall.state == "offered":
        tasks.accept(db, hall, by=people["Silke"], now=now - timedelta(days=39))
    tasks.finish(
        db, hall, "Die Stadthalle ist gebucht, der Vertrag liegt in der Geschäftsstelle.",
        by=people["Silke"], now=now - timedelta(days=21),
    )  # fmt: skip

    poster = make("Plakat zur Mietenkampagne neu gestalten", "Lena", due=2, asked=33)
    tasks.drop(
        db, poster, "Der Bundesverband stellt jetzt eigene Plakate bereit.", by=by,
        now=now - timedelta(days=10),
    )  # fmt: skip
