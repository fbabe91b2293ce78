"""Who may do what: one predicate per question, asked by pages, commands and the live room.

Things that somebody may not see answer like things that do not exist.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import orm

from strategy.errors import NotAllowed, NotFound
from strategy.store.bodies import Body, Member
from strategy.store.comments import Comment
from strategy.store.papers import APART, Paper
from strategy.store.people import Person

READS_CONSULTATIONS = frozenset({"chair", "voting", "advisory", "staff", "guest"})
WRITES_COMMENTS = frozenset({"chair", "voting", "advisory", "staff", "guest"})
STARTS_PAPERS = frozenset({"chair", "voting", "advisory", "staff"})
READS_CONFIDENTIAL = frozenset({"chair", "voting", "advisory", "staff"})
VOTES = frozenset({"chair", "voting"})
OPEN_STATES = frozenset({"draft", "consultation"})
SHARED_STATES = frozenset({"consultation", "finalised", "tabled", "decided"})
WRITES_MINUTES = frozenset({"chair", "staff"})
READS_MINUTES = frozenset({"chair", "voting", "advisory", "staff"})
"""Once they are sent. Minutes tell of confidential items: they are not for guests."""
TABLED_FROM = frozenset({"draft", "consultation", "finalised"})


def role(body: Body, person: Person) -> str | None:
    """The person's role in the body, None for outsiders. One query per session and member."""
    db = orm.object_session(body)
    if db is None:
        return None
    member = db.get(Member, (body.id, person.id))
    if member is None:
        return None
    # Sessions forget rows that nobody holds: held here, the next question needs no query.
    db.info.setdefault("members", set()).add(member)
    return member.role


def is_lead(actor: Person, paper: Paper) -> bool:
    """Whether the actor answers for the paper."""
    return paper.lead_id == actor.id


def is_minutes(paper: Paper) -> bool:
    """Minutes go a way of their own: domain/minutes.py leads them from state to state."""
    return paper.kind == "minutes"


def is_apart(paper: Paper) -> bool:
    """Minutes and amendments are not consulted on, finalised or tabled like other papers."""
    return paper.kind in APART


def is_author(actor: Person, paper: Paper) -> bool:
    """Lead or co-author; of minutes, whoever is chair or staff."""
    if is_minutes(paper):
        return role(paper.body, actor) in WRITES_MINUTES
    return is_lead(actor, paper) or any(
        each.person_id == actor.id and each.part == "co_author" for each in paper.authors
    )


def is_invited(actor: Person, paper: Paper) -> bool:
    """Author or somebody whom the authors let read the draft."""
    return is_lead(actor, paper) or any(each.person_id == actor.id for each in paper.authors)


def is_chair(actor: Person, body: Body) -> bool:
    """Whether the actor chairs the body."""
    return role(body, actor) == "chair"


def may_administer(actor: Person) -> bool:
    """Administrators see all accounts, let people in and let them go."""
    return actor.is_admin and actor.left_at is None


def may_see_body(actor: Person, body: Body) -> bool:
    """Members see their body; administrators see that it exists."""
    return actor.is_admin or role(body, actor) is not None


def may_manage_body(actor: Person, body: Body) -> bool:
    """Chairs and staff invite members and give roles; administrators help out."""
    return actor.is_admin or role(body, actor) in {"chair", "staff"}


def may_change_rules(actor: Person, body: Body) -> bool:
    """The rules are the chair's to enter; nobody else changes a deadline."""
    return is_chair(actor, body)


def may_set_mails(actor: Person, body: Body) -> bool:
    """What leaves the house by mail is the chair's to say."""
    return is_chair(actor, body)


def may_run_sessions(actor: Person, body: Body) -> bool:
    """Chairs and staff plan, convene and lead sessions through their agenda."""
    return role(body, actor) in {"chair", "staff"}


def may_write_minutes(actor: Person, body: Body) -> bool:
    """Chairs and staff write the minutes, send them and have them approved."""
    return role(body, actor) in WRITES_MINUTES


