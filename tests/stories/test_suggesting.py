"""Suggestion mode: members suggest in a consultation, authors decide and answer."""

from __future__ import annotations

import re
from random import Random

from strategy.text import tracked
from strategy.text.fingerprint import canonical
from strategy.text.positions import plain_text

PAPER = "Leere Läden öffnen"
CARDS = "article[data-kind=change]"
MARKED = ".ProseMirror [data-change]"
SAME = "wanted => window.vorlauf.view.state.doc.textContent === wanted"


def open_paper(guest, title=PAPER):
    page = guest.go("/papers?q=" + title.replace(" ", "+"))
    page.locator(".paper-title a", has_text=title).first.click()
    page.wait_for_selector("[data-mounted]")
    page.wait_for_selector(".ProseMirror[contenteditable=true]")
    return page


def kept(page):
    page.wait_for_function("() => !window.vorlauf.editing.unconfirmed()")


def caret(page, words, *, select=True):
    """Select these words of the text, or put the caret behind them."""
    page.evaluate(
        """([words, select]) => {
          const { view, parts } = window.vorlauf.editing
          let found = null
          view.state.doc.descendants((node, pos) => {
            const at = node.isText ? node.text.indexOf(words) : -1
            if (found === null && at >= 0) found = pos + at
          })
          if (found === null) throw new Error("not in the text: " + words)
          const { TextSelection } = parts
          const { tr, doc } = view.state
          const end = found + words.length
          view.dispatch(tr.setSelection(TextSelection.create(doc, select ? found : end, end)))
          view.focus()
        }""",
        [words, select],
    )


def text(page):
    return page.evaluate("window.vorlauf.view.state.doc.textContent")


def words_of(page, size=12):
    """Some words of the first long paragraph."""
    told = page.evaluate(
        """() => { let words = ""; window.vorlauf.view.state.doc.descendants(node => {
          const plain = node.type.name === "paragraph" && node.childCount === 1
          if (!words && plain && node.textContent.length > 80) words = node.textContent
        }); return words }"""
    )
    return told.split(" ")[:size]


def theirs_left(page, count):
    """Wait until so many cards of Paweł are left."""
    page.wait_for_function(
        """([cards, count]) => [...document.querySelectorAll(cards)]
          .filter(card => card.textContent.includes("Paweł")).length === count""",
        arg=[CARDS, count],
    )


def test_a_member_suggests_and_the_author_accepts_one_and_answers_the_other(visit):
    pawel, birgit = visit("pawel.nowak"), visit("birgit.moeller")
    page, hers = open_paper(pawel), open_paper(birgit)
    before = text(hers)
    first, *_, last = words_of(page)
    assert page.locator(".mode-note").inner_text() == "Du machst Vorschläge"
    caret(page, first)
    page.keyboard.type("Neuerdings")
    caret(page, f" {last}")
    page.keyboard.press("Backspace")
    kept(page)
    hers.wait_for_function(f"() => document.querySelectorAll('{CARDS}').length >= 2")
    cards = hers.locator(CARDS, has_text="Paweł")
    assert cards.count() == 2
    assert re.search(f"ersetzt „{re.escape(first)}“ durch „Neuerdings“", cards.first.inner_text())
    mine = page.locator(CARDS, has_text="Paweł")
    mine.first.get_by_label("Wie stark meinst du das?").select_option("must")
    hers.wait_for_timeout(100)

    cards.first.get_by_role("button", name="Kommentieren").click()
    hers.keyboard.type("Ist das schon sicher?")
    hers.keyboard.press("Control+Enter")
    page.locator(".thread", has_text="Ist das schon sicher?").wait_for()
    cards.first.get_by_role("button", name="Annehmen").click()
    theirs_left(hers, 1)
    hers.locator(CARDS, has_text="Paweł").get_by_role("button", name="Ablehnen").click()
    hers.get_by_label(re.compile("Warum nicht")).fill("Das Wort wird noch gebraucht.")
    hers.locator(".change-why").get_by_role("button", name="Ablehnen").click()
    theirs_left(hers, 0)
    kept(hers)
    assert text(hers) == before.replace(first, "Neuerdings", 1)
    page.wait_for_function(
        "wanted => window.vorlauf.view.state.doc.textContent === wanted", arg=text(hers)
    )
    hers.wait_for_function(
        "() => !Object.keys(localStorage).some(key => key.startsWith('vorlauf-answers'))"
    )
    page.get_by_role("link", name="Beantwortete Vorschläge").click()
    told = page.locator("main").inner_text()
    assert "Antwort: Das Wort wird noch gebraucht." in told
    assert "angenommen" in told
    assert "abgelehnt" in told

    # The reason arrives although its page is left at once.
    page = open_paper(pawel)
    caret(page, "Neuerdings")
    page.keyboard.press("Backspace")
    kept(page)
    hers = open_paper(birgit)
    theirs_left(hers, 1)
    hers.locator(CARDS, has_text="Paweł").get_by_role("button", name="Ablehnen").click()
    hers.get_by_label(re.compile("Warum nicht")).fill("Ohne das Wort fehlt etwas.")
    hers.locator(".change-why").get_by_role("button", name="Ablehnen").click()
    kept(hers)
    paper = re.search("/papers/[0-9]+", hers.url)[0]
    birgit.go("/papers")
    for _ in range(50):
        told = pawel.go(f"{paper}/suggestions/answered").locator("main").inner_text()
        if "Ohne das Wort fehlt etwas." in told:
            break
        pawel.page.wait_for_timeout(100)
    assert "Ohne das Wort fehlt etwas." in told
    assert pawel.errors == birgit.errors == []


