"""A Word file that was edited elsewhere is brought back in the browser."""

from __future__ import annotations

import pytest

from tests.domain.test_returns import edited
from tests.stories.test_pages import AXE

FIND = "violations => violations.violations.map(each => each.id + ' ' + each.nodes[0].html)"


@pytest.mark.parametrize("theme, width", [("light", 1440), ("dark", 390)])
def test_an_edited_file_is_looked_at_and_taken_over(visit, tmp_path, theme, width):
    size = {"width": width, "height": 900}
    amira = visit("amira.thoma", color_scheme=theme, viewport=size, bypass_csp=True)
    page = amira.page
    data = page.request.get(f"{amira.address}/papers/1/export?format=docx").body()
    file = tmp_path / "bearbeitet.docx"
    word = "Beratungen" if width == 1440 else "Haushalt"
    file.write_bytes(edited(data, (f" {word} ", f" neuen {word} ")))
    amira.go("/papers/1/return")
    page.set_input_files("input[type=file]", str(file))
    page.get_by_role("button", name="Änderungen zeigen").click()
    page.get_by_role("heading", name="Was in der Datei geändert wurde").wait_for()
    page.evaluate(AXE.read_text())
    found = f"axe.run(document, {{resultTypes: ['violations']}}).then({FIND})"
    assert page.evaluate(found) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("button", name="Als Vorschläge übernehmen").click()
    page.get_by_role("heading", name="Die Datei wurde übernommen").wait_for()
    assert amira.errors == []
