"""What somebody who suggests may do: suggestions of their own, nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import Any

import pytest

from strategy.errors import NotAllowed
from strategy.text import suggesting, tracked
from strategy.text.apply import BrokenStep, apply_one, apply_steps, parse_doc, parse_steps
from strategy.text.compare import compare
from strategy.text.fingerprint import canonical
from strategy.text.positions import plain_text
from strategy.text.validate import BrokenDocument
from tests.editor_code import answers, bundled
from tests.text.documents import a_document, edited

ME, OTHER = 7, 9


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The editor's suggestion mode."""
    return bundled("suggest.mjs", tmp_path_factory.mktemp("suggest"))


def theirs(doc: dict[str, Any], person: str) -> set[str]:
    return {name for name in tracked.change_ids(doc) if name.startswith(f"{person}:")}


def unnamed(node: dict[str, Any]) -> dict[str, Any]:
    """The node without the ids of its blocks: what is written anew has new ones."""
    made = dict(node)
    if "attrs" in made:
        made["attrs"] = {key: value for key, value in made["attrs"].items() if key != "id"}
    if "content" in made:
        made["content"] = [unnamed(child) for child in made["content"]]
    return made


def test_what_somebody_does_to_a_clean_text_is_there_once_it_is_accepted(script: Path) -> None:
    rng = Random("accept what was suggested")
    cases = [
        {"doc": a_document(rng), "seed": rng.randrange(2**31), "people": [str(ME)], "acts": 1}
        for _ in range(250)
    ]
    turns = [turn for case in answers(script, cases) for turn in case]
    assert len(turns) > 80
    for turn in turns:
        made, wanted = turn["made"], turn["wanted"]
        accepted = tracked.accept(made, only=theirs(made, turn["person"]))
        assert unnamed(accepted) == unnamed(canonical(wanted)), turn["name"]


def test_two_who_suggest_change_nothing_but_their_own_suggestions(script: Path) -> None:
    rng = Random("two suggest")
    cases = []
    while len(cases) < 60:
        old = a_document(rng)
        doc = compare(old, edited(old, rng), author="3") if rng.random() < 0.7 else old
        if not doc.get("marks"):  # no step can set what is marked on the document itself
            seed = rng.randrange(2**31)
            people = [str(ME), str(OTHER), *["author"] * rng.randrange(2)]
            cases.append({"doc": doc, "seed": seed, "people": people, "acts": 15})
    played_cases = answers(script, cases)
    assert sum(len(turns) for turns in played_cases) > 300
    checked = as_meant = refused = 0
    for turns in played_cases:
        wrote: dict[str, str] = {}
        for number, turn in enumerate(turns):
            assert "failed" not in turn, turn["failed"]
            if "refused" in turn:
                refused += 1
                continue
            try:
                before, after = parse_doc(turn["before"]), parse_doc(turn["made"])
            except BrokenDocument:
                continue  # random wrapping went deeper than the editor lets anybody go
            person = turn["person"]
            assert canonical(apply_steps(turn["before"], turn["steps"])) == canonical(turn["made"])
            if person != "author":
                suggesting.require_only_suggestions(before, after, int(person))
                was, now = (tracked.reject(turn[each], only=theirs(turn[each], person))
                            for each in ("before", "made"))  # fmt: skip
                assert canonical(was) == canonical(now), turn["name"]
                suggesting.require_own_name(suggesting.fates(before, after), int(person), set())
                suggesting.require_true_words(before, after, int(person), {})
                if turn["name"] == "type":
                    wrote[f"neu{number}wort"] = person
            for word, writer in wrote.items():  # whoever did what to it since
                without = tracked.reject(turn["made"], only=theirs(turn["made"], writer))
                assert word not in plain_text(without), (turn["name"], word)
            if person == "author":
                continue
            became, meant = (plain_text(tracked.accept(turn[each])) for each in ("made", "wanted"))
            as_meant += became == meant
            checked += 1
    assert checked > 300
    # What is moved to or from a place that somebody wants deleted, or split there, may differ.
    assert as_meant > 0.95 * checked, (as_meant, checked)
    assert refused < 0.1 * checked, (refused, checked)


def test_what_is_refused_for_others_changed_it_is_made_again_on_the_text_as_it_is(
    tmp_path: Path,
) -> None:
    rng = Random("two trains")
    cases = []
    while len(cases) < 100:
        old = a_document(rng)
        doc = compare(old, edited(old, rng), author="3") if rng.random() < 0.5 else old
        if not doc.get("marks"):
            others = [str(OTHER), *["author"] * rng.randrange(2)]
            seed = rng.randrange(2**31)
            cases.append({"doc": doc, "seed": seed, "person": str(ME), "others": others, "acts": 8})
    acts = refused = lost = 0
    for told in answers(bundled("again.mjs", tmp_path), cases):
        acts += len(told["acts"])
        try:
            doc = there = parse_doc(told["text"])
            for act in told["acts"]:
                there = allowed(there, act)
        except (BrokenDocument, BrokenStep):
            continue  # random wrapping went deeper than the editor lets anybody go
        except NotAllowed:
            refused += 1
        else:  # what may stand there stays as it was written
            assert told["parts"] == told["acts"]
            continue
        for part in told["parts"]:
            doc = allowed(doc, part)
        lost += len(told["lost"])
        after = doc.to_json()
        written = plain_text(
            apply_steps(told["text"], [step for act in told["acts"] for step in act])
        )
        found = plain_text(after) + " ".join(told["lost"])
        for word in re.findall(r"eigenwort\d+e", written):
            assert word in found
        without = [plain_text(tracked.reject(each, only=theirs(each, str(OTHER))))
                   for each in (told["text"], after)]  # fmt: skip
        for word in re.findall(r"fremdwort\d+e", plain_text(after)):
            assert word in without[0] or word not in without[1]  # it is hers still
    assert refused > 5, refused
    assert lost < 0.05 * acts, (lost, acts)


