"""The merge view: the tabled text with every amendment in place, adopted passage by passage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from strategy.clock import now
from strategy.domain import amendments, decisions, merging, policy, recommendations, resolutions
from strategy.domain.merging import Collision, Entry, Merging
from strategy.domain.recommendations import Advised
from strategy.errors import Invalid, Refusal
from strategy.store.amendments import Verdict
from strategy.store.papers import Paper
from strategy.text import tracked
from strategy.text.amending import Passage
from strategy.text.compare import compare
from strategy.text.lines import Ruled
from strategy.text.margin import Margin
from strategy.text.write.html import first_notes, fragment
from strategy.web import citations
from strategy.web.papers import file_address, found
from strategy.web.request import actor, db, done, form, integer

bp = Blueprint("merging", __name__, url_prefix="/papers/<int:paper_id>/merge")

Doc = dict[str, Any]


@dataclass
class Card:
    """A passage of an amendment, as the merge view shows it under its block."""

    entry: Entry
    place: int
    passage: Passage
    verdict: Verdict | None
    collisions: list[Collision]
    recommended: str = ""
    """The words that the recommendation on the amendment has for this passage."""

    @property
    def said(self) -> str:
        """The verdict in a word: adopt, modify, reject or open."""
        return self.verdict.verdict if self.verdict else "open"


@dataclass
class Place:
    """A block of the tabled text, or the place before it, with what amendments do there."""

    block: Doc | None
    number: int
    cards: list[Card] = field(default_factory=list)


def places(made: Merging, advised: Mapping[int, Advised]) -> list[Place]:
    """The text block by block, with the cards of each. What stands between blocks comes behind
    the block before it.

    advised  the newest recommendation on each amendment, by its number
    """
    by_block: dict[int, list[Card]] = defaultdict(list)
    last = len(made.base["content"]) - 1
    for entry in made.every():
        for at, passage in enumerate(entry.passages):
            is_between = passage.blocks == 0
            block = passage.block - 1 if is_between else passage.block
            card = Card(entry, at, passage, entry.verdicts[at], made.against(entry, at))
            if (advice := advised.get(entry.amendment.id)) is not None:
                card.recommended = advice.words_for(entry.text.number, at)
            if entry.amendment.upon_id is not None:
                card.collisions = []
                parent = next(each for each in made.entries if entry in each.upon)
                block = parent.passages[0].block if parent.passages else 0
            by_block[min(max(block, -1), last)].append(card)
    found = [Place(None, 0, by_block.get(-1, []))] if by_block.get(-1) else []
    for number, block in enumerate(made.base["content"]):
        found.append(Place(block, number + 1, by_block.get(number, [])))
    for place in found:
        place.cards.sort(key=lambda card: (card.passage.start, card.entry.amendment.id))
    return found


@bp.get("")
@login_required
def show(paper_id: int) -> ResponseReturnValue:
    """The tabled text with all amendments; with ?view=result as it reads with what is adopted."""
    return _show(found(paper_id), None)


def _show(paper: Paper, refusal: Refusal | None) -> str:
    policy.require(policy.may_read, actor(), paper)
    made = merging.of(db(), paper)
    text = citations.ruled(paper, made.tabling.revision, made.base)
    blocks = (text.numbered if text else made.base)["content"]
    shows_result = request.args.get("view") == "result"
    result, trouble = "", refusal
    if shows_result:
        try:
            merged = merging.merged(db(), made)
            marked = margin_of(text, compare(made.base, merged))
            result = fragment(marked, view="marked", image_url=_address(paper))
        except Refusal as why:
            trouble = why
    notes = first_notes(made.base)
    advised = recommendations.of_paper(db(), paper)
    every = places(made, advised)
    cards = [card for place in every for card in place.cards]
    only = request.args.get("only") == "changed"
    decided = decisions.of_item(db(), made.tabling.item)
    return render_template(
        "amendments/merge.html",
        paper=paper,
        made=made,
        advised=advised,
        named={each.id: each.name for each in amendments.of_paper(db(), paper)},
        places=[] if shows_result else [each for each in every if each.cards or not only],
        only=only,
        shows_result=shows_result,
        result=result,
        is_numbered=text is not None,
        block=lambda number: fragment(
            _doc(paper, [blocks[number - 1]]),
            image_url=_address(paper),
            prefix=f"b{number}-",
            first_note=notes[number - 1],
        ),
        marked=lambda card: fragment(
            _doc(paper, card.passage.nodes),
            image_url=_address(paper),
            prefix=f"c{card.entry.amendment.id}-{card.place}-",
            first_note=notes[card.passage.block] if card.entry.amendment.upon_id is None else 1,
        ),
        counts={
            said: sum(card.said == said for card in cards)
            for said in ("adopt", "modify", "reject", "open")
        },
        cite=lambda card: citations.cite(
            card.passage, None if card.entry.amendment.upon_id else text
        ),
        clash_words=citations.clash_words,
        clash_place=lambda clash: citations.clash_place(clash, text),
        leads=policy.may_merge(actor(), paper),
        decision=decided,
        decides=decided is None
        and made.tabling.session.state == "running"
        and policy.may_run_sessions(actor(), paper.body),
        last=merging.last_verdict(db(), paper),
        refusal=trouble,
        typed=request.form if refusal else {},
    )


def margin_of(text: Ruled | None, marked: Doc) -> Doc:
    """A redline that begins with the tabled text, with the lines of that, where they are known."""
    return marked if text is None else Margin(text.doc, text.map).beside(marked, "old")


def _doc(paper: Paper, nodes: Any) -> Doc:
    return {"type": "doc", "attrs": {"title": "", "lang": paper.lang}, "content": list(nodes)}


def _address(paper: Paper) -> Any:
    return lambda sha: file_address(paper.id, sha)


@bp.post("")
@login_required
def decide(paper_id: int) -> ResponseReturnValue:
    """A verdict on an amendment or one of its passages; or the last one taken back."""
    paper = found(paper_id)
    policy.require(policy.may_merge, actor(), paper)
    only = "changed" if request.args.get("only") == "changed" else None
    if request.form.get("act") == "undo":
        amendment = merging.undo(db(), paper, by=actor(), now=now())
        done("The last step on %(name)s is taken back.", name=amendment.name)
        anchor = f"amendment-{amendment.id}"
        return redirect(url_for("merging.show", paper_id=paper_id, only=only, _anchor=anchor))
    try:
        chosen = integer(request.form.get("amendment", ""), "amendment", most=2**31 - 1)
        amendment = amendments.find(db(), paper, chosen, reader=actor())
        given = request.form.get("passage", "")
        passage = integer(given, "passage", most=100_000) if given else None
        merging.decide(
            db(),
            amendment,
            form("verdict", most=20),
            passage=passage,
            words=form("words", most=merging.LONGEST_WORDS),
            by=actor(),
            now=now(),
        )
    except Invalid as refusal:
        db().rollback()
        return _show(found(paper_id), refusal), 422
    anchor = f"amendment-{amendment.id}" if passage is None else f"c-{amendment.id}-{passage}"
    return redirect(url_for("merging.show", paper_id=paper_id, only=only, _anchor=anchor))


def resolution(paper: Paper) -> Doc | None:
    """The text with its adopted amendments, for the form of its decision; None if there is none."""
    try:
        return resolutions.text(db(), paper)
    except Refusal:
        return None


def redline(paper: Paper, doc: Doc) -> str:
    """That text as a redline against what is tabled."""
    made = merging.of(db(), paper)
    marked = compare(made.base, doc)
    if not tracked.is_tracked(marked):
        return ""
    text = citations.ruled(paper, made.tabling.revision, made.base)
    return fragment(margin_of(text, marked), image_url=_address(paper))
