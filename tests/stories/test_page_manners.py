"""What every page does for people beside its own work: theme, menus, questions, unsaved forms."""

from __future__ import annotations

import pytest

HOUSING = 1


def _background(page):
    return page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


def _theme(page):
    return page.evaluate("document.documentElement.dataset.theme ?? null")


def test_a_chosen_theme_holds_on_the_next_page_from_its_first_moment(visit):
    amira = visit("amira.thoma", color_scheme="light")
    page = amira.go("/")
    light = _background(page)
    page.click(".masthead .menu > summary")
    page.click("[data-theme-choice=dark]")
    assert page.get_attribute("[data-theme-choice=dark]", "aria-pressed") == "true"
    assert _background(page) != light
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => {"
        " window.early = document.documentElement.dataset.theme }, {once: true, capture: true})"
    )
    page = amira.go("/papers")
    assert page.evaluate("window.early") == "dark"
    page.click(".masthead .menu > summary")
    page.click("[data-theme-choice=system]")
    assert _theme(page) is None
    assert _background(page) == light


def test_a_menu_closes_with_escape_and_gives_the_focus_back(visit):
    page = visit("amira.thoma").go("/")
    page.focus(".masthead .menu > summary")
    page.keyboard.press("Enter")
    assert page.is_visible(".masthead .menu-panel")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not page.is_visible(".masthead .menu-panel")
    assert page.evaluate("document.activeElement.matches('.masthead .menu > summary')")


def test_a_menu_closes_when_somebody_goes_elsewhere(visit):
    page = visit("amira.thoma").go("/")
    page.click(".masthead .menu > summary")
    page.click("h1")
    assert not page.is_visible(".masthead .menu-panel")


def test_somebody_is_removed_only_after_a_question(visit):
    page = visit("amira.thoma").go("/bodies/landesvorstand")
    members = page.locator("form[data-confirm]").count()
    page.locator("form[data-confirm] button").last.click()
    asked = page.locator("dialog[open]")
    assert "nicht mehr" in asked.inner_text()
    assert page.evaluate("document.activeElement.value") == "no"
    asked.locator("button[value=no]").click()
    asked.wait_for(state="detached")
    assert page.locator("form[data-confirm]").count() == members
    page.locator("form[data-confirm] button").last.click()
    with page.expect_navigation():
        page.locator("dialog[open] button[value=yes]").click()
    assert page.locator("form[data-confirm]").count() == members - 1


def test_leaving_a_form_with_words_in_it_asks_first(visit):
    page = visit("amira.thoma").go("/papers/new")
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("[name=title]").press_sequentially("Was noch niemand gelesen hat")
    page.click(".wordmark", no_wait_after=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.url.endswith("/papers/new")
    assert page.input_value("[name=title]") == "Was noch niemand gelesen hat"


def test_a_password_can_be_looked_at_and_is_hidden_again_when_it_is_sent(visit):
    page = visit("amira.thoma").go("/me")
    page.fill("[name=old]", "ein geheimer Satz")
    reveal = page.locator(".field", has=page.locator("[name=old]")).locator("button")
    reveal.click()
    assert page.get_attribute("[name=old]", "type") == "text"
    reveal.click()
    assert page.get_attribute("[name=old]", "type") == "password"


@pytest.mark.parametrize("path", ["/papers", "/papers/1", "/papers/1/comments", "/me"])
def test_pages_are_there_without_scripts(visit, browser, path):
    amira = visit("amira.thoma")
    state = amira.context.storage_state()
    context = browser.new_context(storage_state=state, java_script_enabled=False)
    page = context.new_page()
    page.goto(amira.address + path)
    assert page.is_visible("h1")
    assert page.is_visible("a.wordmark")
    page.click(".masthead .menu > summary")
    assert page.is_visible("form[data-sign-out] button")
    context.close()


def test_a_revision_is_kept_without_leaving_the_text(visit):
    gesa = visit("gesa.lorenz")
    page = gesa.write(HOUSING)
    page.locator(".ProseMirror > p").first.click()
    page.keyboard.press("Home")
    page.keyboard.type("Kurz vor der Fassung. ")
    page.get_by_role("button", name="Fassung festhalten").click()
    dialog = page.get_by_role("dialog", name="Fassung festhalten")
    label = dialog.locator("label").inner_text()
    number = int(label.split("Fassung ")[1].split()[0])
    page.keyboard.type("nach dem Telefonat")
    gesa.context.set_offline(True)
    page.keyboard.press("Enter")
    said = dialog.get_by_role("alert")
    said.filter(has_text="noch einmal").wait_for()
    assert dialog.get_by_role("textbox").input_value() == "nach dem Telefonat"
    gesa.context.set_offline(False)
    dialog.get_by_role("button", name="Fassung festhalten").click()
    dialog.wait_for(state="hidden")
    assert page.url.endswith(f"/papers/{HOUSING}")
    assert page.evaluate("document.activeElement.id") == "editor-text"
    assert f"Name von Fassung {number + 1} " in page.locator("#keep-revision label").text_content()
    page = gesa.go(f"/papers/{HOUSING}/revisions/{number}")
    assert "nach dem Telefonat" in page.locator("main").inner_text()
    assert "Kurz vor der Fassung. " in page.locator("#revision-text").inner_text()
