"""Every paper in a form that people can read without Vorlauf."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from strategy.domain import exports, revisions
from strategy.store.papers import Paper


def save(db: Session, file: Path, *, now: datetime) -> int:
    """Write a folder a paper to a ZIP; how many papers.

    Each holds the text of today and every revision, as HTML with comments and as JSON.
    """
    count = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for paper in db.scalars(select(Paper).order_by(Paper.id)):
            folder = f"{paper.body.slug}/{paper.number.replace('/', '-')}"
            every = list(reversed(revisions.all_of(db, paper)))
            for number in [None, *(each.number for each in every)]:
                name = "text" if number is None else f"revision-{number}"
                for form in ("html", "json"):
                    wanted = exports.Wanted(form, number, comments=form == "html")
                    order = exports.gather(db, paper, wanted, by=None, now=now)
                    packed.writestr(f"{folder}/{name}.{form}", exports.produce(order))
            facts = {
                "number": paper.number,
                "title": paper.title,
                "state": paper.state,
                "body": paper.body.name,
                "lead": paper.lead.name,
                "revisions": [
                    {
                        "number": each.number,
                        "title": each.title,
                        "author": each.author.name,
                        "at": each.made_at.isoformat(),
                        "fingerprint": each.fingerprint,
                        "seal": each.seal,
                    }
                    for each in every
                ],
            }
            packed.writestr(f"{folder}/paper.json", json.dumps(facts, ensure_ascii=False, indent=2))
            count += 1
    return count
