"""Amendments to a tabled paper: moved, recommended on, voted on, merged into its text.

Rows of `amendment_motions`, `amendment_texts`, `amendment_urgency_votes`,
`amendment_recommendations`, `amendment_answers` and `amendment_results` are only ever added:
triggers in the database refuse to change or delete them, whoever asks.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from strategy.store.base import Base, UtcDateTime
from strategy.store.papers import Paper
from strategy.store.people import Person

KINDS = ("changes", "global", "hint")
"""The tabled text with changes; another text in its place; a hint to its editors, in prose."""
STATES = (
    "drafted", "moved", "withdrawn", "adopted", "adopted_in_part", "adopted_modified", "rejected",
    "settled",
)  # fmt: skip
ENDED = frozenset(STATES) - {"drafted", "moved"}
VERDICTS = ("adopt", "modify", "reject", "open")
"""What the merge view makes of a passage; "open": nothing yet, again."""
ADVICE = ("adopt", "modify", "reject", "settled")
OUTCOMES = ("adopted", "adopted_in_part", "adopted_modified", "rejected", "settled")


class Amendment(Base):
    """A proposal to change a tabled paper, written as a text of its own."""

    __tablename__ = "amendments"
    __table_args__ = (
        CheckConstraint("kind IN ('changes','global','hint')", name="kind"),
        CheckConstraint(
            "state IN ('drafted','moved','withdrawn','adopted','adopted_in_part',"
            "'adopted_modified','rejected','settled')",
            name="state",
        ),
        CheckConstraint("settled_by_id IS NULL OR state = 'settled'", name="settled_by"),
        CheckConstraint("upon_id <> id AND settled_by_id <> id", name="not_upon_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), index=True)
    paper: Mapped[Paper] = relationship(foreign_keys=[paper_id])
    """The paper that it amends."""
    text_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), unique=True)
    text: Mapped[Paper] = relationship(foreign_keys=[text_id])
    """The paper, of the kind "amendment", in which it is written."""
    upon_id: Mapped[int | None] = mapped_column(ForeignKey("amendments.id"))
    upon: Mapped[Amendment | None] = relationship(foreign_keys=[upon_id], remote_side=[id])
    """The amendment whose text it amends, if it is one to an amendment."""
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="drafted")
    base: Mapped[int]
    """The revision that its text began from: the paper's, or that of `upon`."""
    reason: Mapped[str] = mapped_column(Text, default="")
    mover_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    mover: Mapped[Person] = relationship()
    """Who stands for it: whoever moved it, or took it over."""
    place: Mapped[int] = mapped_column(default=0)
    """Its place in the order of votes as a chair has put it; 0: where its reach puts it."""
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("amendments.id"))
    withdrawn_because: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    motion: Mapped[Motion | None] = relationship(back_populates="amendment")

    @property
    def name(self) -> str:
        """Ä1 once it is moved, else ""."""
        return f"Ä{self.motion.number}" if self.motion else ""


