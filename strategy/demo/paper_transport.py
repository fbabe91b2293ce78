"""A draft that is being written."""

from strategy.demo.story import Edit, Note, Paper, Say, Take

SOURCE = """
# Ausgangslage
Wer auf dem Land wohnt, braucht ein Auto oder viel Geduld. In 118 von 402 Dörfern fährt nach 19 Uhr kein Bus mehr, am Sonntag in 163 Dörfern gar keiner. Junge Leute ziehen weg, alte bleiben zu Hause.
Wo es einen verlässlichen Takt gibt, wird er genutzt: Auf der Linie von Altenbruck nach Seefeld stieg die Zahl der Fahrgäste in zwei Jahren um 44 Prozent, seit der Bus jede Stunde fährt.
# Ziel
Jedes Dorf mit mehr als 300 Menschen wird von früh bis spät jede Stunde angefahren, auch am Wochenende.
# Vorschlag
## Ein Takt für das ganze Land
Busse und Bahnen werden so geplant, dass sie sich an 24 Knoten zur vollen Stunde treffen. Wer umsteigt, wartet höchstens zehn Minuten.
## Rufbusse für die Ränder
Wo ein großer Bus leer bliebe, fährt ein Rufbus. Er kostet nicht mehr als der Linienbus und lässt sich auch mit dem Telefon bestellen.
! Der Landesvorstand möge beschließen:
! Der Landesverband fordert einen Stundentakt für jedes Dorf mit mehr als 300 Menschen.
# Verantwortung
Federführung: Tülay Aksoy. Mit den Kreisverbänden spricht Henning Voß.
# Kosten
Nach einer ersten Schätzung kostet das Angebot das Land 96 Mio. Euro im Jahr. Das ist etwa so viel wie 14 Kilometer neue Landesstraße.
# Zeitplan
1. Gespräch mit den Verkehrsverbünden
1. Rechnung für zwei Beispielkreise
1. Beratung im Vorstand
"""

TRANSPORT = Paper(
    title="Jede Stunde ein Bus: ein Takt, der das Land verbindet",
    lead="Tülay",
    co_authors=("Henning", "Amira"),
    days_ago=17,
    source=SOURCE,
    moves=(
        Take("Tülay", 16, title="erste Sammlung"),
        Say(
            "Henning",
            15,
            20,
            kind="question",
            about="14 Kilometer neue Landesstraße",
            text="Stimmt der Vergleich? Mir wurden 11 Kilometer genannt.",
            mentions=("Tülay",),
        ),
        Edit(
            "Henning",
            13,
            40,
            changes=(
                (
                    "Wer umsteigt, wartet höchstens zehn Minuten.",
                    "Wer umsteigt, wartet höchstens zehn Minuten. Verspätet sich ein Zug, wartet der "
                    "letzte Bus des Abends.",
                ),
                (
                    "Er kostet nicht mehr als der Linienbus und lässt sich auch mit dem Telefon "
                    "bestellen.",
                    "Er kostet nicht mehr als der Linienbus, ist für Rollstühle geeignet und lässt sich "
                    "auch mit dem Telefon bestellen.",
                ),
            ),
        ),
        Take("Henning", 12, title="mit Rufbussen für alle"),
        Edit(
            "Amira",
            6,
            30,
            changes=(
                (
                    "Jedes Dorf mit mehr als 300 Menschen wird von früh bis spät jede Stunde angefahren, "
                    "auch am Wochenende.",
                    "Jedes Dorf mit mehr als 300 Menschen wird von 5 bis 23 Uhr jede Stunde angefahren, "
                    "auch am Wochenende. In fünf Jahren soll das überall gelten.",
                ),
            ),
        ),
        Say(
            "Amira",
            6,
            5,
            kind="note",
            about="163 Dörfern",
            text="Bitte die Liste der Dörfer als Anlage beifügen.",
        ),
        Edit(
            "Tülay",
            2,
            50,
            changes=(
                (
                    "Nach einer ersten Schätzung kostet das Angebot das Land 96 Mio. Euro im Jahr. Das ist "
                    "etwa so viel wie 14 Kilometer neue Landesstraße.",
                    "Nach einer ersten Schätzung kostet das Angebot das Land 96 Mio. Euro im Jahr, je "
                    "Kopf und Monat also rund 4,30 Euro.",
                ),
            ),
        ),
        Note("Tülay", 2, 10, thread=0, text="Ich habe den Vergleich herausgenommen."),
    ),
)
