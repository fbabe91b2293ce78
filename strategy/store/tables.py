"""Every table, imported so that the metadata is whole."""

from strategy.store.base import Base
from strategy.store.bodies import Body, Member
from strategy.store.comments import Comment, Mention
from strategy.store.files import File, PaperFile
from strategy.store.jobs import Job
from strategy.store.log import Event
from strategy.store.papers import Paper, PaperPerson, Reading
from strategy.store.people import Attempt, Device, Link, Person
from strategy.store.revisions import Revision
from strategy.store.steps import Snapshot, Step
from strategy.store.suggestions import Suggestion

__all__ = [
    "Attempt",
    "Base",
    "Body",
    "Comment",
    "Device",
    "Event",
    "File",
    "Job",
    "Link",
    "Member",
    "Mention",
    "Paper",
    "PaperFile",
    "PaperPerson",
    "Person",
    "Reading",
    "Revision",
    "Snapshot",
    "Step",
    "Suggestion",
]