def reject_all(page, person, reason):
    """Reject all that this person has suggested."""
    bar = page.locator(".change-bar")
    bar.get_by_label("Wessen Änderungen").select_option(label=person)
    bar.get_by_role("button", name="Alle ablehnen").click()
    bar.get_by_label(re.compile("Warum nicht")).fill(reason)
    bar.get_by_role("button", name="Ablehnen", exact=True).click()
    kept(page)


def one_text(guest, pages, address):
    """Wait until all browsers have the server's text; that text."""
    for _ in range(100):
        server = guest.context.request.get(address).json()["doc"]
        docs = [page.evaluate("window.vorlauf.view.state.doc.toJSON()") for page in pages]
        if all(canonical(doc) == canonical(server) for doc in docs):
            return server
        pages[0].wait_for_timeout(200)
    raise AssertionError([canonical(doc) == canonical(server) for doc in docs])


class Phone:
    """A phone's keyboard: it makes whole words, and goes on with the one that it has made."""

    def __init__(self, page):
        self.keys = page.context.new_cdp_session(page)

    def compose(self, *spelled):
        """Turn the word that it is at into each of these."""
        for word in spelled:
            self.keys.send(
                "Input.imeSetComposition",
                {"text": word, "selectionStart": len(word), "selectionEnd": len(word)},
            )

    def put(self, words):
        """Be done with the word: it is this now."""
        self.keys.send("Input.insertText", {"text": words})


def test_a_word_that_a_phone_writes_over_another_is_suggested_once(visit):
    pawel, birgit = visit("pawel.nowak"), visit("birgit.moeller")
    page, hers = open_paper(pawel), open_paper(birgit)
    address = f"{birgit.address}{re.search('/papers/[0-9]+', hers.url)[0]}/doc"
    before = one_text(birgit, [page, hers], address)
    there = hers.locator(MARKED).count()
    once = [each for each in words_of(page, 40) if len(each) > 5 and text(page).count(each) == 1]
    first, *_, second = [each for each in once if each.isalpha()]
    phone = Phone(page)
    caret(page, first)
    phone.compose(first, first[:-1], first[:-2], "Neu", "Neuerung")
    assert first not in text(page)
    page.wait_for_timeout(300)
    assert text(hers) == plain_text(before).replace("\n", "")  # nobody is told half a word
    phone.put("Neuerung ")
    phone.compose("j", "jetz", "jetzt")  # it goes on at once
    phone.put("jetzt")
    hers.wait_for_function(
        "([marked, count]) => document.querySelectorAll(marked).length > count",
        arg=[MARKED, there],
    )
    kept(page)
    wanted = plain_text(before).replace(first, "Neuerung jetzt", 1)
    server = one_text(birgit, [page, hers], address)
    mine = tracked.change_ids(server) - tracked.change_ids(before)
    assert plain_text(tracked.accept(server, only=mine)) == wanted
    assert canonical(tracked.reject(server, only=mine)) == canonical(before)

    # A word that is not finished is told after a while.
    caret(page, second)
    phone.compose(second, "Pause")
    hers.locator(".ProseMirror ins", has_text="Pause").wait_for()
    phone.put("Pause")
    server = one_text(birgit, [page, hers], address)
    mine = tracked.change_ids(server) - tracked.change_ids(before)
    assert canonical(tracked.reject(server, only=mine)) == canonical(before)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.wait_for_function("before => window.vorlauf.view.state.doc.textContent === before",
                           arg=plain_text(before).replace("\n", ""))  # fmt: skip
    assert pawel.errors == birgit.errors == []


