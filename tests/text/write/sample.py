"""A working paper written for these tests, with every feature a document can have."""

from __future__ import annotations

import copy
import hashlib
import struct
import zlib
from typing import Any

from strategy.text.shapes import Change, Comment, Meta, Reply
from strategy.text.write.tree import places

Json = dict[str, Any]

AYSE, JOERG = "ayse", "joerg"
CHANGES = {
    f"{AYSE}:a1": Change("Ayşe Demir", "2026-10-12T09:30:00+02:00"),
    f"{AYSE}:a2": Change("Ayşe Demir", "2026-10-12T09:41:00+02:00"),
    f"{JOERG}:j1": Change("Jörg Groß", "2026-10-13T11:00:00+02:00"),
    f"{JOERG}:j2": Change("Jörg Groß", "2026-10-13T11:20:00+02:00"),
}
META = Meta(
    title="Vor Ort sein: Wie wir unsere Kreisverbände bis 2030 stark machen",
    subtitle="Strategiepapier der Arbeitsgruppe Parteientwicklung",
    number="2026/041",
    body="Landesvorstand",
    authors=("Ayşe Demir", "Jörg Groß", "Dr. Katharina von der Höhe"),
    status="Beratung",
    revision="Fassung 7: nach der AG Parteientwicklung",
    date="12. November 2026",
    moment="2026-11-12T08:00:00+01:00",
    fingerprint="092bd696070fa58dc18cfd7e2834948ee39a8314d04ed69d62beebcc5283165a",
    extra={"Sitzung": "12. Sitzung am 19. November 2026, TOP 4"},
)


def t(text: str, *marks: str | Json) -> Json:
    made: Json = {"type": "text", "text": text}
    if marks:
        made["marks"] = [m if isinstance(m, dict) else {"type": m} for m in marks]
    return made


def ins(ident: str = f"{AYSE}:a1", move: str | None = None) -> Json:
    return {"type": "insertion", "attrs": {"id": ident, "move": move}}


def dele(ident: str = f"{AYSE}:a1", move: str | None = None) -> Json:
    return {"type": "deletion", "attrs": {"id": ident, "move": move}}


def mod(before: Json, ident: str = f"{JOERG}:j1") -> Json:
    return {"type": "modification", "attrs": {"id": ident, "before": before}}


def link(href: str) -> Json:
    return {"type": "link", "attrs": {"href": href, "title": None}}


def _content(parts: tuple[str | Json, ...]) -> list[Json]:
    return [t(part) if isinstance(part, str) else part for part in parts if part != ""]


def p(*parts: str | Json, **attrs: Any) -> Json:
    marks = attrs.pop("marks", None)
    made: Json = {
        "type": "paragraph",
        "attrs": {"id": None, "align": None, "end": None} | attrs,
        "content": _content(parts),
    }
    return made | ({"marks": marks} if marks else {})


def h(level: int, *parts: str | Json, **attrs: Any) -> Json:
    return {
        "type": "heading",
        "attrs": {"id": None, "level": level, "end": None} | attrs,
        "content": _content(parts),
    }


def fn(*parts: str | Json) -> Json:
    return {"type": "footnote", "attrs": {"id": None}, "content": _content(parts)}


def _blocks(parts: tuple[str | Json, ...]) -> list[Json]:
    return [p(part) if isinstance(part, str) else part for part in parts]


def li(*parts: str | Json, marks: list[Json] | None = None) -> Json:
    made: Json = {"type": "list_item", "content": _blocks(parts)}
    return made | ({"marks": marks} if marks else {})


def ul(*items: str | Json) -> Json:
    made = [li(item) if isinstance(item, str) else item for item in items]
    return {"type": "bullet_list", "content": made}


def ol(*items: str | Json, start: int = 1, style: str = "decimal") -> Json:
    made = [li(item) if isinstance(item, str) else item for item in items]
    return {"type": "ordered_list", "attrs": {"start": start, "style": style}, "content": made}


def td(*parts: str | Json, header: bool = False, align: str | None = None, **attrs: Any) -> Json:
    blocks = _blocks(parts)
    if align:
        blocks = [b | {"attrs": b["attrs"] | {"align": align}} for b in blocks]
    return {
        "type": "table_header" if header else "table_cell",
        "attrs": {"colspan": 1, "rowspan": 1, "colwidth": None} | attrs,
        "content": blocks,
    }


def th(*parts: str | Json, **attrs: Any) -> Json:
    return td(*parts, header=True, **attrs)


def tr(*cells: Json, marks: list[Json] | None = None) -> Json:
    made: Json = {"type": "table_row", "content": list(cells)}
    return made | ({"marks": marks} if marks else {})


def table(*rows: Json) -> Json:
    return {"type": "table", "attrs": {"id": None}, "content": list(rows)}


