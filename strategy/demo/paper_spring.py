"""Papers of the year's first three sessions."""

from strategy.demo.year_story import Again, Tabled, Todo, Urgency, Verdict
from strategy.domain.decisions import Outcome

COMPANIONS = Tabled(
    title="Patenschaften für neue Mitglieder",
    lead="Mika",
    co_authors=("Ursula",),
    session="first",
    days_before=24,
    goal="Neue Mitglieder werden begleitet",
    read_by=("Amira", "Jonas", "Gesa", "Ursula", "Lena", "Henning", "Paweł"),
    source="""
# Ausgangslage
Im vergangenen Jahr sind 640 Menschen bei uns eingetreten. Jede und jeder Dritte von ihnen war nach sechs Monaten noch bei keinem einzigen Treffen. In den Gesprächen hören wir immer dasselbe: Nach der Begrüßungsmail kam nichts mehr.
# Ziel
Wer eintritt, kennt nach zwei Wochen einen Menschen aus dem eigenen Kreisverband mit Namen und Telefonnummer.
# Vorschlag
Jeder Kreisverband benennt Patinnen und Paten. Sie rufen neue Mitglieder an, begleiten sie zum ersten Treffen und fragen nach drei Monaten noch einmal nach. Die Geschäftsstelle schickt ihnen dafür jede Woche die Liste der Eintritte.
! Die Kreisverbände werden gebeten, je angefangene 50 Mitglieder eine Patin oder einen Paten zu benennen. Nach einem Jahr wird ausgewertet, wie viele neue Mitglieder geblieben sind.
# Kosten
Zwei Schulungen an einem Abend, zusammen 900 Euro.
""",
    verdicts=(
        Verdict(
            Outcome(
                "adopted",
                is_unanimous=True,
                responsible="Mika Jansen, Kreisverbände",
                due="Patinnen und Paten sind nach zwei Monaten benannt; Auswertung nach einem Jahr",
                budget="900 Euro aus dem Titel Mitgliederbetreuung",
                distribution="Kreisvorstände, Geschäftsstelle",
            ),
            note="Mika Jansen führt ein. Ursula Brandt berichtet aus ihrem Kreisverband, der seit dem Frühjahr so arbeitet. Auf Nachfrage: Die Listen gehen nur an benannte Personen.",
            todos=(
                Todo(
                    "In jedem Kreisverband nach Patinnen und Paten fragen",
                    "Mika",
                    due=60,
                    done=52,
                    words="15 von 16 Kreisverbänden haben Namen gemeldet, der letzte sucht noch.",
                ),
            ),
        ),
    ),
)

RESERVE = Tabled(
    title="Eine Rücklage für den Landtagswahlkampf",
    lead="Henning",
    co_authors=("Ralf",),
    session="first",
    days_before=19,
    goal="Die Rücklage für den Wahlkampf ist gebildet",
    read_by=("Amira", "Jonas", "Ralf", "Birgit", "Tülay"),
    source="""
# Ausgangslage
Der letzte Wahlkampf hat 610.000 Euro gekostet. Ein Drittel davon mussten wir als Kredit aufnehmen, den wir bis heute abzahlen. Die Zinsen entsprechen einer halben Stelle in der Geschäftsstelle.
# Ziel
Den nächsten Wahlkampf bezahlen wir ohne Kredit.
# Vorschlag
Von jedem Beitrag, den der Landesverband erhält, wird ein fester Teil auf ein eigenes Konto gelegt. Entnommen wird nur durch Beschluss des Landesvorstands. Jede Sitzung im neuen Jahr beginnt mit dem Stand des Kontos.
! Der Landesverband bildet eine Rücklage für den Landtagswahlkampf. Ihr werden jährlich 12 Prozent der Beitragseinnahmen zugeführt.
# Was dafür wegfällt
Der Zuschuss für Veranstaltungen sinkt von 40.000 auf 28.000 Euro.
""",
    verdicts=(
        Verdict(
            Outcome(
                "adopted_changed",
                text="Der Landesverband bildet eine Rücklage für den Landtagswahlkampf. Ihr werden jährlich 10 Prozent der Beitragseinnahmen zugeführt. Der Zuschuss für Veranstaltungen der Kreisverbände bleibt davon unberührt.",
                yes=7,
                no=2,
                abstain=1,
                responsible="Henning Voß",
                due="erste Zuführung im nächsten Quartal",
                budget="10 Prozent der Beitragseinnahmen, rund 96.000 Euro im Jahr",
                distribution="Schatzmeisterei, Kreisschatzmeisterinnen und Kreisschatzmeister",
            ),
            note="Lange Aussprache über den Zuschuss für Veranstaltungen. Birgit Möller beantragt, ihn auszunehmen und den Anteil auf 10 Prozent zu senken; Henning Voß übernimmt die Änderung.",
            dissent=(
                (
                    "Ralf",
                    "Zehn Prozent reichen nicht. Mit dieser Zahl nehmen wir in drei Jahren wieder einen Kredit auf, nur einen kleineren. Ich halte zwölf Prozent weiterhin für nötig und habe deshalb dagegen gestimmt.",
                ),
            ),
            todos=(
                Todo(
                    "Eigenes Konto für die Rücklage einrichten",
                    "Henning",
                    due=21,
                    done=35,
                    words="Die Bank wollte eine neue Vollmacht aller Zeichnungsberechtigten. Das Konto steht jetzt.",
                ),
            ),
        ),
    ),
)

