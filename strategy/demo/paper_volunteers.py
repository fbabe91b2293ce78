"""A paper that came as a Word file with tracked changes."""

from strategy.demo.story import Move, Paper, Say, Take

SOURCE = """
# Ausgangslage
Unsere Kreisverbände leben vom Ehrenamt. Viele Vorstände verbringen ihre Abende aber mit Formularen: Kassenberichte, Zuwendungsbescheide, Einladungen. Für Politik bleibt wenig Zeit.
In der Umfrage vom Herbst sagten 62 von 90 Befragten, dass sie ihr Amt wegen der Verwaltung nicht noch einmal übernehmen würden.
# Ziel
Wer ein Amt übernimmt, soll den größten Teil der Zeit mit Menschen und Inhalten verbringen.
# Vorschlag
Der Landesverband übernimmt Aufgaben, die überall gleich sind:
- Versand von Einladungen und Protokollen
- Buchhaltung der Kreisverbände, die das wünschen
- Vorlagen für Anträge, Plakate und Briefe
! Der Landesvorstand möge beschließen:
! Die Geschäftsstelle baut bis zum Sommer einen Dienst für die Kreisverbände auf. Er ist freiwillig.
# Verantwortung
Federführung: Lena Sommerfeld. Umsetzung: Geschäftsstelle.
# Kosten
Eine halbe Stelle, 31.000 Euro im Jahr. Zwei Kreisverbände haben zugesagt, sich zu beteiligen.
# Zeitplan
Beginn mit drei Kreisverbänden im Frühjahr, danach Ausweitung.
"""

VOLUNTEERS = Paper(
    title="Ehrenamt entlasten: was der Landesverband übernehmen kann",
    lead="Lena",
    co_authors=("Ursula",),
    days_ago=11,
    source=SOURCE,
    word_file_by="Ursula",
    tracked=(
        ("verbringen ihre Abende aber mit Formularen", "verbringen ganze Abende mit Formularen"),
        (
            "- Buchhaltung der Kreisverbände, die das wünschen",
            "- Buchhaltung und Zuwendungsbescheide der Kreisverbände, die das wünschen",
        ),
        ("Er ist freiwillig.", "Er ist freiwillig und in den ersten zwei Jahren kostenlos."),
        (
            "Beginn mit drei Kreisverbänden im Frühjahr, danach Ausweitung.",
            "Beginn mit drei Kreisverbänden im Frühjahr. Nach einem Jahr entscheidet der Vorstand, "
            "ob der Dienst ausgeweitet wird.",
        ),
    ),
    moves=(
        Take("Lena", 10, title="aus der Word-Datei von Ursula"),
        Say(
            "Ursula",
            10,
            5,
            kind="note",
            about="62 von 90 Befragten",
            text="Die Umfrage liegt als Anlage in der Geschäftsstelle.",
        ),
        Move("Lena", 7, state="consultation", until_in=16),
        Say(
            "Mika",
            4,
            20,
            kind="question",
            about="Eine halbe Stelle",
            text="Reicht eine halbe Stelle, wenn alle Kreisverbände mitmachen?",
            mentions=("Lena",),
        ),
        Say(
            "Silke",
            3,
            20,
            kind="support",
            about="Vorlagen für Anträge, Plakate und Briefe",
            text="Die Vorlagen kann ich sofort bereitstellen.",
        ),
    ),
)