def allowed(doc: Any, steps: list[Any]) -> Any:
    """The document after these steps of somebody who suggests, if the server takes them."""
    after = doc
    for step in parse_steps(steps):
        after = apply_one(after, step)
    suggesting.require_only_suggestions(doc, after, ME)
    suggesting.require_true_words(doc, after, ME, {})
    suggesting.require_own_name(suggesting.fates(doc, after), ME, set())
    return after


def text(words: str, *marks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "text": words, "marks": list(marks)}


def mark(name: str, person: int = ME, change: str = "a", **more: Any) -> dict[str, Any]:
    return {"type": name, "attrs": {"id": f"{person}:{change}", **more}}


def page(*paragraphs: list[dict[str, Any]], **attrs: Any) -> dict[str, Any]:
    content = [{"type": "paragraph", "attrs": attrs, "content": list(each)} for each in paragraphs]
    return {"type": "doc", "content": content}


PLAIN = page([text("Wir fordern mehr.")], [text("Zweiter Absatz.")])
BOTH = page(
    [text("Wir "), text("fordern", mark("deletion")), text("wollen", mark("insertion", OTHER))],
    [text("Zweiter Absatz.")],
)
CHEATS = {
    "typing": (PLAIN, page([text("Wir fordern mehr!")], [text("Zweiter Absatz.")])),
    "deleting a paragraph": (PLAIN, page([text("Wir fordern mehr.")])),
    "another's name": (
        PLAIN,
        page([text("Wir fordern mehr."), text("!", mark("insertion", OTHER))],
             [text("Zweiter Absatz.")]),
    ),
    "accepting one's own": (
        BOTH,
        page([text("Wir "), text("wollen", mark("insertion", OTHER))], [text("Zweiter Absatz.")]),
    ),
    "another's suggestion": (
        BOTH,
        page([text("Wir "), text("fordern", mark("deletion"))], [text("Zweiter Absatz.")]),
    ),
    "accepting another's": (
        BOTH,
        page([text("Wir "), text("fordern", mark("deletion")), text("wollen")],
             [text("Zweiter Absatz.")]),
    ),
    "making another's one's own": (
        BOTH,
        page([text("Wir "), text("fordern", mark("deletion")), text("wollen", mark("insertion"))],
             [text("Zweiter Absatz.")]),
    ),
    "a false former markup": (
        PLAIN,
        page([text("Wir fordern mehr.", {"type": "em"},
                   mark("modification", before={"marks": [{"type": "strong"}]}))],
             [text("Zweiter Absatz.")]),
    ),
    "the title": (PLAIN, {**PLAIN, "attrs": {"title": "Neu"}}),
    "alignment": (
        PLAIN, page([text("Wir fordern mehr.")], [text("Zweiter Absatz.")], align="right"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("cheat", CHEATS)
def test_nothing_else_passes(cheat: str) -> None:
    before, after = CHEATS[cheat]
    with pytest.raises(NotAllowed):
        suggesting.require_only_suggestions(parse_doc(before), parse_doc(after), ME)


def item(*words: dict[str, Any]) -> dict[str, Any]:
    paragraph = {"type": "paragraph", "content": list(words)}
    new = {"type": "list_item", "content": [paragraph]}
    return {"type": "bullet_list", "content": [new], "marks": [mark("insertion", ME, "new")]}


def with_a_list(*words: dict[str, Any]) -> dict[str, Any]:
    return {**BOTH, "content": [*BOTH["content"], item(*words)]}


STRUCK = page([text("Wir "), text("alle ", mark("deletion", OTHER)), text("wollen mehr.")])
MOVED = {
    "another's word": (BOTH, with_a_list(text("wollen", mark("insertion", OTHER)))),
    "a part of it, the rest struck": (
        BOTH,
        with_a_list(text("wol", mark("insertion", OTHER)),
                    text("len", mark("insertion", OTHER), mark("deletion"))),
    ),
    "what another wants deleted": (
        STRUCK,
        {**STRUCK, "content": [*STRUCK["content"],
                               item(text("Wir "), text("alle ", mark("deletion", OTHER)))]},
    ),
}  # fmt: skip
FORGED = {
    "words that another did not write": (
        BOTH, with_a_list(text("wollen nicht", mark("insertion", OTHER))),
    ),
    "a deletion of what another did not strike": (
        STRUCK,
        {**STRUCK, "content": [*STRUCK["content"],
                               item(text("Wir ", mark("deletion", OTHER)))]},
    ),
    "words put together": (
        BOTH, with_a_list(text("wol", mark("insertion", OTHER)),
                          text("lenwollen", mark("insertion", OTHER))),
    ),
    "another's block": (
        BOTH,
        with_a_list() | {"content": [*BOTH["content"], {
            **item(), "content": [{"type": "list_item", "marks": [mark("insertion", OTHER)],
                                   "content": [{"type": "paragraph",
                                                "content": [text("Alles Unsinn.")]}]}]}]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MOVED)
def test_what_others_suggest_goes_along_with_a_block_that_goes_elsewhere(case: str) -> None:
    before, after = (parse_doc(each) for each in MOVED[case])
    suggesting.require_only_suggestions(before, after, ME)
    suggesting.require_true_words(before, after, ME, {})


@pytest.mark.parametrize("case", FORGED)
def test_nobody_is_made_to_have_said_what_they_did_not_say(case: str) -> None:
    before, after = (parse_doc(each) for each in FORGED[case])
    suggesting.require_only_suggestions(
        before, after, ME
    )  # all of it stands in a block of one's own
    with pytest.raises(NotAllowed):
        suggesting.require_true_words(before, after, ME, {})


def test_what_others_suggested_in_a_block_comes_back_with_it() -> None:
    there = parse_doc(with_a_list(text("Auch "), text("dies", mark("insertion", OTHER, "b"))))
    taken_back = parse_doc(BOTH)
    suggesting.require_only_suggestions(there, taken_back, ME)
    suggesting.require_true_words(there, taken_back, ME, {})
    said = suggesting.last_words(there, suggesting.fates(there, taken_back).gone)
    assert said["insertion", f"{OTHER}:b", "null"] == "dies"
    suggesting.require_true_words(taken_back, there, ME, said)
    with pytest.raises(NotAllowed):
        suggesting.require_true_words(taken_back, there, ME, {})


def test_one_takes_back_what_is_ones_own() -> None:
    after = page([text("Wir fordern"), text("wollen", mark("insertion", OTHER))],
                 [text("Zweiter Absatz.")])  # fmt: skip
    suggesting.require_only_suggestions(parse_doc(BOTH), parse_doc(after), ME)


def test_a_block_that_is_joined_by_a_suggestion_belongs_to_what_is_looked_at() -> None:
    """The paragraph behind a suggested break is part of the passage."""
    before = page([text("Wir fordern mehr.")], [text("Zweiter Absatz.")])
    before["content"][0]["attrs"] = {"end": {"change": "insertion", "id": f"{ME}:a"}}
    after = page([text("Wir fordern mehr.Zweiter Absatz.")])
    suggesting.require_only_suggestions(parse_doc(before), parse_doc(after), ME)


def test_a_break_that_others_paragraphs_would_be_joined_by_is_no_suggestion() -> None:
    """Between the two stands a paragraph of one's own: it goes if the suggestions are rejected."""
    before = page([text("Eins.")], [text("Neu.")], [text("Drei.")], [text("Vier.")])
    before["content"][1]["marks"] = [mark("insertion")]
    old = parse_doc(before)
    end = {"change": "insertion", "id": f"{ME}:b"}
    (step,) = parse_steps([{"stepType": "attr", "pos": 0, "attr": "end", "value": end}])
    with pytest.raises(NotAllowed):
        suggesting.require_only_suggestions(old, apply_one(old, step), ME)


@pytest.mark.parametrize(
    ("settle", "outcome"), [(tracked.accept, "accepted"), (tracked.reject, "rejected")]
)
def test_what_became_of_a_suggestion_is_seen_from_the_text(settle: Any, outcome: str) -> None:
    fates = suggesting.fates(parse_doc(BOTH), parse_doc(settle(BOTH, only={f"{OTHER}:a"})))
    assert (fates.outcome, set(fates.gone), fates.new) == (outcome, {f"{OTHER}:a"}, frozenset())
    entry = fates.gone[f"{OTHER}:a"]
    assert entry is not None
    assert entry.after == "wollen"


def test_a_suggestion_that_the_text_went_on_without_was_edited_away() -> None:
    after = page([text("Wir "), text("fordern", mark("deletion")), text("brauchen")],
                 [text("Zweiter Absatz.")])  # fmt: skip
    assert suggesting.fates(parse_doc(BOTH), parse_doc(after)).outcome == "edited"


def test_a_foreign_name_is_let_in_only_if_it_is_known() -> None:
    steps = [{"stepType": "addMark", "from": 1, "to": 4, "mark": mark("deletion", OTHER)}]
    before = parse_doc(PLAIN)
    fates = suggesting.fates(before, apply_one(before, parse_steps(steps)[0]))
    with pytest.raises(NotAllowed):
        suggesting.require_own_name(fates, ME, set())
    suggesting.require_own_name(fates, ME, {f"{OTHER}:a"})
