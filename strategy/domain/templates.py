"""What a new paper begins with."""

from __future__ import annotations

from typing import Any

Doc = dict[str, Any]

HEADINGS = {
    "de": ("Ausgangslage", "Ziel", "Vorschlag", "Verantwortung", "Kosten", "Zeitplan"),
    "en": ("Starting point", "Goal", "Proposal", "Responsibility", "Costs", "Schedule"),
}
MOTION = {"de": "Der Vorstand möge beschließen:", "en": "The board may decide:"}


def document(way: str, lang: str) -> Doc:
    """The document to start from: "template" with its headings and a motion, else blank."""
    content: list[Doc] = [_paragraph("b0")]
    if way == "template":
        content = []
        for number, words in enumerate(HEADINGS[lang], start=1):
            content.append(
                {
                    "type": "heading",
                    "attrs": {"id": f"h{number}", "level": 1},
                    "content": [{"type": "text", "text": words}],
                }
            )
            if words == HEADINGS[lang][2]:
                content.append(
                    {
                        "type": "motion",
                        "content": [_paragraph("m1", MOTION[lang]), _paragraph("m2")],
                    }
                )
            else:
                content.append(_paragraph(f"b{number}"))
    return {"type": "doc", "attrs": {"title": "", "lang": lang}, "content": content}


def _paragraph(block: str, words: str = "") -> Doc:
    made: Doc = {"type": "paragraph", "attrs": {"id": block}}
    if words:
        made["content"] = [{"type": "text", "text": words}]
    return made