APP = Tabled(
    title="Eine eigene App für unsere Mitglieder",
    lead="Ralf",
    session="second",
    days_before=21,
    no_goal_because="Es geht um ein Werkzeug. Kein Ziel der Strategie hängt davon ab, ob es eine App gibt.",
    read_by=("Amira", "Lena", "Dawit", "Henning"),
    source="""
# Ausgangslage
Unsere Mitglieder erfahren von Terminen über Mails, vier Nachrichtengruppen und den Aushang. Viele verpassen etwas, weil sie gerade in der falschen Gruppe sind.
# Vorschlag
Wir lassen eine App entwickeln: Termine, Nachrichten, Umfragen und der Mitgliedsausweis an einem Ort. Zwei Angebote liegen vor, beide mit einer Bauzeit von neun Monaten.
! Die Geschäftsstelle wird beauftragt, eine App für Mitglieder entwickeln zu lassen. Dafür werden 85.000 Euro bereitgestellt.
# Kosten
85.000 Euro einmalig, danach 1.900 Euro im Monat für Betrieb und Pflege.
# Was dagegen spricht
Wer kein neues Telefon hat, bleibt außen vor. Der Aushang muss also bleiben.
""",
    verdicts=(
        Verdict(
            Outcome(
                "rejected",
                yes=2,
                no=7,
                abstain=1,
                reason="Die laufenden Kosten stehen in keinem Verhältnis zum Nutzen. Der Terminkalender auf der Website soll erst einmal vollständig sein; er lässt sich auf jedem Telefon abonnieren.",
                responsible="Geschäftsstelle",
                distribution="Kreisvorstände",
            ),
            note="Silke Harms zeigt, dass sich der Kalender der Website abonnieren lässt. Bisher tragen nur fünf Kreisverbände ihre Termine ein.",
        ),
    ),
)

FLOOD = Tabled(
    title="Soforthilfe für Ortsverbände nach dem Hochwasser",
    lead="Birgit",
    co_authors=("Gesa",),
    session="second",
    days_before=4,
    drafted=1,
    no_goal_because="Nothilfe nach einem Unglück: Das steht in keiner Strategie und muss trotzdem sein.",
    read_by=("Amira", "Jonas", "Gesa", "Tülay", "Henning", "Ursula", "Silke"),
    source="""
# Was geschehen ist
In der Nacht zum Sonntag sind zwei Flüsse über die Ufer getreten. Die Büros von drei Ortsverbänden standen bis zu den Fensterbänken im Wasser. Akten, Technik und die Ausstattung für Infostände sind verloren.
# Was jetzt gebraucht wird
Trockene Räume für drei Monate, Laptops, ein Drucker. Die Ortsverbände haben ihre Rücklagen an Betroffene in der Nachbarschaft weitergegeben; darauf sind wir stolz.
! Der Landesverband stellt den drei betroffenen Ortsverbänden je 4.000 Euro zur Verfügung und richtet ein Spendenkonto ein. Über die Verwendung wird nach sechs Monaten berichtet.
# Kosten
12.000 Euro aus der allgemeinen Reserve.
""",
    urgency=Urgency(
        cause="Das Hochwasser kam elf Tage nach Ablauf der Frist; niemand konnte es vorhersehen.",
        because="Die Mietverträge für die Ersatzräume müssen in dieser Woche unterschrieben werden.",
        yes=10,
        no=0,
        abstain=0,
    ),
    verdicts=(
        Verdict(
            Outcome(
                "adopted",
                yes=10,
                responsible="Birgit Möller, Geschäftsstelle",
                due="Auszahlung binnen einer Woche; Bericht nach sechs Monaten",
                budget="12.000 Euro aus der allgemeinen Reserve",
                distribution="Kreisvorstände, betroffene Ortsverbände",
            ),
            note="Birgit Möller war am Vortag vor Ort. Der Vorstand dankt allen, die in der Nacht geholfen haben.",
            todos=(
                Todo(
                    "Spendenkonto einrichten und bekannt machen",
                    "Silke",
                    due=7,
                    done=4,
                    words="Eingerichtet und auf der Website. In der ersten Woche kamen 6.240 Euro.",
                ),
            ),
        ),
    ),
)

