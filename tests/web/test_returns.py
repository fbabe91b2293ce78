"""Files that come back over HTTP: who may, what is shown, what is taken over."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from strategy.domain import exports
from strategy.store.jobs import Job
from tests.builders import NOON, a_member, a_paper
from tests.domain.test_returns import TEXT, edited
from tests.visitor import signed_in


@pytest.fixture
def paper(db):
    made = a_paper(db, text=TEXT, state="consultation")
    db.commit()
    return made


def exported(db, paper) -> bytes:
    order = exports.gather(db, paper, exports.Wanted("docx"), by=paper.lead, now=NOON)
    return exports.produce(order)


def bring(client, paper, data, **fields):
    sent = {"file": (io.BytesIO(data), "zurück.docx"), **fields}
    return client.post(f"/papers/{paper.id}/return", data=sent)


def test_a_file_is_looked_at_taken_over_and_gone(client, db, paper):
    signed_in(client, a_member(db, paper.body, name="Ben Brandt"))
    data = edited(exported(db, paper), ("tausend", "zweitausend"))
    brought = bring(client, paper, data)
    assert brought.status_code == 302
    page = client.get(brought.location).get_data(as_text=True)
    assert "ersetzt „tausend“ durch „zweitausend“" in page
    assert paper.version == 0
    taken = client.post(brought.location)
    assert taken.status_code == 201
    db.expire_all()
    assert paper.version > 0
    assert client.get(brought.location).status_code == 404
    assert client.post(brought.location).status_code == 404
    assert db.scalar(select(Job).where(Job.kind == "return")) is None


def test_nobody_else_finds_the_file(visitor, db, paper):
    mine, theirs = visitor(), visitor()
    signed_in(mine, a_member(db, paper.body))
    signed_in(theirs, a_member(db, paper.body))
    address = bring(mine, paper, edited(exported(db, paper), ("tausend", "viele"))).location
    assert theirs.get(address).status_code == theirs.post(address).status_code == 404
    assert mine.get(address).status_code == 200


def test_a_frozen_paper_is_only_compared(client, db, paper):
    data = edited(exported(db, paper), ("tausend", "viele"))
    paper.state, paper.finalised_at = "finalised", NOON
    signed_in(client, a_member(db, paper.body))
    address = bring(client, paper, data).location
    page = client.get(address).get_data(as_text=True)
    assert "viele" in page and f'action="{address}"' not in page
    assert client.post(address).status_code == 403


def test_a_file_from_elsewhere_must_be_called_a_copy(client, db, paper):
    signed_in(client, a_member(db, paper.body))
    data = edited(exported(db, paper), ("vorlauf-origin", "anderes"), part="docProps/custom.xml")
    data = edited(data, ("tausend", "viele"))
    asked = bring(client, paper, data)
    assert asked.status_code == 422
    assert "von welchem Text" in asked.get_data(as_text=True)
    only = bring(client, paper, data, against="now").location
    assert client.get(only).status_code == 200
    assert client.post(only).status_code == 422
    copy = bring(client, paper, data, against="now", copy="1").location
    assert client.post(copy).status_code == 201


@pytest.mark.parametrize("was, now", [(r"version=0", "version=9"), ("paper=", "paper=9")])
def test_what_a_file_says_about_itself_is_not_believed(client, db, paper, was, now):
    signed_in(client, a_member(db, paper.body))
    data = edited(exported(db, paper), (was, now), part="docProps/custom.xml")
    assert bring(client, paper, data).status_code == 422


def test_what_is_no_file_is_refused(client, db, paper):
    signed_in(client, a_member(db, paper.body))
    assert bring(client, paper, b"PK\x03\x04 broken").status_code == 422
    assert client.post(f"/papers/{paper.id}/return").status_code == 422
    form = client.get(f"/papers/{paper.id}/return").get_data(as_text=True)
    assert re.search(r'type="file"', form)