def across(page, *, caret=False):
    """Select from within the first heading to within a later paragraph, or go to where that begins.

    Returns the text as it is when that is written over, with "|" for what is written.
    """
    return page.evaluate(
        """caret => {
          const { view, parts } = window.vorlauf.editing
          const { doc, tr } = view.state
          const blocks = []
          doc.descendants((node, pos) => void (node.isTextblock && blocks.push(pos + 1)))
          const [from, to] = [blocks[0] + 4, blocks[3] + 6]
          view.dispatch(tr.setSelection(parts.TextSelection.create(doc, from, caret ? from : to)))
          view.focus()
          return doc.textBetween(0, from) + "|" + doc.textBetween(to, doc.content.size)
        }""",
        caret,
    )


def test_a_phone_writes_over_several_paragraphs_beside_anothers_cursor(visit):
    pawel, birgit, mika = visit("pawel.nowak"), visit("birgit.moeller"), visit("mika.jansen")
    guests = [pawel, birgit, mika]
    pages = page, hers, third = [open_paper(guest) for guest in guests]
    address = f"{birgit.address}{re.search('/papers/[0-9]+', hers.url)[0]}/doc"
    before = one_text(birgit, pages, address)
    across(third, caret=True)
    for each in (page, hers):
        each.locator(".others-cursor", has_text="Mika Jansen").wait_for(state="attached")
        assert "Mika" not in text(each)
    wanted = across(page).replace("|", "Neu und gut")
    phone = Phone(page)
    phone.compose("N", "Ne", "Neu")
    phone.put("Neu ")
    phone.compose("u", "un", "und")
    phone.put("und ")
    phone.compose("gut")
    phone.put("gut")
    kept(page)
    server = one_text(birgit, pages, address)
    mine = tracked.change_ids(server) - tracked.change_ids(before)
    assert canonical(tracked.reject(server, only=mine)) == canonical(before)
    assert plain_text(tracked.accept(server, only=mine)).replace("\n", "") == wanted

    hers.locator(CARDS, has_text="Paweł").first.wait_for()
    reject_all(hers, "Paweł Nowak", "Noch nicht.")
    start = one_text(birgit, pages, address)
    wanted = across(hers).replace("|", "Klar")
    phone = Phone(hers)
    phone.compose("K", "Kl", "Klar")
    phone.put("Klar")
    kept(hers)
    written = one_text(birgit, pages, address)
    assert plain_text(written).replace("\n", "") == wanted
    assert len(written["content"]) < len(start["content"])
    assert pawel.errors == birgit.errors == mika.errors == []


def test_what_an_author_writes_among_struck_words_is_the_authors(visit):
    pawel, birgit = visit("pawel.nowak"), visit("birgit.moeller")
    page, hers = open_paper(pawel), open_paper(birgit)
    pages = [page, hers]
    address = f"{birgit.address}{re.search('/papers/[0-9]+', hers.url)[0]}/doc"
    before = one_text(birgit, pages, address)
    long = [each for each in words_of(page, 60) if len(each) > 6 and text(page).count(each) == 1]
    struck, *_, other = [each for each in long if each.isalpha()]
    caret(page, struck)
    page.keyboard.press("Backspace")
    caret(page, other)
    page.keyboard.type("Vorgeschlagenes")
    kept(page)
    there = one_text(birgit, pages, address)
    his = tracked.change_ids(there) - tracked.change_ids(before)
    phone = Phone(hers)
    caret(hers, struck[:3], select=False)
    hers.keyboard.type("getippt")
    caret(hers, struck[3:5], select=False)
    phone.compose("g", "ge", "gew", "gewischt")
    phone.put("gewischt")
    caret(hers, "Vorge", select=False)
    phone.compose("m", "mi", "mitten")
    phone.put("mitten")
    hers.wait_for_timeout(200)
    kept(hers)
    server = one_text(birgit, pages, address)
    assert tracked.change_ids(server) == tracked.change_ids(there)
    accepted = plain_text(tracked.accept(server, only=his))
    rejected = plain_text(tracked.reject(server, only=his))
    assert "getipptgewischt" in accepted
    assert f"{struck[:3]}getippt{struck[3:5]}gewischt{struck[5:]}" in rejected
    assert "Vorgemittenschlagenes" in accepted
    assert "mitten" in rejected
    assert "Vorge" not in rejected
    assert rejected.startswith(plain_text(before).split(struck)[0])
    assert pawel.errors == birgit.errors == []