DISTRICTS = Tabled(
    title="Drei Landkreise für den Stundentakt gewinnen",
    lead="Tülay",
    co_authors=("Henning",),
    session="third",
    days_before=33,
    goal="Drei Probelandkreise finden",
    read_by=("Amira", "Jonas", "Dawit", "Mika", "Lena", "Birgit"),
    source="""
# Ausgangslage
Ein Takt für das ganze Land beginnt nicht im ganzen Land. Er beginnt dort, wo jemand anfangen will. Aus sieben Landkreisen haben uns Mitglieder der Kreistage angesprochen.
# Ziel
Bis zum Ende des Jahres sagen drei Landkreise zu, ein Jahr lang jede Stunde einen Bus fahren zu lassen.
# Vorschlag
Wir führen Gespräche mit Landrätinnen und Landräten, unabhängig davon, welcher Partei sie angehören. Wer zusagt, bekommt Hilfe beim Antrag auf Fördermittel.
! Tülay Aksoy und Henning Voß führen die Gespräche mit sieben Landkreisen. Sie berichten in jeder Sitzung.
# Kosten
Fahrten, höchstens 1.200 Euro.
""",
    again=Again(
        because="Zwei Kreisverbände bitten darum, vor den Gesprächen gefragt zu werden. Das nehmen wir auf.",
        taken_back=27,
        tabled=18,
        changes=(
            (
                "Wer zusagt, bekommt Hilfe beim Antrag auf Fördermittel.",
                "Vorher sprechen wir mit dem Kreisverband. Wer zusagt, bekommt Hilfe beim Antrag auf Fördermittel.",
            ),
            (
                "Sie berichten in jeder Sitzung.",
                "Der jeweilige Kreisverband ist bei jedem Gespräch dabei. Sie berichten in jeder Sitzung.",
            ),
            (
                "Fahrten, höchstens 1.200 Euro.",
                "Fahrten, höchstens 1.500 Euro, auch für die Kreisverbände.",
            ),
        ),
    ),
    verdicts=(
        Verdict(
            Outcome(
                "adopted",
                yes=9,
                no=0,
                abstain=1,
                responsible="Tülay Aksoy, Henning Voß",
                due="drei Zusagen bis zum Ende des Jahres",
                budget="1.500 Euro aus dem Titel Reisekosten",
                distribution="Kreisvorstände der sieben Landkreise",
            ),
            note="Die neue Fassung liegt mit sichtbaren Änderungen vor. Der Vorstand begrüßt, dass die Kreisverbände dabei sind.",
            todos=(
                Todo(
                    "Gespräche mit sieben Landkreisen führen",
                    "Tülay",
                    due=245,
                    words="Zwei Zusagen, drei Absagen. Mit zwei Landkreisen sprechen wir nach deren Haushaltsberatung.",
                ),
            ),
        ),
    ),
)

SCHOOLWAY = Tabled(
    title="Stellungnahme zum Schulweg: Busse auch am Nachmittag",
    lead="Lena",
    co_authors=("Tülay",),
    session="third",
    days_before=6,
    drafted=3,
    goal="Ein Fahrschein, den alle bezahlen können",
    read_by=("Amira", "Mika", "Gesa", "Dawit"),
    source="""
# Ausgangslage
Die Landesregierung will die Beförderung von Schülerinnen und Schülern neu regeln. Der Entwurf bezahlt die Fahrt zur ersten Stunde und die Fahrt nach der sechsten. Ganztagsschulen enden später.
# Was das bedeutet
Wer auf dem Land wohnt, bezahlt den Bus am Nachmittag selbst oder wird mit dem Auto geholt. Vier von zehn Familien, die wir gefragt haben, verzichten deshalb auf die Arbeitsgemeinschaften.
! Der Landesverband nimmt zum Entwurf Stellung und fordert, dass alle Fahrten zwischen Wohnung und Schule bis 17:30 Uhr bezahlt werden.
# Frist
Stellungnahmen sind bis zum Ende des Quartals möglich.
""",
    urgency=Urgency(
        cause="Der Entwurf wurde erst nach Ablauf unserer Frist veröffentlicht.",
        because="Ein früher Beitrag prägt die Debatte.",
        yes=5,
        no=4,
        abstain=1,
    ),
    carried_to="fourth",
    verdicts=(
        Verdict(
            Outcome(
                "postponed",
                reason="Die Dringlichkeit wurde nicht festgestellt: Die Anhörung läuft noch bis nach der nächsten Sitzung.",
            ),
            note="Mehrere Mitglieder wünschen sich Zahlen aus den Kreisen. Lena Sommerfeld reicht sie nach.",
        ),
        Verdict(
            Outcome(
                "adopted",
                yes=9,
                no=1,
                abstain=0,
                responsible="Lena Sommerfeld",
                due="vor dem Ende der Anhörung",
                budget="keine",
                distribution="Landesregierung, Fraktion, Kreisvorstände",
            ),
            note="Ohne weitere Aussprache.",
            todos=(
                Todo(
                    "Stellungnahme einreichen und veröffentlichen",
                    "Lena",
                    due=10,
                    done=13,
                    words="Eingereicht, drei Tage später als geplant: Die Zahlen aus einem Landkreis fehlten noch.",
                ),
            ),
        ),
    ),
)

SPRING = (COMPANIONS, RESERVE, APP, FLOOD, DISTRICTS, SCHOOLWAY)
