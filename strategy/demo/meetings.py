"""The sessions of the board's year, with what stood on their agendas beside the papers."""

from strategy.demo.year_story import Meeting, Point

REPORTS = "Aktuelles aus Fraktion und Kreisverbänden"

MEETINGS = (
    Meeting(
        "first", 320, planned=410,
        away=("Lena", "Paweł"),
        opening="Amira Thoma begrüßt. Die Tagesordnung wird ohne Änderung angenommen.",
        points=(
            Point(REPORTS, "information", 30, "Jonas",
                  "Jonas Petersen berichtet aus der Fraktion. Vier Kreise haben neu gewählt."),
            Point("Wie wir mit unserer neuen Geschäftsordnung arbeiten", presenter="Silke", note=
                  "Silke Harms erklärt Fristen und Mappe. Wer eine Vorlage hat, meldet sich früh."),
        ),
    ),
    Meeting(
        "second", 264, planned=410,
        away=("Henning", "Paweł"), guests=("Okan",),
        opening="Jonas Petersen leitet. Zum Hochwasser liegt eine verspätete Vorlage vor.",
        points=(
            Point(REPORTS, "information", 20, "Amira",
                  "Amira Thoma berichtet vom Gespräch mit den Gewerkschaften."),
            Point("Bericht der Jugendorganisation", "information", 15, "Mika",
                  "Okan Yıldız stellt das Sommerlager vor. 60 Plätze, die Hälfte ist vergeben."),
        ),
    ),
    Meeting(
        "third", 208, planned=410,
        away=("Ursula",),
        opening="Zum Schulweg liegt eine verspätete Vorlage vor. Der Vorstand stimmt ab.",
        points=(
            Point(REPORTS, "information", 20, "Jonas",
                  "Der Haushalt des Landes wird später beraten als gedacht."),
            Point("Vorbereitung der Klausur", minutes=30, presenter="Amira", note=
                  "Drei Themen: Mitglieder, Wohnen, die Zeit bis zur Wahl. Gesa Lorenz moderiert."),
        ),
    ),
    Meeting(
        "summer", 180, planned=410, kind="retreat", title="Klausur: Warum Menschen bleiben",
        place="Heimvolkshochschule",
        away=("Ralf", "Henning"), guests=("Okan",),
        opening="Gesa Lorenz moderiert. Beschlüsse werden nicht gefasst.",
        points=(
            Point("Warum Menschen bleiben, und warum sie gehen", minutes=120, presenter="Ursula",
                  note="Kleine Gruppen. Am meisten genannt: gefragt werden und etwas bewirken."),
            Point("Wohnen: Was unterscheidet uns?", minutes=120, presenter="Gesa", note=
                  "Boden behalten statt verkaufen. Gesa Lorenz und Dawit Tesfaye schreiben ein"
                  " Papier."),
            Point("Der Weg bis zur Landtagswahl", minutes=90, presenter="Amira", note=
                  "Zeitstrahl an der Wand. Zuerst Menschen, dann Themen, dann Plakate."),
        ),
    ),
    Meeting(
        "fourth", 152, planned=410,
        away=("Jonas", "Paweł"),
        opening="Silke Harms weist auf eine Tischvorlage hin. Sie wird nur beraten.",
        points=(
            Point(REPORTS, "information", 30, "Amira",
                  "Zwei Kreisverbände haben ihre Büros zusammengelegt."),
            Point("Personal in der Geschäftsstelle", minutes=15, presenter="Amira", note=
                  "Die Stelle für Öffentlichkeitsarbeit wird neu ausgeschrieben.",
                  is_confidential=True),
        ),
    ),
    Meeting(
        "fifth", 96, planned=160,
        away=("Ralf",),
        opening="Die Sitzung findet mit Kinderbetreuung statt; drei Kinder sind da.",
        points=(
            Point(REPORTS, "information", 25, "Jonas",
                  "Jonas Petersen berichtet von den Haushaltsberatungen."),
            Point("Auswertung der Hitzeaktionstage", "information", 20, "Dawit",
                  "In 13 von 16 Kreisen fanden sie statt. Vier Gemeinden wollen weitermachen."),
        ),
    ),
    Meeting(
        "circular", 75, planned=84, kind="circular", title="Aufruf „Schwimmbäder erhalten“",
        place="",
    ),
    Meeting(
        "sixth", 40, planned=72,
        away=("Lena", "Dawit"),
        opening="Der Plan der Sitzungen für das nächste halbe Jahr wird am Ende beschlossen.",
        points=(
            Point(REPORTS, "information", 30, "Amira",
                  "Amira Thoma berichtet vom Treffen der Landesvorsitzenden."),
            Point("Plan der Sitzungen im nächsten halben Jahr", minutes=10, presenter="Silke",
                  note="Der Plan wird mit 8 Stimmen bei einer Gegenstimme angenommen."),
        ),
        adopts_plan=True,
    ),
    Meeting(
        "coming", -16, planned=71,
        away=("Ralf",),
        points=(
            Point(REPORTS, "information", 30, "Jonas"),
            Point("Stand der Gespräche mit den Landkreisen", "information", 15, "Tülay"),
        ),
    ),
    Meeting(
        "retreat", -44, planned=71, kind="retreat", title="Klausur zur Landtagswahl",
        place="Heimvolkshochschule",
    ),
    Meeting(
        "later", -60, planned=71, moved_from=7, moved_because=
        "Am ersten Termin tagt der Bundesausschuss, dort sind drei von uns.",
    ),
)  # fmt: skip