ACTS = 24


def all_decided(page):
    """Accept what is there from before."""
    if page.locator(MARKED).count() > 0:
        page.locator(".change-bar").get_by_role("button", name="Alle annehmen").click()
        page.wait_for_function(f"() => !document.querySelector('{MARKED}')")
        kept(page)


def test_what_one_has_suggested_stays_theirs_when_another_moves_it(visit):
    pawel, mika, birgit = visit("pawel.nowak"), visit("mika.jansen"), visit("birgit.moeller")
    page, other, hers = open_paper(pawel), open_paper(mika), open_paper(birgit)
    all_decided(hers)
    before = text(hers)
    for each in (page, other):
        each.wait_for_function(SAME, arg=before)
    first, second, *_ = words_of(page)
    caret(page, f"{first} {second}", select=False)
    page.keyboard.type(" zuerst")
    kept(page)
    other.wait_for_function("() => window.vorlauf.view.state.doc.textContent.includes(' zuerst')")
    caret(other, second, select=False)
    other.get_by_role("button", name="Aufzählung").first.click()
    kept(other)
    other.wait_for_function("() => document.querySelectorAll('.ProseMirror li ins').length === 1")

    # In the list, it is still Paweł's: he takes it back, and Mika's list stays.
    of_mika = hers.locator(CARDS, has_text="Mika")
    of_mika.first.wait_for()
    mine = page.locator(CARDS, has_text="Paweł").filter(has_text="zuerst")
    mine.first.get_by_role("button", name="Zurücknehmen").click()
    kept(page)
    hers.wait_for_function("() => !window.vorlauf.view.state.doc.textContent.includes(' zuerst')")
    assert of_mika.count() > 0
    bar = hers.locator(".change-bar")
    bar.get_by_role("button", name="Alle annehmen").click()
    kept(hers)
    assert text(hers) == before
    assert hers.locator(".ProseMirror li", has_text=f"{first} {second}").count() == 1


def test_in_ones_own_list_the_words_of_another_stay_the_others(visit):
    pawel, mika, birgit = visit("pawel.nowak"), visit("mika.jansen"), visit("birgit.moeller")
    page, other, hers = open_paper(pawel), open_paper(mika), open_paper(birgit)
    all_decided(hers)
    page.wait_for_function(SAME, arg=text(hers))
    first, second, *_ = words_of(page)
    caret(page, f"{first} {second}", select=False)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Aufzählung").first.click()
    page.keyboard.type("Meins")
    page.keyboard.press("Enter")
    page.keyboard.type("Auch meins")
    kept(page)
    other.wait_for_function(SAME, arg=text(page))
    caret(other, "Auch meins", select=False)
    other.keyboard.type(" und deins")
    kept(other)
    there = text(other)
    page.wait_for_function(SAME, arg=there)
    caret(page, "Auch ", select=False)
    page.keyboard.type("noch ")
    kept(page)
    there = there.replace("Auch meins", "Auch noch meins")
    assert text(page) == there

    # Drawn into a paragraph that is no suggestion, they would become Paweł's.
    page.evaluate(
        """word => {
          const { view, parts } = window.vorlauf.editing
          const ends = []
          view.state.doc.descendants((node, pos) => {
            for (const each of [word, "noch"]) {
              const at = node.isText ? node.text.indexOf(each) : -1
              if (at >= 0 && ends.length < 2) ends.push(pos + at + each.length)
            }
          })
          view.dispatch(view.state.tr.setSelection(
            parts.TextSelection.create(view.state.doc, ...ends)))
          view.focus()
        }""",
        first,
    )
    page.keyboard.press("Backspace")
    page.locator(".toast", has_text="Hier hat jemand anderes etwas vorgeschlagen.").wait_for()
    assert text(page) == there
    other.wait_for_function(SAME, arg=there)
    told = other.evaluate("window.vorlauf.view.state.doc.toJSON()")
    person = other.evaluate("String(window.vorlauf.editing.paper.me.id)")
    of_mika = {name for name in tracked.change_ids(told) if name.startswith(f"{person}:")}
    assert plain_text(tracked.reject(told, only=of_mika)).count(" und deins") == 0
    assert plain_text(told).count(" und deins") == 1


