"""Who may do what with bodies and accounts: every role asked every question."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from strategy.domain import policy
from strategy.store.people import Person
from tests.builders import NOON, a_body, a_member, a_person

#            may_see_body  may_manage_body  may_start_paper  may_administer
ANSWERS = {
    "chair": (True, True, True, False),
    "voting": (True, False, True, False),
    "advisory": (True, False, True, False),
    "staff": (True, True, True, False),
    "guest": (True, False, False, False),
    "stranger": (False, False, False, False),
    "chair elsewhere": (False, False, False, False),
    "administrator": (True, True, False, True),
    "administrator and guest": (True, True, False, True),
    "administrator who left": (True, True, False, False),
}


@pytest.mark.parametrize("who", ANSWERS)
def test_each_gets_their_answers(db: Session, who: str) -> None:
    body, elsewhere = a_body(db), a_body(db)
    actor: Person = a_person(
        db,
        is_admin=who.startswith("administrator"),
        left_at=NOON if who.endswith("left") else None,
    )
    if who in {"chair", "voting", "advisory", "staff", "guest"}:
        a_member(db, body, who, person=actor)
    elif who == "chair elsewhere":
        a_member(db, elsewhere, "chair", person=actor)
    elif who == "administrator and guest":
        a_member(db, body, "guest", person=actor)
    assert (
        policy.may_see_body(actor, body),
        policy.may_manage_body(actor, body),
        policy.may_start_paper(actor, body),
        policy.may_administer(actor),
    ) == ANSWERS[who]