class Motion(Base):
    """An amendment was moved: numbered, stamped, its text frozen. Nothing changes this row."""

    __tablename__ = "amendment_motions"
    __table_args__ = (
        UniqueConstraint("paper_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("late_by > 0", name="late_by_seconds"),
        CheckConstraint("late_by IS NULL OR deadline IS NOT NULL", name="late_has_deadline"),
    )

    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendments.id"), primary_key=True)
    amendment: Mapped[Amendment] = relationship(back_populates="motion")
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"))
    number: Mapped[int]
    """Counts the paper's amendments in the order in which they were moved, from 1."""
    tabling_id: Mapped[int] = mapped_column(ForeignKey("tablings.id"))
    revision: Mapped[int]
    """The revision of its text."""
    fingerprint: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the session was to start, as was known then."""
    deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until when amendments were to be moved; NULL where the rules say nothing."""
    lead: Mapped[int]
    """Seconds from then to the start of the session; negative after it."""
    late_by: Mapped[int | None]
    """Seconds after the deadline; NULL if in time."""


class AmendmentText(Base):
    """An amendment as changes of one revision, worked out once. Nothing changes this row."""

    __tablename__ = "amendment_texts"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("stands = true OR (tracked = '' AND edits = '')", name="stands_with_text"),
    )

    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendments.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """1 as it was moved; one more each time its base was tabled anew."""
    base: Mapped[int]
    """The revision that it changes."""
    stands: Mapped[bool]
    """Whether its passages stand unchanged in that revision; else somebody must look at it."""
    tracked: Mapped[str] = mapped_column(Text, deferred=True)
    """The tracked document, as JSON; "" of a hint and of what does not stand."""
    edits: Mapped[str] = mapped_column(Text, deferred=True)
    """Its edits, as text/amending.py packs them."""
    passages: Mapped[str] = mapped_column(Text)
    """Its passages, as text/amending.py packs them."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AmendmentBacking(Base):
    """A member signs for an amendment, openly."""

    __tablename__ = "amendment_backings"

    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendments.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    person: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class AmendmentUrgency(Base):
    """The board's recorded vote on whether to decide on a late amendment all the same."""

    __tablename__ = "amendment_urgency_votes"
    __table_args__ = (
        CheckConstraint("yes >= 0 AND no >= 0 AND abstain >= 0", name="counts_not_negative"),
        CheckConstraint("yes + no + abstain <= present", name="counts_within_present"),
        CheckConstraint("because <> ''", name="reason"),
    )

    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendments.id"), primary_key=True)
    because: Mapped[str] = mapped_column(Text)
    yes: Mapped[int]
    no: Mapped[int]
    abstain: Mapped[int]
    present: Mapped[int]
    members: Mapped[int]
    majority: Mapped[str] = mapped_column(Text)
    is_granted: Mapped[bool]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Recommendation(Base):
    """What the paper's authors, or the chair, advise on an amendment. A later one counts."""

    __tablename__ = "amendment_recommendations"
    __table_args__ = (
        CheckConstraint("advice IN ('adopt','modify','reject','settled')", name="advice"),
        CheckConstraint("(advice = 'settled') = (settled_by_id IS NOT NULL)", name="settled_by"),
        CheckConstraint("number >= 1", name="number_from_one"),
    )

    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendments.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    advice: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text, default="")
    """How it should be modified: JSON, passage to its words."""
    text: Mapped[int] = mapped_column(default=1)
    """The number of the amendment's text whose passages are meant."""
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("amendments.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Answer(Base):
    """What the amendment's mover says to a recommendation. Once."""

    __tablename__ = "amendment_answers"
    __table_args__ = (
        ForeignKeyConstraint(
            ["amendment_id", "number"],
            ["amendment_recommendations.amendment_id", "amendment_recommendations.number"],
        ),
    )

    amendment_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    agrees: Mapped[bool]
    words: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Verdict(Base):
    """What goes into the merged text of an amendment, or of one passage. The last one counts."""

    __tablename__ = "amendment_verdicts"
    __table_args__ = (
        CheckConstraint("verdict IN ('adopt','modify','reject','open')", name="verdict"),
        CheckConstraint("verdict <> 'modify' OR passage IS NOT NULL", name="modifies_a_passage"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendments.id"), index=True)
    text: Mapped[int]
    """The number of the amendment's text: what was said of an earlier one no longer counts."""
    passage: Mapped[int | None]
    """The passage's place in the text, from 0; NULL: all of them."""
    verdict: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text, default="")
    """What stands there instead, if the passage is modified."""
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Result(Base):
    """What the board has decided on an amendment, with the vote if there was one."""

    __tablename__ = "amendment_results"
    __table_args__ = (
        CheckConstraint(
            "outcome IN ('adopted','adopted_in_part','adopted_modified','rejected','settled')",
            name="outcome",
        ),
        CheckConstraint("yes >= 0 AND no >= 0 AND abstain >= 0", name="counts_not_negative"),
    )

    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendments.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(Text)
    yes: Mapped[int]
    no: Mapped[int]
    abstain: Mapped[int]
    is_unanimous: Mapped[bool]
    """Without a count, nobody against."""
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("amendments.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by: Mapped[Person] = relationship()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
