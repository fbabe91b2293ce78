"""Line numbers in a real browser: chosen, marked, named, linked to, hidden."""

from __future__ import annotations

TABLED = "/papers/2/revisions/3"


def said(page):
    return page.locator(".line-said").inner_text()


def marked(page):
    return page.evaluate(
        "[...document.querySelectorAll('.line[data-current]')].map(each => each.dataset.line)"
    )


def test_lines_are_reached_by_number_and_named(visit):
    amira = visit("amira.thoma", viewport={"width": 1440, "height": 900})
    page = amira.go(TABLED)
    page.get_by_label("Gehe zu Zeile").fill("4-6")
    page.keyboard.press("Enter")
    page.locator(".line[data-current]").first.wait_for(state="attached")
    assert page.url.endswith("#Z4-6")
    assert marked(page) == ["4", "5", "6"]
    assert said(page).startswith("Zeilen 4 bis 6: gestritten, was dringlich heißt")
    assert page.evaluate("document.activeElement.id") == "Z4"
    page.get_by_label("Gehe zu Zeile").fill("9999")
    page.keyboard.press("Enter")
    assert "Dieser Text hat" in said(page)
    assert marked(page) == []
    assert amira.errors == []


def test_a_link_to_lines_opens_at_them(visit):
    amira = visit("amira.thoma")
    page = amira.go(f"{TABLED}#Z14")
    page.locator(".line[data-current]").first.wait_for(state="attached")
    assert said(page) == (
        "Zeile 14: Vorlagen liegen spätestens 14 Tage vor der Sitzung um 18:00 Uhr vor."
    )
    page.go_back()
    page.go_forward()
    assert marked(page) == ["14"]


def test_a_click_beside_a_line_chooses_it_and_with_shift_those_in_between(visit):
    amira = visit("amira.thoma", viewport={"width": 1440, "height": 900})
    page = amira.go(TABLED)
    left = page.locator("#revision-text").bounding_box()["x"]
    for number, held in ((3, ()), (5, ("Shift",))):
        row = page.evaluate(
            """number => { const range = document.createRange()
            const words = document.getElementById('Z' + number).nextSibling
            range.setStart(words, 1); range.setEnd(words, 2)
            const at = range.getBoundingClientRect(); return at.top + at.height / 2 }""",
            number,
        )
        for key in held:
            page.keyboard.down(key)
        page.mouse.click(left + 8, row)
        for key in held:
            page.keyboard.up(key)
        if not held:
            assert marked(page) == ["3"]
            page.wait_for_timeout(600)
    assert marked(page) == ["3", "4", "5"]


def test_numbers_can_be_hidden_and_stay_hidden(visit):
    amira = visit("amira.thoma")
    page = amira.go(TABLED)
    button = page.get_by_role("button", name="Zeilennummern")
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    page.reload()
    button.wait_for()
    assert button.get_attribute("aria-pressed") == "false"
    shown = "getComputedStyle(document.getElementById('Z1'), '::after').content"
    assert page.evaluate(shown) == "none"
    button.click()
    assert "1" in page.evaluate(shown)


def test_where_there_is_room_lines_end_as_in_print(visit):
    """Each printed line is one line on the screen, and copying gives whole words."""
    amira = visit("amira.thoma", viewport={"width": 1440, "height": 900})
    page = amira.go(TABLED)
    tall = page.evaluate(
        """() => [...document.querySelectorAll('#revision-text > p')].slice(0, 4).map(each =>
        [each.querySelectorAll('.line').length,
         Math.round(each.clientHeight / parseFloat(getComputedStyle(each).lineHeight))])"""
    )
    assert all(lines == rows for lines, rows in tall), tall
    words = page.evaluate(
        """() => { const range = document.createRange()
        range.selectNodeContents(document.querySelector('#revision-text > p'))
        getSelection().removeAllRanges(); getSelection().addRange(range)
        return getSelection().toString() }"""
    )
    assert not any(letter in words for letter in "\n\r")


def test_a_tabled_paper_s_own_page_has_the_numbers_too(visit):
    amira = visit("amira.thoma", viewport={"width": 1440, "height": 900})
    amira.go(TABLED)  # whoever reads first freezes them
    page = amira.go("/papers/2#Z4-6")
    page.locator("#editor-text .line[data-current]").first.wait_for(state="attached")
    assert marked(page) == ["4", "5", "6"]
    assert said(page).startswith("Zeilen 4 bis 6: gestritten, was dringlich heißt")
    edges = page.evaluate(
        """() => [...document.querySelectorAll('#editor-text .line')].map(each => {
        const number = getComputedStyle(each, '::after'); return number.position })"""
    )
    assert set(edges) == {"absolute"}
    holders = page.evaluate(
        """() => [...document.querySelectorAll('#editor-text li, #editor-text .motion')]
        .map(each => getComputedStyle(each).position)"""
    )
    assert set(holders) == {"static"}  # each number stands in the margin of the sheet
    assert amira.errors == []
