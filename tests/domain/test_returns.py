"""Files that come back: what was edited becomes suggestions, and nothing else does."""

from __future__ import annotations

import io
import zipfile

import pytest
from sqlalchemy import select

from strategy.domain import comments, exports, returns, revisions, steps, suggestions
from strategy.errors import Invalid, NotAllowed, NotFound
from strategy.store.comments import Comment
from strategy.text import tracked
from strategy.text.fingerprint import canonical
from tests.builders import NOON, a_body, a_doc, a_heading, a_member, a_paper, a_paragraph, later

TEXT = a_doc(
    a_heading("Wohnen"),
    "Wir bauen tausend Wohnungen in jedem Jahr.",
    "Der Kreisvorstand berichtet im Herbst.",
    "Danach wird beraten und beschlossen.",
    title="Wohnen für alle",
)


def edited(data: bytes, *swaps: tuple[str, str], part: str = "") -> bytes:
    """The office file with its text's XML changed; each swap must hit."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        main = part or next(n for n in old.namelist() if n in {"word/document.xml", "content.xml"})
        for info in old.infolist():
            content = old.read(info)
            if info.filename == main:
                text = content.decode()
                for was, now in swaps:
                    assert was in text, was
                    text = text.replace(was, now, 1)
                content = text.encode()
            new.writestr(info, content)
    return out.getvalue()


class Desk:
    """A paper in consultation, its author, a member who has the file, and what comes back."""

    def __init__(self, db, doc=TEXT, state="consultation"):
        self.db = db
        self.body = a_body(db)
        self.author = a_member(db, self.body, name="Ada Ahrens")
        self.member = a_member(db, self.body, name="Ben Brandt")
        self.paper = a_paper(db, body=self.body, lead=self.author, text=doc, state=state)
        db.commit()

    def export(self, format="docx", **but) -> bytes:
        wanted = exports.Wanted(format, **but)
        order = exports.gather(self.db, self.paper, wanted, by=self.member, now=NOON)
        return exports.produce(order)

    def compare(self, data, format="docx", **but):
        but = {"by": self.member} | but
        return returns.compare(self.db, self.paper, data, f"file.{format}", **but)

    def take(self, data, format="docx", **but):
        found = self.compare(data, format, **but)
        made = returns.take_over(self.db, self.paper, found, by=self.member, now=later(hours=1))
        self.db.commit()
        return made

    def doc(self):
        return canonical(steps.document(self.db, self.paper)[1])

    def words(self):
        """The suggestions that stand in the text: kind, before, after, whose."""
        rows = suggestions.rows(self.db, self.paper)
        return [
            (e.kind, e.before.strip(), e.after.strip(), rows[e.ids[0]].author_name)
            for e in tracked.changes(self.doc())
        ]


@pytest.fixture
def desk(db) -> Desk:
    return Desk(db)


@pytest.mark.parametrize("format", ["docx", "odt"])
def test_an_unchanged_file_suggests_nothing(desk, format):
    found = desk.compare(desk.export(format), format)
    assert found.known and not found
    version = desk.paper.version
    made = desk.take(desk.export(format), format)
    assert (made.taken, made.left, desk.paper.version) == ([], [], version)


@pytest.mark.parametrize("format", ["docx", "odt"])
def test_what_was_edited_without_tracking_is_suggested_by_who_brings_it(desk, format):
    before = desk.doc()
    data = edited(desk.export(format), ("tausend", "zweitausend"), ("im Herbst", "im Sommer"))
    desk.take(data, format)
    assert desk.words() == [
        ("replacement", "tausend", "zweitausend", "Ben Brandt"),
        ("replacement", "Herbst", "Sommer", "Ben Brandt"),
    ]
    assert tracked.reject(desk.doc()) == before


def test_words_own_tracked_changes_keep_their_authors(desk):
    run = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    gone = (
        '<w:del w:id="90" w:author="{}" w:date="2026-09-08T10:00:00Z"><w:r>'
        '<w:delText xml:space="preserve">{}</w:delText></w:r></w:del>'
    )
    data = desk.export()
    text = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    for words, who in (("Der Kreisvorstand", "Ada Ahrens"), ("Danach wird", "Zoe Fremd")):
        at = text.index(f">{words}") + 1
        run = text[text.rindex("<w:r>", 0, at) : text.index("</w:r>", at) + len("</w:r>")]
        first = words.split()[0]
        left = run.replace(f"{first} ", "", 1)
        data = edited(data, (run, gone.format(who, f"{first} ") + left))
    made = desk.take(data)
    assert desk.words() == [
        ("deletion", "Der", "", "Ada Ahrens"),
        ("deletion", "Danach", "", "Ben Brandt"),
    ]
    assert made.strangers == ["Zoe Fremd"]
    names = list(suggestions.rows(desk.db, desk.paper))
    assert {name.split(":")[0] for name in names} == {str(desk.author.id), str(desk.member.id)}


def inserted(data: bytes, words: str, author: str, times: int = 1) -> bytes:
    """The Word file with tracked insertions of an author before these words."""
    new = (
        '<w:ins w:id="{}" w:author="{}" w:date="2026-09-08T{:02}:{:02}:00Z"><w:r>'
        '<w:t xml:space="preserve">Neu {} </w:t></w:r></w:ins><w:r><w:t> </w:t></w:r>'
    )
    text = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    at = text.index(f">{words}") + 1
    run = text[text.rindex("<w:r>", 0, at) : text.index("</w:r>", at) + len("</w:r>")]
    news = "".join(new.format(90 + n, author, n // 60 % 24, n % 60, n) for n in range(times))
    return edited(data, (run, news.removesuffix("<w:r><w:t> </w:t></w:r>") + run))


def test_of_two_members_of_one_name_none_is_guessed(desk):
    a_member(desk.db, desk.body, name="Ada Ahrens")
    made = desk.take(inserted(desk.export(), "Danach wird", "Ada Ahrens"))
    assert desk.words() == [("insertion", "", "Neu 0", "Ben Brandt")]
    assert (made.namesakes, made.strangers) == (["Ada Ahrens"], [])


def test_ten_thousand_tracked_changes_are_refused_with_a_sentence(desk):
    data = inserted(desk.export(), "Danach wird", "Ada Ahrens", times=10_000)
    with pytest.raises(Invalid) as refused:
        desk.compare(data)
    assert refused.value.facts == {"count": 10_000, "most": returns.MOST_CHANGES}


def test_what_a_file_says_of_its_origin_counts_only_if_it_is_true(desk):
    other = a_paper(desk.db, body=a_body(desk.db), text="Geheim.")
    desk.db.commit()
    line = exports.gather(desk.db, desk.paper, exports.Wanted("docx"), by=desk.member, now=NOON)
    said = line.meta.origin
    for lie in (
        said.replace(said[-6:], "000000"),
        said.replace(f"paper={desk.paper.id} ", f"paper={other.id} "),
        said.replace("version=0", "version=7"),
    ):
        assert lie != said
        data = edited(desk.export(), (said, lie), part="docProps/custom.xml")
        with pytest.raises(Invalid) as refused:
            desk.compare(data)
        assert refused.value.field == "against"
        assert "Geheim" not in str(refused.value)


def test_what_was_changed_meanwhile_is_flagged_and_not_overwritten(desk):
    data = edited(desk.export(), ("tausend", "zweitausend"), ("im Herbst", "im Sommer"))
    doc = desk.doc()
    text = "Der Kreisvorstand berichtet im Herbst."
    moved = a_doc(
        a_heading("Wohnen"),
        "Wir bauen hundert Wohnungen in jedem Jahr.",
        text,
        "Danach wird beraten und beschlossen.",
        title="Wohnen für alle",
    )
    steps.turn(desk.db, desk.paper, doc, moved, by=desk.author, now=NOON)
    desk.db.commit()
    before = desk.doc()
    made = desk.take(data)
    assert desk.words() == [("replacement", "Herbst", "Sommer", "Ben Brandt")]
    assert [(c.entry.before, c.entry.after) for c in made.left] == [("tausend", "zweitausend")]
    assert tracked.reject(desk.doc()) == before
    kept = desk.db.scalars(select(Comment)).one()
    assert "zweitausend" in kept.text and kept.author_id == desk.member.id


def test_a_file_taken_over_twice_suggests_once(desk):
    data = edited(desk.export(), ("tausend", "zweitausend"))
    desk.take(data)
    version = desk.paper.version
    desk.take(data)
    assert desk.paper.version == version
    assert len(desk.words()) == 1


@pytest.mark.parametrize("format", ["docx", "odt"])
def test_suggestions_that_were_exported_are_not_suggested_again(desk, format):
    desk.take(edited(desk.export(), ("tausend", "zweitausend")))
    found = desk.compare(desk.export(format), format)
    assert not found
    data = edited(desk.export(format), ("im Herbst", "im Sommer"))
    desk.take(data, format)
    assert [word[1] for word in desk.words()] == ["tausend", "Herbst"]


def test_answers_and_new_comments_come_along_at_their_passages(desk):
    doc = desk.doc()
    text = tracked_text(doc, "Kreisvorstand")
    comments.add(
        desk.db, desk.paper, "Wirklich?", kind="question", by=desk.author, now=NOON,
        start=text[0], end=text[1],
    )  # fmt: skip
    desk.db.commit()
    data = desk.export(comments=True)
    assert not desk.compare(data)
    data = edited(data, ("Wirklich?", "Aber warum?"), part="word/comments.xml")
    made = desk.take(data)
    assert [(each.text, each.author) for each in made.placed] == [("Aber warum?", "Ada Ahrens")]
    threads = comments.threads(desk.db, desk.paper)
    assert {(each.comment.text, each.comment.exact) for each in threads} == {
        ("Wirklich?", "Kreisvorstand"), ("Aber warum?", "Kreisvorstand"),
    }  # fmt: skip


def tracked_text(doc, words):
    """Where words stand, as positions: only in a document of plain textblocks."""
    at = 0
    for block in doc["content"]:
        text = block["content"][0]["text"]
        if words in text:
            start = at + 1 + text.index(words)
            return start, start + len(words)
        at += len(text) + 2
    raise AssertionError(words)


def test_who_may_not_suggest_can_only_look(db):
    desk = Desk(db, state="draft")
    data = edited(desk.export(), ("tausend", "viele"))
    with pytest.raises(NotFound):
        desk.compare(data)
    guest = a_member(db, desk.body, role="guest")
    desk.paper.state = "finalised"
    desk.paper.finalised_at = NOON
    db.commit()
    found = desk.compare(data)
    assert found
    for person, refused in ((desk.member, NotAllowed), (guest, NotAllowed)):
        with pytest.raises(refused):
            returns.take_over(db, desk.paper, found, by=person, now=NOON)


def test_a_redline_that_comes_back_is_measured_by_its_newer_text(desk):
    revisions.take(desk.db, desk.paper, "", by=desk.author, now=NOON)
    doc = desk.doc()
    newer = a_doc(*doc["content"][:3], "Danach wird beraten.", title="Wohnen für alle")
    steps.turn(desk.db, desk.paper, doc, newer, by=desk.author, now=NOON)
    desk.db.commit()
    data = desk.export(against="1")
    assert not desk.compare(data)
    desk.take(edited(data, ("tausend", "viele")))
    assert desk.words() == [("replacement", "tausend", "viele", "Ben Brandt")]


@pytest.mark.parametrize("format", ["docx", "odt"])
def test_words_in_a_block_that_the_format_does_not_know_are_suggested(db, format):
    motion = {"type": "motion", "content": [a_paragraph("Der Vorstand beschließt das Programm.")]}
    desk = Desk(db, a_doc("Vorweg.", motion, "Danach.", title="Antrag"))
    before = desk.doc()
    data = edited(desk.export(format), ("das Programm", "das ganze Programm"))
    made = desk.take(data, format)
    assert [(each.entry.kind, each.entry.after.strip()) for each in made.taken] == [
        ("insertion", "ganze")
    ]
    assert made.left == []
    assert tracked.reject(desk.doc()) == before