def quote(*parts: str | Json) -> Json:
    return {"type": "blockquote", "content": _blocks(parts)}


def motion(*parts: str | Json) -> Json:
    return {"type": "motion", "content": _blocks(parts)}


def figure(file: str, alt: str, *caption: str | Json, width: int = 100) -> Json:
    image: Json = {"type": "image", "attrs": {"file": file, "alt": alt, "width": width}}
    below = [{"type": "caption", "content": _content(caption)}] if caption else []
    return {"type": "figure", "attrs": {"id": None}, "content": [image, *below]}


def doc(*parts: str | Json, title: str = "", lang: str = "de") -> Json:
    attrs = {"title": title, "lang": lang}
    return {"type": "doc", "attrs": attrs, "content": _blocks(parts) or [p()]}


def png(width: int, height: int, bars: tuple[float, ...] = (0.3, 0.5, 0.62, 0.8)) -> bytes:
    """A small bar chart as a PNG, made here."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            slot, inside = divmod(x * len(bars) * 10 // width, 10)
            tall = 1 - y / height <= bars[min(slot, len(bars) - 1)]
            rows += b"\x1f\x3a\x5f" if 2 <= inside <= 7 and tall else b"\xf2\xf4\xf7"

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


CHART = png(600, 240)
CHART_FILE = hashlib.sha256(CHART).hexdigest()
FILES = {CHART_FILE: CHART}

MARKUP = '#panic("x") = Kein _Markup_ *hier* $x$ \\ <lbl> @ref // #read("/etc/passwd") & &amp; <b>'


def body() -> list[Json]:
    return [
        h(1, "Ausgangslage", id="ausgangslage"),
        p(
            "Unsere Kreisverbände sind so verschieden wie das Land. In den Städten "
            "wachsen sie, auf "
            "dem Land tragen oft drei oder vier Menschen die ganze Arbeit. Rund 74 % der aktiven "
            "Mitglieder wohnen in sechs von dreiundzwanzig Kreisen; in neun Kreisen gab es im "
            "vergangenen Jahr keine einzige öffentliche Veranstaltung.",
            fn(
                "Umfrage der Landesgeschäftsstelle unter allen Kreisvorständen, Stand "
                "3. März 2026, "
                "S. 17 f.; Rücklauf 21 von 23."
            ),
            " Wer dort eintritt, findet selten jemanden, der oder die sich kümmert. Der "
            "Landesvorstand hat das mehrfach festgestellt, z. B. im Beschluss B 2025/17, und nie "
            "eine Antwort darauf gegeben, die länger als ein Quartal hielt.",
            id="lage-1",
        ),
        p(
            "Das Grundgesetz gibt den Parteien eine Aufgabe: ",
            t("„Die Parteien wirken bei der politischen Willensbildung des Volkes mit.“", "em"),
            " (Art. 21 Abs. 1 GG). Nach § 5 unserer Satzung geschieht das zuerst vor Ort. Daran "
            "messen wir uns – und daran fehlt es.",
            id="lage-2",
        ),
        quote(
            "Ich bin vor einem Jahr eingetreten. Die erste Nachricht kam nach sieben "
            "Monaten, es war "
            "die Einladung zu einer Aufstellungsversammlung, am selben Abend.",
        ),
        h(2, "Was bisher geschah"),
        p(
            "Seit dem Beschluss vom 14. November 2024 sind ",
            t("vier Vorhaben", "strong"),
            " angelaufen. Die Zwischenstände stehen auf ",
            t(
                "www.beispiel-verband.de/vor-ort/zwischenstand",
                link("https://www.beispiel-verband.de/vor-ort/zwischenstand"),
            ),
            ". In Kürze:",
        ),
        ul(
            "Patenschaften zwischen Stadt und Land: zwölf Paare, davon acht mit "
            "regelmäßigen Treffen;",
            li(
                "Reisende Sprechstunde des Landesvorstands mit zwei Fahrzeugen:",
                ul(
                    "im Norden 31 Termine, im Schnitt 22 Gäste,",
                    "im Süden 14 Termine, ausgesetzt seit Juni;",
                ),
            ),
            "Schulungen für neue Kreisvorstände, bisher nur in Präsenz und nur am Wochenende.",
        ),
        h(1, "Vorschlag", id="vorschlag"),
        motion(
            p("Der Landesvorstand beschließt:"),
            ol(
                p_item(
                    "Ansprechbar sein. ",
                    "Jedes neue Mitglied wird innerhalb von 14 Tagen angerufen. Verantwortlich ist "
                    "der Kreisverband; wo er es nicht kann, die Landesgeschäftsstelle.",
                ),
                p_item(
                    "Mittel vor Ort. ",
                    "Ein Strukturfonds von jährlich 150.000 € steht den neun schwächsten Kreisen "
                    "offen.",
                    fn(
                        "Das sind 4,2 % des Haushalts 2026; vgl. Anlage 3. Die "
                        "Rechtsschutzversicherungsgesellschaftenumlage ist darin nicht enthalten."
                    ),
                    " Anträge umfassen höchstens zwei Seiten.",
                ),
                li(
                    p(
                        t("Verlässlich planen. ", "strong"),
                        "Bis zum 30. Juni 2027 hat jeder Kreis einen Jahresplan.",
                    ),
                    ol(
                        "Die Pläne sind für alle Mitglieder lesbar.",
                        "Einwände werden binnen sechs Wochen beantwortet.",
                        style="lower-alpha",
                    ),
                ),
            ),
            p("Der Vorstand berichtet dem Landesparteitag jährlich."),
        ),
        h(2, "Zeitplan und Zuständigkeiten"),
        p(
            "Die Tabelle fasst Maßnahmen, Zuständigkeiten und Kosten zusammen. Beträge sind "
            "Schätzungen auf Preisbasis 2026; siehe auch ",
            {"type": "cross_ref", "attrs": {"target": "risiken", "label": "Risiken"}},
            ". Rückfragen an ",
            {"type": "mention", "attrs": {"person": "p1", "label": "Ayşe Demir"}},
            ".",
        ),
        table(
            tr(th("Maßnahme"), th("Zuständig"), th("Zeitraum"), th("Kosten (T€)", align="right")),
            *[
                tr(td(what), td(who), td(when), td(cost, align="right"))
                for what, who, when, cost in (
                    ("Anrufe bei neuen Mitgliedern", "Kreisverbände", "ab 2027", "12"),
                    ("Strukturfonds", "Landesschatzmeisterei", "2027–2030", "600"),
                    ("Reisende Sprechstunde, beide Routen", "Landesvorstand", "2027–2029", "85"),
                    (
                        "Schulungen für Kreisvorstände einschließlich Kinderbetreuung, Fahrtkosten "
                        "und Abendterminen im Netz",
                        "Geschäftsstelle",
                        "jährlich",
                        "48",
                    ),
                    ("Patenschaften Stadt–Land", "Kreisverbände", "2026–2030", "20"),
                )
            ],
            tr(td("Summe", colspan=3), td(p(t("765", "strong")), align="right")),
        ),
        h(1, "Begründung"),
        p(
            "Drei Einwände sind zu erwarten. Erstens: Es fehle an Menschen, nicht an "
            "Geld. Das stimmt "
            "nur zur Hälfte; wo eine bezahlte Kraft mit 10 Stunden in der Woche die Termine hält, "
            "kommen die Ehrenamtlichen wieder. Zweitens: Der Verband zerfasere. Das Gegenteil ist "
            "richtig, denn Gleichwertigkeit heißt nicht Gleichförmigkeit. Drittens: Es gebe "
            "Wichtigeres. Vieles ist wichtig; ohne Menschen vor Ort bleibt alles davon Papier.",
        ),
        h(2, "Finanzierung"),
        p(
            "Die Mittel kommen aus drei Quellen: Umschichtung im Haushalt, Mandatsbeiträge und "
            "Spenden. ",
            t(
                "Die Schatzmeisterei hält die Rechnung bei 3,25 % Teuerung für tragfähig.",
                "underline",
            ),
            " Für CO",
            t("2", "subscript"),
            "-Ausgleich der Fahrten sind 85 €/t angesetzt; die Fläche des Lagers in "
            "Halle 4 beträgt "
            "240 m",
            t("2", "superscript"),
            ". Nicht mehr vorgesehen: ",
            t("ein eigenes Studio", "strike"),
            ". ",
            t("Offen ist der Anteil der Kreise.", "highlight"),
        ),
        h(3, "Risiken", id="risiken"),
        p(
            "Risiken liegen in der Zahl der Freiwilligen, in Mieten und in der Dauer der Wahl zum "
            "Landtag 2027. Sonderzeichen werden wörtlich gesetzt: ",
            t(MARKUP, "code"),
            " sowie ",
            MARKUP,
        ),
        figure(
            CHART_FILE,
            "Balkendiagramm: Der Anteil der Kreise mit mindestens vier Veranstaltungen im Jahr "
            "steigt von 30 auf 80 Prozent.",
            "Anteil der Kreise mit mindestens vier Veranstaltungen im Jahr, 2024 bis 2030",
            width=80,
        ),
        {"type": "horizontal_rule"},
        p("Anlage: Bericht der Arbeitsgruppe, 12 Seiten.", align="right"),
    ]


def p_item(lead: str, *rest: str | Json) -> Json:
    return li(p(t(lead, "strong"), *rest))


def paper() -> Json:
    """About three pages."""
    return doc(*body(), title=META.title)


def long_paper(times: int = 7) -> Json:
    """About twenty pages: the same chapters again and again, with ids of their own."""
    blocks: list[Json] = []
    for round_ in range(times):
        for node in copy.deepcopy(body()):
            if (node.get("attrs") or {}).get("id"):
                node["attrs"]["id"] += f"-{round_}"
            blocks.append(node)
    return doc(*blocks, title=META.title)


def tracked_paper() -> Json:
    """A redline with every kind of change."""
    moved = "Die Sprechstunde wird im Frühjahr ausgewertet."
    return doc(
        h(1, "Forde", t("rungen", dele()), t("rung an uns selbst", ins()), id="r1"),
        p(
            "Der ",
            t("Kreisvorstand", dele()),
            t("Landesvorstand", ins()),
            " möge beschließen und den ",
            "Kreisverbänden empfehlen, die Arbeit vor Ort ",
            t("zügig ", ins(f"{JOERG}:j1")),
            "zu stärken und neue Mitglieder sofort anzusprechen.",
            t(" Ein eigenes Studio lehnen wir ab.", dele(f"{JOERG}:j1")),
            id="r2",
        ),
        p(
            t(
                "Dieser Absatz ist ganz neu. Er verlangt einen jährlichen Bericht an den "
                "Landesparteitag und eine Auswertung nach drei Jahren.",
                ins(),
            ),
            id="r3",
            end={"change": "insertion", "id": f"{AYSE}:a1"},
        ),
        p(
            t("Die Parteien legen ihre Ziele in Programmen nieder.", dele(f"{JOERG}:j2")),
            id="r4",
            marks=[dele(f"{JOERG}:j2")],
        ),
        p(t(moved, dele(f"{AYSE}:a2", "m1")), id="r5", marks=[dele(f"{AYSE}:a2", "m1")]),
        ol(
            li(
                p(
                    t("Sozialer Ausgleich. ", "strong"),
                    "Für Kreise mit wenig Geld wird ein Fonds von jährlich ",
                    t("150.000", dele()),
                    t("180.000", ins()),
                    " € eingerichtet. ",
                    t("Die Frist", "strong", mod({"marks": []})),
                    " beträgt 14 Tage.",
                )
            ),
            li("Anträge sind formlos.", marks=[ins()]),
            li("Anträge brauchen drei Unterschriften.", marks=[dele()]),
            "Die Auszahlung geschieht auf Antrag.",
        ),
        p("Der erste Satz gehört hierher.", end={"change": "insertion", "id": f"{JOERG}:j1"}),
        p("Der zweite Satz stand im selben Absatz."),
        p("Dieser Absatz wird mit dem", end={"change": "deletion", "id": f"{JOERG}:j1"}),
        p(" nächsten verbunden."),
        p(t(moved, ins(f"{AYSE}:a2", "m1")), id="r6", marks=[ins(f"{AYSE}:a2", "m1")]),
        p(t("Eingefügt von Ayşe, ", ins()), t("gestrichen von Jörg", ins(), dele(f"{JOERG}:j2"))),
        table(
            tr(th("Kreis"), th("Mittel")),
            tr(td("Nordkreis"), td("12.000 €")),
            tr(td("Südkreis"), td("18.000 €"), marks=[ins()]),
            tr(td("Westkreis"), td("9.000 €"), marks=[dele(f"{JOERG}:j1")]),
        ),
        p("Der Rest bleibt, wie er war."),
        title=META.title,
    )


def _found(document: Json, phrase: str) -> tuple[int, int]:
    for node, at in places(document):
        if node["type"] == "text" and phrase in node["text"]:
            start = at + node["text"].index(phrase)
            return start, start + len(phrase)
    raise AssertionError(phrase)


def comments(document: Json, *phrases: str) -> list[Comment]:
    """Comments on the phrases, of different kinds, and one on the whole paper."""
    texts = (
        ("question", "Meint ihr die Fraktion mit? Bitte klären.", False),
        ("objection", "Das ist mit dem Haushalt nicht zu machen.", True),
        ("support", "Genau das hat gefehlt.", False),
    )
    made = []
    for (kind, text, resolved), phrase in zip(texts, phrases, strict=False):
        start, end = _found(document, phrase)
        made.append(
            Comment(
                author="Max Müller",
                text=text,
                at="2026-10-14T15:04:00+02:00",
                start=start,
                end=end,
                quote=phrase,
                kind=kind,
                resolved=resolved,
                replies=(Reply("Ayşe Demir", "Ist abgestimmt.", "2026-10-14T16:00:00+02:00"),),
            )
        )
    made.append(Comment(author="Lena Öz", text="Insgesamt gelungen & <kurz>.", kind="note"))
    return made