def act(page, rng, said, person):
    """Something that people do to a text; what was typed goes into `said`."""
    size = page.evaluate("window.vorlauf.view.state.doc.content.size")
    at, to = sorted(rng.randrange(size) for _ in range(2))
    page.evaluate(
        """([at, to]) => {
          const { view, parts } = window.vorlauf.editing
          const { doc, tr } = view.state
          const [from, end] = [doc.resolve(at), doc.resolve(to)]
          view.dispatch(tr.setSelection(parts.TextSelection.between(from, end)))
          view.focus()
        }""",
        [at, min(to, at + rng.choice([0, 0, 3, 9]))],
    )
    kind = rng.choice(["type", "type", "type", "Backspace", "Delete", "Enter", "Control+b"])
    if kind == "type":
        word = f" w{person}x{len(said)}q{rng.randrange(1000)}"
        said.append(word.strip())
        page.keyboard.type(word)
    else:
        page.keyboard.press(kind)


def test_two_suggest_and_one_writes_while_one_of_them_is_offline(visit):
    pawel, mika, birgit = visit("pawel.nowak"), visit("mika.jansen"), visit("birgit.moeller")
    guests = [pawel, mika, birgit]
    pages = [open_paper(guest) for guest in guests]
    ids = [page.evaluate("String(window.vorlauf.editing.paper.me.id)") for page in pages]
    rng = Random("three browsers")
    said: dict[str, list[str]] = {person: [] for person in ids}
    for turn in range(ACTS):
        if turn == ACTS // 3:
            mika.context.set_offline(True)
        if turn == 2 * ACTS // 3:
            mika.context.set_offline(False)
        for page, person in zip(pages, ids, strict=True):
            act(page, rng, said[person], person)
    for page in pages:
        page.wait_for_function("() => !window.vorlauf.editing.unconfirmed()", timeout=60_000)
    address = f"{birgit.address}{re.search('/papers/[0-9]+', pages[2].url)[0]}/doc"
    server = one_text(birgit, pages, address)

    # Whose it is: with somebody's suggestions rejected their words are gone, and nobody else's.
    every = tracked.change_ids(server)
    for person in ids[:2]:
        theirs = {name for name in every if name.startswith(f"{person}:")}
        assert theirs
        without = plain_text(tracked.reject(server, only=theirs))
        assert not any(word in without for word in said[person])
    listed = birgit.context.request.get(address.replace("/doc", "/suggestions")).json()["changes"]
    made_here = [each for each in listed if each["person"] is not None]
    assert made_here
    for each in made_here:
        assert all(name.startswith(f"{each['person']}:") for name in each["ids"])
    names = [name for each in listed for name in each["ids"]]
    assert len(names) == len(set(names))

    # All of one of them rejected, then all that is left accepted: exactly that, for everybody.
    hers = pages[2]
    there = f"() => document.querySelectorAll('{CARDS}').length === {len(listed)}"
    hers.wait_for_function(there)
    reject_all(hers, "Mika Jansen", "Zu viel auf einmal.")
    left = one_text(birgit, pages, address)
    of_mika = {name for name in every if name.startswith(f"{ids[1]}:")}
    assert canonical(left) == canonical(tracked.reject(server, only=of_mika))
    bar = hers.locator(".change-bar")
    bar.get_by_label("Wessen Änderungen").select_option(label="Von allen")
    bar.get_by_role("button", name="Alle annehmen").click()
    kept(hers)
    assert canonical(one_text(birgit, pages, address)) == canonical(tracked.accept(left))
    assert pawel.errors == mika.errors == birgit.errors == []
