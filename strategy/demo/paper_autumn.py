"""Papers of the year's later sessions, and of the one ahead."""

from strategy.demo.year_story import Enclosed, Tabled, Todo, Verdict
from strategy.domain.decisions import Outcome

HEAT = Tabled(
    title="Hitzeaktionstage in den Kreisverbänden",
    lead="Dawit",
    co_authors=("Birgit",),
    session="fourth",
    days_before=28,
    goal="Jede Gemeinde ist auf Hitze vorbereitet",
    read_by=("Amira", "Jonas", "Gesa", "Ursula", "Mika", "Paweł", "Ralf"),
    source="""
# Ausgangslage
An heißen Tagen fehlen Schatten, Trinkwasser und kühle Räume. Ältere Menschen bleiben dann allein in aufgeheizten Wohnungen. In vielen Gemeinden weiß niemand, wer sich kümmert.
# Vorschlag
An einem heißen Samstag zeigen wir in jedem Kreis, was hilft: Wasserstellen, geöffnete Kirchen und Bibliotheken, Telefonketten, gepflanzte Bäume. Wir laden die Verwaltung dazu ein, statt ihr Vorwürfe zu machen.
! Der Landesverband unterstützt Hitzeaktionstage in den Kreisverbänden mit Material und mit 300 Euro je Kreis.
# Kosten
4.800 Euro für 16 Kreise, dazu 1.100 Euro für Material.
""",
    verdicts=(
        Verdict(
            Outcome(
                "adopted",
                is_unanimous=True,
                responsible="Dawit Tesfaye",
                due="ein Samstag vor der nächsten Sitzung",
                budget="5.900 Euro aus dem Titel Kampagnen",
                distribution="Kreisvorstände, Pressestelle",
            ),
            note="Dawit Tesfaye stellt die Karten mit kühlen Orten vor. Zwei Kreisverbände haben schon begonnen.",
            todos=(
                Todo(
                    "Materialpaket für die Hitzeaktionstage zusammenstellen",
                    "Dawit",
                    due=30,
                    done=24,
                    words="Karten, Plakate und eine Anleitung liegen in der Geschäftsstelle bereit.",
                ),
            ),
        ),
    ),
)

SURVEY = Tabled(
    title="Erste Zahlen der Mitgliederbefragung",
    lead="Silke",
    session="fourth",
    days_before=0,
    drafted=1,
    goal="Eine Partei, in der man gern mitarbeitet",
    read_by=("Ursula", "Mika"),
    verdicts=(
        Verdict(
            Outcome(
                "settled",
                reason="Tischvorlage, nur beraten. Die ganze Auswertung kommt als eigene Vorlage.",
                responsible="Silke Harms",
                due="zur nächsten Klausur",
            ),
            note="Die Zahlen überraschen: Nicht fehlende Zeit wird am häufigsten genannt, sondern dass niemand gefragt hat.",
        ),
    ),
    source="""
# Worum es geht
Seit gestern Abend liegen die ersten Zahlen vor: 2.140 Mitglieder haben geantwortet, gut jedes vierte. Die Auswertung nach Kreisen folgt.
# Was auffällt
- 71 Prozent würden gern öfter gefragt, ob sie bei etwas Bestimmtem mithelfen.
- 38 Prozent kennen niemanden aus ihrem Kreisvorstand.
- 12 Prozent nennen fehlende Zeit als wichtigsten Grund, nicht mitzuarbeiten.
# Wie es weitergeht
Zur Klausur kommt die ganze Auswertung mit Vorschlägen.
! Die Zahlen werden den Kreisvorständen zur Kenntnis gegeben.
""",
)

