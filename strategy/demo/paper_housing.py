"""A paper in consultation, with several revisions and many comments."""

from strategy.demo.story import Edit, Move, Note, Paper, Say, Settle, Take

SOURCE = """
# Ausgangslage
In unseren Städten und Kreisen fehlen bezahlbare Wohnungen. Wer umzieht, zahlt im Mittel ein Drittel mehr als die Nachbarin, die schon lange im Haus wohnt. Familien ziehen deshalb nicht um, auch wenn die Wohnung längst zu klein geworden ist.
Zugleich gehört den Gemeinden immer weniger Boden. Viele haben ihre Grundstücke in den vergangenen zwanzig Jahren verkauft, um Haushalte auszugleichen.^[Grundlage sind die Antworten von 31 Gemeinden auf unsere Umfrage vom Frühjahr.] Was einmal verkauft ist, lässt sich kaum zurückholen.
# Ziel
Bis zum Ende des Jahrzehnts soll jede Gemeinde mit angespanntem Wohnungsmarkt eigenen Boden haben, auf dem dauerhaft günstig gebaut werden kann. Wir wollen nicht einzelne Häuser fördern, sondern die Mittel in der Hand behalten.
# Vorschlag
Wir schlagen ein Landesprogramm vor, das auf drei Säulen steht:
1. **Bodenfonds.** Das Land gibt Gemeinden zinslose Darlehen, damit sie Grundstücke kaufen können, bevor andere es tun.
1. **Erbbaurecht statt Verkauf.** Gemeinden geben Boden für 80 Jahre in Erbbaurecht. Der Erbbauzins richtet sich nach der Miete, die auf dem Grundstück verlangt wird.
1. **Beratung.** Eine Stelle beim Land hilft kleinen Gemeinden bei Verträgen und Ausschreibungen.
! Der Landesvorstand möge beschließen:
! Der Landesverband setzt sich für ein Landesprogramm „Boden behalten“ ein und bringt es in die Beratungen über den nächsten Haushalt ein.
! Die Arbeitsgruppe Wohnen legt bis zum Frühjahr einen Entwurf für die Vergabe im Erbbaurecht vor.
## Was der Fonds leisten kann
| Gemeinde | Fläche | Wohnungen | Darlehen |
| Kreisstadt | 4,2 ha | 310 | 9,5 Mio. Euro |
| Mittlere Gemeinde | 1,6 ha | 95 | 3,1 Mio. Euro |
| Dorf mit Neubaugebiet | 0,7 ha | 24 | 0,8 Mio. Euro |
Die Zahlen sind gerundet. Sie zeigen, dass auch kleine Gemeinden mit überschaubaren Summen viel erreichen.
# Verantwortung
Die Federführung liegt bei der Arbeitsgruppe Wohnen. Gesa Lorenz berichtet dem Vorstand alle zwei Monate.
# Kosten
Für den Landesverband entstehen keine Kosten außer der Arbeitszeit der Geschäftsstelle, geschätzt 40 Stunden.
# Zeitplan
- Bis Ende des Monats: Rückmeldungen aus den Kreisverbänden.
- Danach: Gespräch mit dem Mieterverein.
- Zur übernächsten Sitzung: Beschluss.
"""