def may_read_minutes(actor: Person, body: Body) -> bool:
    """Everybody but guests reads minutes that were sent, and may object to them."""
    return role(body, actor) in READS_MINUTES


def may_vote(actor: Person, body: Body) -> bool:
    """Who counts for majorities and quorum."""
    return role(body, actor) in VOTES


def may_see_demands(actor: Person, body: Body) -> bool:
    """Everybody in the body reads who demands a session, and why."""
    return role(body, actor) is not None


def may_propose(actor: Person, body: Body) -> bool:
    """Everybody in the body but guests proposes items and topics, and supports them."""
    return role(body, actor) in STARTS_PAPERS


def may_see_confidential(actor: Person, body: Body) -> bool:
    """Of confidential items guests read nothing, not even the title."""
    return role(body, actor) in READS_CONFIDENTIAL


def may_read_report(actor: Person, body: Body) -> bool:
    """Members, guests apart, see how early papers come."""
    return role(body, actor) in STARTS_PAPERS


def may_see_plan(actor: Person, body: Body) -> bool:
    """Everybody in the body sees what is planned."""
    return role(body, actor) is not None


def may_answer_topics(actor: Person, body: Body) -> bool:
    """Chairs and staff answer topics, and build a retreat's agenda from them."""
    return may_run_sessions(actor, body)


def may_lead_strategy(actor: Person, body: Body) -> bool:
    """Chairs and staff edit the goals; everybody but guests proposes some."""
    return role(body, actor) in {"chair", "staff"}


def may_adopt_strategy(actor: Person, body: Body) -> bool:
    """A chair says that the board has adopted the strategy."""
    return is_chair(actor, body)


def may_name_chairs(actor: Person, body: Body) -> bool:
    """The office gives every role but the chair's, which also nobody else takes away."""
    return actor.is_admin or is_chair(actor, body)


def may_start_paper(actor: Person, body: Body) -> bool:
    """Whoever works in the body may start a paper; guests may not."""
    return role(body, actor) in STARTS_PAPERS


def may_read(actor: Person, paper: Paper) -> bool:
    """Drafts: their authors and whom these invite. Later: the whole body.

    A paper withdrawn out of the draft stays with its authors: nobody else has seen it.
    What stands on a confidential item is not for guests, whoever had invited them.
    An administrator runs the server and reads nothing by that.
    """
    mine = role(paper.body, actor)
    if mine is None or (mine not in READS_CONFIDENTIAL and paper.is_confidential):
        return False
    if is_minutes(paper):
        return mine in WRITES_MINUTES or (was_shared(paper) and mine in READS_MINUTES)
    if was_shared(paper) and mine in READS_CONSULTATIONS:
        return True
    return is_invited(actor, paper)


def was_shared(paper: Paper) -> bool:
    """Whether the body has been let in: by a consultation or a finalised revision."""
    return paper.state in SHARED_STATES or (
        paper.state == "withdrawn" and paper.shared_at is not None
    )


def is_packed(paper: Paper, *, confidential: bool) -> bool:
    """Whether a packet holds the paper.

    confidential    in a packet with what is confidential; else in one as guests may have it
    """
    return was_shared(paper) and (confidential or not paper.is_confidential)


def may_edit(actor: Person, paper: Paper) -> bool:
    """The text changes only while it is worked on, and only by its authors."""
    return may_read(actor, paper) and paper.state in OPEN_STATES and is_author(actor, paper)


def may_attach(actor: Person, paper: Paper) -> bool:
    """Attachments change as the text does; minutes and amendments have none."""
    return may_edit(actor, paper) and not is_apart(paper)


def may_suggest(actor: Person, paper: Paper) -> bool:
    """In a consultation the whole body suggests; who may change the text may suggest too."""
    return may_edit(actor, paper) or (
        may_read(actor, paper)
        and paper.state == "consultation"
        and not is_minutes(paper)
        and role(paper.body, actor) in WRITES_COMMENTS
    )


def may_comment(actor: Person, paper: Paper) -> bool:
    """Whoever may read may speak, while the paper is worked on."""
    return (
        may_read(actor, paper)
        and paper.state in OPEN_STATES
        and role(paper.body, actor) in WRITES_COMMENTS
    )