COMPANIONS_AGAIN = Tabled(
    title="Patenschaften: Was nach den ersten Monaten anders wird",
    lead="Mika",
    co_authors=("Ursula", "Silke"),
    session="fifth",
    days_before=22,
    goal="Neue Mitglieder werden begleitet",
    read_by=("Amira", "Jonas", "Gesa", "Lena", "Henning", "Birgit", "Tülay", "Dawit"),
    source="""
# Ausgangslage
Seit der Vorstand die Patenschaften beschlossen hat, wurden 310 neue Mitglieder angerufen. Von ihnen kamen zwei Drittel zu einem Treffen, von den übrigen nur ein Drittel. Das wirkt also.
# Was nicht klappt
Eine Patin auf 50 Mitglieder ist in großen Kreisverbänden zu viel Arbeit. Und wer nach drei Monaten nachfragt, hat oft die Notizen von damals nicht mehr.
# Vorschlag
Wir gehen von den Eintritten aus statt von der Größe. Die Geschäftsstelle erinnert nach drei Monaten.
! Die Kreisverbände benennen für je 15 Eintritte im Jahr eine Patin oder einen Paten. Die Geschäftsstelle erinnert sie nach drei Monaten an jedes Gespräch. Dieser Beschluss tritt an die Stelle des ersten Beschlusses über Patenschaften.
# Kosten
Keine. Die Erinnerung verschickt das Mitgliederprogramm.
""",
    verdicts=(
        Verdict(
            Outcome(
                "adopted",
                yes=10,
                no=0,
                abstain=0,
                responsible="Mika Jansen, Geschäftsstelle",
                due="ab dem nächsten Monat",
                budget="keine",
                distribution="Kreisvorstände, Patinnen und Paten",
            ),
            note="Die Rückmeldungen aus den Kreisverbänden sind gut. Gesa Lorenz regt an, auch Ausgetretene anzurufen; sie schlägt das als Thema vor.",
            supersedes="Patenschaften für neue Mitglieder",
            todos=(
                Todo(
                    "Begrüßungsmappe für Patinnen und Paten neu schreiben",
                    "Lena",
                    due=120,
                    handed_back="Neben der Stellungnahme zum Ticket schaffe ich das nicht gut. Vielleicht kann es jemand übernehmen, der selbst neu ist.",
                ),
                Todo(
                    "Erinnerung nach drei Monaten einrichten",
                    "Silke",
                    due=45,
                    done=40,
                    words="Läuft seit dieser Woche, die ersten Erinnerungen sind verschickt.",
                ),
            ),
        ),
    ),
)

POOLS = Tabled(
    title="Aufruf „Schwimmbäder erhalten“ mitzeichnen",
    lead="Lena",
    session="circular",
    days_before=6,
    drafted=1,
    no_goal_because="Ein Aufruf anderer, dem wir uns anschließen. Er folgt aus dem Grundsatzprogramm.",
    read_by=("Amira", "Jonas", "Gesa", "Ralf", "Tülay", "Birgit", "Henning", "Dawit", "Ursula"),
    source="""
# Worum es geht
Ein Bündnis aus Sportvereinen, Rettungsschwimmerinnen und Gemeinden ruft dazu auf, kein weiteres Bad zu schließen. In den letzten zehn Jahren waren es 41.
# Warum jetzt
Der Aufruf wird in zwei Wochen vorgestellt, vor unserer nächsten Sitzung. Wir wären unter den ersten zwanzig Namen.
! Der Landesverband zeichnet den Aufruf „Schwimmbäder erhalten“ mit.
# Kosten
Keine.
""",
    verdicts=(
        Verdict(
            Outcome(
                "adopted",
                is_unanimous=True,
                responsible="Amira Thoma",
                due="sofort",
                budget="keine",
                distribution="Bündnis, Pressestelle",
            ),
            todos=(
                Todo(
                    "Dem Bündnis die Unterschrift mitteilen",
                    "Silke",
                    due=3,
                    done=1,
                    words="Erledigt, das Bündnis bedankt sich.",
                ),
            ),
        ),
    ),
)