HOUSING = Paper(
    title="Boden behalten: ein Landesprogramm für bezahlbares Wohnen",
    lead="Gesa",
    co_authors=("Dawit", "Birgit"),
    days_ago=46,
    source=SOURCE,
    moves=(
        Take("Gesa", 45, title="erster Aufschlag"),
        Say(
            "Dawit",
            44,
            50,
            kind="question",
            about="ein Drittel mehr",
            text="Woher stammt diese Zahl? Im Mietspiegel unserer Kreisstadt steht ein anderer Wert.",
            mentions=("Gesa",),
        ),
        Note(
            "Gesa",
            43,
            30,
            thread=0,
            text="Aus der Auswertung der Anzeigen vom letzten Jahr. Ich schreibe die Quelle dazu.",
        ),
        Edit(
            "Gesa",
            42,
            40,
            changes=(
                (
                    "zahlt im Mittel ein Drittel mehr als die Nachbarin",
                    "zahlt im Mittel 31 Prozent mehr als die Nachbarin",
                ),
                (
                    "auch wenn die Wohnung längst zu klein geworden ist.",
                    "auch wenn die Wohnung längst zu klein geworden ist.^[Eigene Auswertung von "
                    "2.480 Anzeigen aus zwölf Monaten.]",
                ),
            ),
        ),
        Settle(
            "Gesa",
            42,
            10,
            thread=0,
            outcome="accepted",
            text="Die Zahl ist jetzt genauer und hat eine Quelle.",
        ),
        Edit(
            "Dawit",
            39,
            90,
            changes=(
                (
                    "Das Land gibt Gemeinden zinslose Darlehen, damit sie Grundstücke kaufen können, "
                    "bevor andere es tun.",
                    "Das Land gibt Gemeinden zinslose Darlehen mit 30 Jahren Laufzeit, damit sie "
                    "Grundstücke kaufen können, bevor andere es tun. Getilgt wird aus dem Erbbauzins.",
                ),
                (
                    "Gemeinden geben Boden für 80 Jahre in Erbbaurecht.",
                    "Gemeinden geben Boden für 75 Jahre in Erbbaurecht, vorrangig an Genossenschaften "
                    "und kommunale Gesellschaften.",
                ),
            ),
        ),
        Take("Dawit", 38, title="nach der AG Wohnen"),
        Say(
            "Birgit",
            37,
            20,
            kind="note",
            about="Eine Stelle beim Land",
            text="Der Städtetag hat so eine Stelle schon. Vielleicht können wir uns anschließen, "
            "statt etwas Neues aufzubauen.",
        ),
        Edit(
            "Birgit",
            35,
            60,
            changes=(
                (
                    "**Beratung.** Eine Stelle beim Land hilft kleinen Gemeinden bei Verträgen und "
                    "Ausschreibungen.",
                    "**Beratung.** Eine gemeinsame Stelle von Land und Städtetag hilft kleinen Gemeinden "
                    "bei Verträgen und Ausschreibungen. Sie ist kostenlos und antwortet binnen zwei "
                    "Wochen.",
                ),
                (
                    "Die Zahlen sind gerundet. Sie zeigen, dass auch kleine Gemeinden mit überschaubaren "
                    "Summen viel erreichen.",
                    "Die Zahlen sind gerundet und beruhen auf Kaufpreisen des vergangenen Jahres. Sie "
                    "zeigen, dass auch kleine Gemeinden mit überschaubaren Summen viel erreichen.",
                ),
            ),
        ),
        Move("Gesa", 30, 10, state="consultation", until_in=9),
        Say(
            "Ralf",
            27,
            45,
            kind="objection",
            about="75 Jahre",
            text="75 Jahre binden drei Generationen von Gemeinderäten. 60 Jahre reichen den Banken, "
            "und die Gemeinde kann früher neu entscheiden.",
            mentions=("Gesa", "Dawit"),
        ),
        Note(
            "Dawit",
            26,
            30,
            thread=2,
            text="Bei 60 Jahren wollen zwei der drei Genossenschaften, mit denen wir gesprochen "
            "haben, nicht bauen. Ich frage noch einmal nach.",
        ),
        Say(
            "Tülay",
            25,
            15,
            kind="support",
            about="Der Erbbauzins richtet sich nach der Miete",
            text="Das ist der wichtigste Satz im Papier: Wer günstig vermietet, zahlt wenig.",
        ),
        Say(
            "Henning",
            20,
            5,
            kind="question",
            about="kostenlos",
            text="Wer bezahlt die Stelle? Bitte unter „Kosten“ ergänzen.",
            mentions=("Birgit",),
        ),
        Move("Ralf", 19, state="read"),
        Move("Tülay", 18, state="read"),
        Move("Amira", 17, state="read"),
        Edit(
            "Gesa",
            12,
            30,
            changes=(
                (
                    "Für den Landesverband entstehen keine Kosten außer der Arbeitszeit der "
                    "Geschäftsstelle, geschätzt 40 Stunden.",
                    "Für den Landesverband entstehen keine Kosten außer der Arbeitszeit der "
                    "Geschäftsstelle, geschätzt 40 Stunden. Die Beratungsstelle kostet das Land etwa "
                    "420.000 Euro im Jahr; der Städtetag trägt ein Viertel davon.",
                ),
                (
                    "- Danach: Gespräch mit dem Mieterverein.",
                    "- Danach: Gespräche mit dem Mieterverein und mit drei Genossenschaften.",
                ),
                (
                    "Gesa Lorenz berichtet dem Vorstand alle zwei Monate.",
                    "Gesa Lorenz berichtet dem Vorstand alle zwei Monate; Birgit Möller vertritt sie.",
                ),
            ),
        ),
        Take("Gesa", 12, title="mit Kosten und Vertretung"),
        Say(
            "Ursula",
            5,
            20,
            kind="note",
            about="drei Genossenschaften",
            text="Ich kenne den Vorstand der Genossenschaft im Norden und kann den Termin machen.",
        ),
    ),
)
