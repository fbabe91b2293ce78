"""A finalised paper."""

from strategy.demo.story import Edit, Move, Note, Paper, Say, Settle, Take

SOURCE = """
# Ausgangslage
Seit gut einem Jahr gilt bei uns eine Frist: Vorlagen kommen 14 Tage vor der Sitzung. Die meisten kommen seitdem pünktlich. Bei den anderen haben wir jedes Mal neu gestritten, was dringlich heißt und wer die Mappe wann bekommt. Eine Vorlage kam erst am Tag der Sitzung; wer sie lesen wollte, musste es in der Bahn tun.
Unter Zeitdruck wird nicht besser entschieden, sondern nur schneller zugestimmt. Vier Beschlüsse mussten wir später ändern, weil Fragen offen geblieben waren.
# Ziel
Alle Mitglieder kennen eine Vorlage so lange vor der Sitzung, dass sie Fragen stellen und Änderungen vorschlagen können. Was zu spät kommt, wird beraten, aber nicht beschlossen.
# Vorschlag
## Fristen
- Vorlagen liegen spätestens 14 Tage vor der Sitzung um 18:00 Uhr vor.
- Die Sitzungsmappe wird am Freitag der Woche vor der Sitzung verschickt.
- Änderungsanträge sind bis drei Tage vor der Sitzung möglich.
## Dringlichkeit
Eine verspätete Vorlage wird nur beschlossen, wenn zwei Drittel der Anwesenden die Dringlichkeit feststellen. Der Grund steht im Protokoll. Dringlich ist, was vor Ablauf der Frist nicht absehbar war.
> Nicht dringlich ist, was nur liegen geblieben ist.
## Tischvorlagen
Tischvorlagen werden gekennzeichnet. Sie können beraten werden; ein Beschluss ist erst in der nächsten Sitzung möglich.
! Der Landesvorstand möge beschließen:
! Die Geschäftsordnung wird um die genannten Fristen ergänzt. Die Änderung gilt ab der ersten Sitzung des neuen Jahres.
! Die Geschäftsstelle legt nach sechs Monaten einen Bericht darüber vor, wie früh Vorlagen eingereicht wurden.
# Verantwortung
Federführend ist Jonas Petersen. Silke Harms sorgt in der Geschäftsstelle für den Versand.
# Kosten
Keine.
# Zeitplan
| Schritt | Wann |
| Beratung im Vorstand | laufende Sitzung |
| Beschluss | nächste Sitzung |
| Bericht | sechs Monate nach Inkrafttreten |
"""

RULES = Paper(
    title="Sitzungen ohne Überraschungen: Fristen für unsere Vorlagen",
    lead="Jonas",
    co_authors=("Silke", "Lena"),
    days_ago=66,
    source=SOURCE,
    moves=(
        Take("Jonas", 65, title="Entwurf für die Klausur"),
        Say(
            "Silke",
            64,
            40,
            kind="note",
            about="am Freitag der Woche vor der Sitzung",
            text="Freitag bis 12 Uhr wäre gut, dann erreichen wir die Druckerei noch.",
        ),
        Edit(
            "Silke",
            63,
            30,
            changes=(
                (
                    "Die Sitzungsmappe wird am Freitag der Woche vor der Sitzung verschickt.",
                    "Die Sitzungsmappe wird am Freitag der Woche vor der Sitzung bis 12:00 Uhr "
                    "verschickt.",
                ),
            ),
        ),
        Settle("Jonas", 62, 20, thread=0, outcome="accepted", text="Steht jetzt so im Text."),
        Say(
            "Lena",
            61,
            30,
            kind="objection",
            about="zwei Drittel der Anwesenden",
            text="Bei schwach besuchten Sitzungen entscheiden dann sechs Leute. Besser: zwei "
            "Drittel der Mitglieder.",
            mentions=("Jonas",),
        ),
        Note(
            "Jonas",
            60,
            25,
            thread=1,
            text="Dann bekommen wir im Sommer nie etwas Dringliches durch. Vorschlag: zwei Drittel "
            "der Anwesenden, mindestens aber die Hälfte der Mitglieder.",
        ),
        Edit(
            "Lena",
            59,
            10,
            changes=(
                (
                    "wenn zwei Drittel der Anwesenden die Dringlichkeit feststellen.",
                    "wenn zwei Drittel der Anwesenden, mindestens aber die Hälfte der Mitglieder, die "
                    "Dringlichkeit feststellen.",
                ),
            ),
        ),
        Settle("Lena", 58, 20, thread=1, outcome="accepted", text="Damit kann ich gut leben."),
        Take("Lena", 58, title="nach der Klausur"),
        Move("Jonas", 50, 5, state="consultation", until_in=-20),
        Say(
            "Paweł",
            46,
            5,
            kind="question",
            about="wird beraten, aber nicht beschlossen",
            text="Gilt das auch für Wahlen?",
        ),
        Settle(
            "Jonas",
            45,
            15,
            thread=2,
            outcome="answered",
            text="Nein. Wahlen stehen mit der Einladung auf der Tagesordnung.",
        ),
        Say(
            "Mika",
            41,
            35,
            kind="objection",
            about="drei Tage vor der Sitzung",
            text="Drei Tage sind zu kurz, um einen Änderungsantrag noch zu lesen.",
        ),
        Settle(
            "Jonas",
            40,
            20,
            thread=3,
            outcome="refused",
            text="Wer die Mappe am Freitag bekommt, soll das Wochenende zum Schreiben haben. "
            "Änderungsanträge sind kurz; drei Tage reichen zum Lesen.",
        ),
        Edit(
            "Jonas",
            36,
            45,
            changes=(
                (
                    "Vier Beschlüsse mussten wir später ändern, weil Fragen offen geblieben waren.",
                    "Vier Beschlüsse mussten wir später ändern, weil Fragen offen geblieben waren.^[Die "
                    "Liste liegt in der Geschäftsstelle.]",
                ),
                (
                    "Die Geschäftsstelle legt nach sechs Monaten einen Bericht darüber vor, wie früh "
                    "Vorlagen eingereicht wurden.",
                    "Die Geschäftsstelle legt nach sechs Monaten einen Bericht darüber vor, wie früh "
                    "Vorlagen eingereicht wurden. Der Bericht nennt keine Namen.",
                ),
            ),
        ),
        *(Move(name, 30, state="read") for name in ("Amira", "Gesa", "Ralf", "Tülay", "Ursula")),
        Move("Jonas", 21, state="finalised", title="zum Beschluss"),
    ),
)