SHOPS = Tabled(
    title="Leere Läden öffnen: ein Büro im Ortskern auf Probe",
    lead="Birgit",
    co_authors=("Dawit",),
    session="sixth",
    days_before=26,
    goal="Leerstand in Ortskernen beleben",
    read_by=("Amira", "Gesa", "Jonas", "Ursula", "Mika"),
    source="""
# Ausgangslage
Wir fordern, leere Läden zu beleben, und sitzen selbst im Gewerbegebiet. Unsere Mietverträge für zwei Regionalbüros laufen im nächsten Jahr aus.
# Vorschlag
Ein Büro zieht für ein Jahr in einen leeren Laden im Ortskern. Nachmittags steht es Vereinen offen, am Samstag gibt es Kaffee.
! Das Regionalbüro Nord zieht zum Ende des Mietvertrags in einen leer stehenden Laden. Nach einem Jahr wird entschieden, ob es dort bleibt.
# Kosten
Die Miete steigt um 180 Euro im Monat. Für den Umbau haben zwei Handwerksbetriebe ihre Hilfe zugesagt.
# Offen
Die Räume müssen ohne Stufen erreichbar sein. Zwei Läden kommen in Frage.
""",
    verdicts=(
        Verdict(
            Outcome(
                "referred",
                reason="Die Idee überzeugt. Vor einem Beschluss soll feststehen, welcher der beiden Läden ohne Stufen erreichbar ist und was der Umbau kostet.",
                responsible="Birgit Möller",
                due="zur übernächsten Sitzung",
            ),
            note="Viel Zustimmung. Ursula Brandt weist darauf hin, dass einer der Läden drei Stufen hat.",
            todos=(
                Todo(
                    "Beide Läden mit der Beauftragten für Barrierefreiheit besichtigen",
                    "Birgit",
                    due=75,
                    words="Der erste Termin war gut: breite Tür, keine Stufe, aber kein passendes Bad.",
                ),
            ),
        ),
    ),
)

CANDIDATES = Tabled(
    title="Früh anfangen: Gespräche in allen Wahlkreisen",
    lead="Ralf",
    co_authors=("Amira",),
    session="sixth",
    days_before=17,
    goal="In jedem Wahlkreis kandidiert jemand aus der Region",
    read_by=("Jonas", "Gesa", "Lena", "Henning", "Tülay", "Mika", "Paweł"),
    source="""
# Ausgangslage
Bei der letzten Wahl haben wir in elf Wahlkreisen erst acht Wochen vor der Aufstellung jemanden gefunden. Vier von ihnen wohnten nicht in der Region.
# Ziel
Ein Jahr vor der Aufstellung kennen wir in jedem Wahlkreis mindestens zwei Menschen, die sich eine Kandidatur vorstellen können. Mindestens eine Person davon ist eine Frau.
# Vorschlag
Je zwei Mitglieder des Landesvorstands besuchen einen Kreisverband und fragen: Wen kennt man hier? Wer macht gute Arbeit im Verein, im Betrieb, in der Schule? Danach sprechen wir mit den Genannten, ohne etwas zu versprechen.
! Der Landesvorstand führt bis zum Frühjahr Gespräche in allen Wahlkreisen. Die Auswahl trifft allein die jeweilige Aufstellungsversammlung.
# Kosten
Fahrten, rund 2.000 Euro.
""",
    verdicts=(
        Verdict(
            Outcome(
                "adopted",
                yes=6,
                no=1,
                abstain=2,
                responsible="Ralf Wieland, alle Mitglieder",
                due="bis zum Frühjahr",
                budget="2.000 Euro aus dem Titel Reisekosten",
                distribution="Kreisvorstände",
            ),
            note="Jonas Petersen bittet, im Beschluss ausdrücklich zu sagen, dass niemand vorab ausgewählt wird. Das steht schon im Antrag.",
            todos=(
                Todo(
                    "Leitfaden für die Gespräche schreiben",
                    "Ralf",
                    due=25,
                    words="Die Fragen stehen. Es fehlt noch der Teil über Geld und Freistellung.",
                ),
                Todo(
                    "Termine mit allen Kreisverbänden vereinbaren",
                    "Gesa",
                    due=60,
                    is_accepted=False,
                ),
            ),
        ),
    ),
)

