"""Two people write one paper; a train loses its signal; a server dies."""

from __future__ import annotations

import json

HOUSING = 1


def _words(visit, paper):
    """The text that the server keeps."""
    answer = visit.context.request.get(f"{visit.address}/papers/{paper}/doc")
    return "".join(_texts(json.loads(answer.text())["doc"]))


def _texts(node):
    yield node.get("text", "")
    for kid in node.get("content", ()):
        yield from _texts(kid)


def _to(page, words, *, at_end=True):
    """Put the cursor at the end of the paragraph that begins with `words`."""
    page.locator(".ProseMirror p", has_text=words).first.click()
    page.keyboard.press("End" if at_end else "Home")


def _agree(visits, paper, timeout=20):
    """Wait until every editor and the server hold the same text; that text."""
    for _ in range(timeout * 5):
        texts = {visit.text() for visit in visits} | {_words(visits[0], paper)}
        if len(texts) == 1:
            return texts.pop()
        visits[0].page.wait_for_timeout(200)
    raise AssertionError(f"the texts differ: {[text[:400] for text in texts]}")


def test_both_texts_and_the_servers_are_identical_though_one_went_offline(visit):
    gesa, dawit = visit("gesa.lorenz"), visit("dawit.tesfaye")
    one, two = gesa.write(HOUSING), dawit.write(HOUSING)
    _to(one, "In unseren Städten")
    _to(two, "Bis zum Ende des Jahrzehnts")
    one_typed, two_typed = [], []
    for turn in range(24):
        if turn == 8:
            dawit.context.set_offline(True)
        if turn == 16:
            dawit.context.set_offline(False)
        one.keyboard.type(f" g{turn}x")
        two.keyboard.type(f" d{turn}y")
        one_typed.append(f"g{turn}x")
        two_typed.append(f"d{turn}y")
    text = _agree([gesa, dawit], HOUSING)
    assert " ".join(one_typed) in text
    assert " ".join(two_typed) in text
    assert gesa.errors == dawit.errors == []


def test_what_was_typed_offline_comes_back_after_the_tab_was_closed(visit):
    gesa = visit("gesa.lorenz")
    page = gesa.write(HOUSING)
    gesa.context.set_offline(True)
    _to(page, "Zugleich gehört")
    page.keyboard.type(" im-tunnel-geschrieben")
    page.wait_for_timeout(1500)
    page.close()
    gesa.context.set_offline(False)
    gesa.page = gesa.context.new_page()
    gesa.write(HOUSING)
    assert "im-tunnel-geschrieben" in _agree([gesa], HOUSING)


def test_a_killed_server_loses_nothing_that_it_acknowledged(visit, server):
    gesa = visit("gesa.lorenz")
    page = gesa.write(HOUSING)
    _to(page, "Die Federführung liegt")
    for turn in range(10):
        page.keyboard.type(f" k{turn}")
        if turn == 5:
            server.kill()
    server.start()
    text = _agree([gesa], HOUSING, timeout=60)
    assert " ".join(f"k{turn}" for turn in range(10)) in text
    assert "in order" in server.command("verify")


def test_a_second_tab_of_the_same_person_works(visit):
    gesa = visit("gesa.lorenz")
    first = gesa.write(HOUSING)
    second = type(gesa)(gesa.context, gesa.context.new_page(), gesa.address)
    page = second.write(HOUSING)
    _to(first, "Für den Landesverband")
    first.keyboard.type(" erster-reiter")
    _to(page, "Wir schlagen ein Landesprogramm")
    page.keyboard.type(" zweiter-reiter")
    text = _agree([gesa, second], HOUSING)
    assert "erster-reiter" in text
    assert "zweiter-reiter" in text


def test_undo_takes_back_only_ones_own_words(visit):
    gesa, birgit = visit("gesa.lorenz"), visit("birgit.moeller")
    one, two = gesa.write(HOUSING), birgit.write(HOUSING)
    _to(one, "Die Zahlen sind gerundet")
    one.keyboard.type(" von-gesa")
    _agree([gesa, birgit], HOUSING)
    _to(two, "Bis zum Ende des Jahrzehnts")
    two.keyboard.type(" von-birgit")
    _agree([gesa, birgit], HOUSING)
    one.keyboard.press("Control+z")
    text = _agree([gesa, birgit], HOUSING)
    assert "von-gesa" not in text
    assert "von-birgit" in text