def may_lead(actor: Person, paper: Paper) -> bool:
    """Lead author, or the chair once the body has been let in. Nobody leads minutes like this,
    nor amendments."""
    if is_apart(paper):
        return False
    return is_lead(actor, paper) or (is_chair(actor, paper.body) and was_shared(paper))


def may_consult(actor: Person, paper: Paper) -> bool:
    """A draft is given to the body by those who answer for it."""
    return may_read(actor, paper) and paper.state == "draft" and may_lead(actor, paper)


def may_take_back(actor: Person, paper: Paper) -> bool:
    """A consultation becomes a draft again."""
    return may_read(actor, paper) and paper.state == "consultation" and may_lead(actor, paper)


def may_finalise(actor: Person, paper: Paper) -> bool:
    """A text is frozen by those who answer for it."""
    return may_read(actor, paper) and paper.state in OPEN_STATES and may_lead(actor, paper)


def may_reopen(actor: Person, paper: Paper) -> bool:
    """What was finalised too early goes back into consultation, visibly."""
    return may_read(actor, paper) and paper.state == "finalised" and may_lead(actor, paper)


def may_withdraw(actor: Person, paper: Paper) -> bool:
    """Its authors may withdraw a paper until it is decided."""
    return (
        may_read(actor, paper)
        and paper.state not in {"withdrawn", "decided"}
        and is_author(actor, paper)
        and not is_apart(paper)
    )


def may_table(actor: Person, paper: Paper) -> bool:
    """Its authors file a paper to a session; a chair does once it is shared."""
    return (
        may_read(actor, paper)
        and paper.state in TABLED_FROM
        and not is_apart(paper)
        and (is_author(actor, paper) or may_lead(actor, paper))
    )


def may_untable(actor: Person, paper: Paper) -> bool:
    """A tabled paper is taken back by its authors alone."""
    return may_read(actor, paper) and paper.state == "tabled" and is_author(actor, paper)


def may_name_authors(actor: Person, paper: Paper) -> bool:
    """Who writes with them is the lead author's choice; the chair's once it is shared."""
    leads = is_lead(actor, paper) if paper.kind == "amendment" else may_lead(actor, paper)
    return may_read(actor, paper) and paper.state in OPEN_STATES and leads


def may_amend(actor: Person, paper: Paper) -> bool:
    """Everybody in the body but guests moves amendments to a tabled paper."""
    return (
        may_read(actor, paper)
        and paper.state == "tabled"
        and role(paper.body, actor) in STARTS_PAPERS
    )


def may_merge(actor: Person, paper: Paper) -> bool:
    """Chairs and staff say what of its amendments goes into a tabled paper."""
    return (
        may_read(actor, paper) and paper.state == "tabled" and may_run_sessions(actor, paper.body)
    )


def may_recommend(actor: Person, paper: Paper) -> bool:
    """Its authors say what they think of amendments to their paper; chairs and staff do as well."""
    return (
        may_read(actor, paper)
        and paper.state == "tabled"
        and (is_author(actor, paper) or may_run_sessions(actor, paper.body))
    )


def may_change_comment(actor: Person, comment: Comment) -> bool:
    """Words belong to who wrote them."""
    return comment.author_id == actor.id and comment.deleted_at is None and not comment.author_name


def require(may: Callable[[Person, Paper], bool], actor: Person, paper: Paper) -> None:
    """Go on only if allowed.

    raises  NotFound if the actor may not even see the paper, NotAllowed else
    """
    if not may_read(actor, paper):
        raise NotFound("There is no such paper.")
    if not may(actor, paper):
        raise NotAllowed("You may read this paper but not do this to it.")


def require_body(may: Callable[[Person, Body], bool], actor: Person, body: Body) -> None:
    """The same for a body."""
    if not may_see_body(actor, body):
        raise NotFound("There is no such body.")
    if not may(actor, body):
        raise NotAllowed("You may see this body but not do this to it.")