TICKET = Tabled(
    title="Ein Euro am Tag: unser Vorschlag für Jung und Alt",
    lead="Lena",
    co_authors=("Tülay", "Henning"),
    session="coming",
    days_before=31,
    drafted=20,
    goal="Ein Fahrschein, den alle bezahlen können",
    read_by=("Amira", "Gesa", "Dawit", "Mika", "Birgit", "Paweł"),
    marks=(("Gesa", "agree"), ("Mika", "agree"), ("Dawit", "read"), ("Birgit", "discuss")),
    source="""
# Ausgangslage
Das Ticket für alle ist teurer geworden. Wer noch in die Schule geht oder schon in Rente ist, fährt selten genug, dass es sich nicht lohnt, und oft genug, dass Einzelfahrscheine weh tun.
# Vorschlag
Unter 25 und über 65 kostet jeder Tag mit Bus und Bahn höchstens einen Euro. Abgerechnet wird im Nachhinein, gezahlt nur, wenn gefahren wurde.
! Der Landesverband wirbt für einen Fahrschein, der unter 25 und über 65 einen Euro am Tag kostet. Er bittet die Fraktion, die Kosten berechnen zu lassen.
# Kosten
Für uns keine. Für das Land nach unserer Schätzung 58 Millionen Euro im Jahr.
# Zeitplan
Die Berechnung liegt vor, ehe der nächste Haushalt beraten wird.
""",
    enclosed=(
        Enclosed(
            "Was der Fahrschein kostet: unsere Schätzung",
            "schaetzung-fahrschein.pdf",
            """
Grundlage sind die Fahrgastzahlen des letzten Jahres und eine Umfrage unter 1.200 Menschen. Alle Beträge in Millionen Euro im Jahr.
| Gruppe | Menschen | heutige Einnahmen | künftige Einnahmen | fehlt |
| unter 25 | 410.000 | 61 | 34 | 27 |
| über 65 | 690.000 | 72 | 41 | 31 |
| zusammen | 1.100.000 | 133 | 75 | 58 |
Nicht gerechnet ist, dass mehr Menschen fahren: Kommen zehn Prozent dazu, fehlen noch 52 Millionen.
""",
        ),
    ),
)

MENTORING = Tabled(
    title="Mentoring für Frauen, die ein Amt übernehmen wollen",
    lead="Birgit",
    co_authors=("Ursula",),
    session="coming",
    days_before=26,
    goal="Jede zweite Funktion ist mit einer Frau besetzt",
    read_by=("Amira", "Jonas", "Lena", "Tülay"),
    marks=(("Lena", "agree"), ("Tülay", "agree"), ("Jonas", "read"), ("Henning", "read")),
    source="""
# Ausgangslage
In den Kreisvorständen sitzen 43 Prozent Frauen, unter den Vorsitzenden sind es 29 Prozent. Gefragt werden Männer öfter, und sie sagen schneller zu.
# Vorschlag
Zwanzig Frauen bekommen für ein Jahr eine Mentorin, die ein Amt innehat oder innehatte. Dazu vier gemeinsame Tage: reden, verhandeln, eine Sitzung leiten, Nein sagen. Kinder werden betreut.
! Der Landesverband bietet ein Jahr lang ein Mentoring für zwanzig Frauen an. Birgit Möller und Ursula Brandt leiten es.
# Kosten
6.400 Euro, davon 1.500 Euro für Kinderbetreuung.
""",
)

AUTUMN = (HEAT, SURVEY, COMPANIONS_AGAIN, POOLS, SHOPS, CANDIDATES, TICKET, MENTORING)
