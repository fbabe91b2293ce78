"""Every table, imported so that the metadata is whole."""

from strategy.store.agenda import Item, Mark
from strategy.store.amendments import (
    Amendment,
    AmendmentBacking,
    AmendmentText,
    AmendmentUrgency,
    Answer,
    Motion,
    Recommendation,
    Result,
    Verdict,
)
from strategy.store.attachments import AttachedFile, Attachment, TabledAttachment
from strategy.store.base import Base
from strategy.store.bodies import Body, Member
from strategy.store.comments import Comment, Mention
from strategy.store.decisions import Decision, Dissent, Task, TaskNote
from strategy.store.demands import Demand, DemandedItem, DemandSession, Met, Signature
from strategy.store.feeds import Feed
from strategy.store.files import File, PaperFile
from strategy.store.goals import Goal, Strategy
from strategy.store.jobs import Job
from strategy.store.lines import FrozenLines
from strategy.store.log import Event
from strategy.store.minutes import Minutes, MinutesObjection
from strategy.store.notices import Choice, Notice
from strategy.store.papers import Paper, PaperPerson, Reading
from strategy.store.people import Attempt, Device, Link, Person
from strategy.store.plans import Plan
from strategy.store.polls import OpenVote, Participation, Poll, Tally
from strategy.store.revisions import Revision
from strategy.store.rules import Rules
from strategy.store.sessions import Attendance, Move, Objection, Session
from strategy.store.steps import Snapshot, Step
from strategy.store.suggestions import Suggestion
from strategy.store.tablings import Backing, Tabling, TakenBack, UrgencyVote
from strategy.store.topics import Support, Topic, Weight

__all__ = [
    "Amendment",
    "AmendmentBacking",
    "AmendmentText",
    "AmendmentUrgency",
    "Answer",
    "AttachedFile",
    "Attachment",
    "Attempt",
    "Attendance",
    "Backing",
    "Base",
    "Body",
    "Choice",
    "Comment",
    "Decision",
    "Demand",
    "DemandSession",
    "DemandedItem",
    "Device",
    "Dissent",
    "Event",
    "Feed",
    "File",
    "FrozenLines",
    "Goal",
    "Item",
    "Job",
    "Link",
    "Mark",
    "Member",
    "Mention",
    "Met",
    "Minutes",
    "MinutesObjection",
    "Motion",
    "Move",
    "Notice",
    "Objection",
    "OpenVote",
    "Paper",
    "PaperFile",
    "PaperPerson",
    "Participation",
    "Person",
    "Plan",
    "Poll",
    "Reading",
    "Recommendation",
    "Result",
    "Revision",
    "Rules",
    "Session",
    "Signature",
    "Snapshot",
    "Step",
    "Strategy",
    "Suggestion",
    "Support",
    "TabledAttachment",
    "Tabling",
    "TakenBack",
    "Tally",
    "Task",
    "TaskNote",
    "Topic",
    "UrgencyVote",
    "Verdict",
    "Weight",
]
