"""Moodle speaks other languages: its lists and worksheets are read by words and, failing that, by what is in them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from dateutil import tz

from autograder.platforms.tables import filled, read_roster, read_worksheet
from autograder.records.moments import read_moment
from autograder.records.roster import Person, Roster

from ..made_up import ADA, CARL, CLASS, grades, table

WORKSHEETS = {
    "German": (
        "ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,Bewertung kann geändert werden,"
        "Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung),Feedback als Kommentar\n",
        'Teilnehmer/in501,Ada Lovelace,ada@x.edu,Zur Bewertung abgegeben,,"15,00",Ja,'
        '"Donnerstag, 1. Oktober 2026, 21:14",-,\n',
        'Teilnehmer/in502,Carl Gauß,Carl.G@x.edu,Keine Abgabe,,"15,00",Ja,-,-,\n',
    ),
    "French": (
        "Identifiant,Nom complet,Adresse de courriel,Statut,Note,Note maximale,La note peut être modifiée,"
        "Dernière modification (travail remis),Dernière modification (note),Feedback par commentaires\n",
        'Participant501,Ada Lovelace,ada@x.edu,Remis pour évaluation,,"15,00",Oui,"jeudi 1 octobre 2026, 21:14",-,\n',
        'Participant502,Carl Gauß,Carl.G@x.edu,Aucun travail remis,,"15,00",Oui,-,-,\n',
    ),
    "Spanish": (
        "Identificador,Nombre completo,Dirección de correo,Estado,Calificación,Calificación máxima,"
        "La calificación puede ser cambiada,Última modificación (entrega),Última modificación (calificación)\n",
        "Participante501,Ada Lovelace,ada@x.edu,Enviado para calificar,,15.00,Sí,"
        '"jueves, 1 de octubre de 2026, 21:14",-\n',
        "Participante502,Carl Gauß,Carl.G@x.edu,Sin entrega,,15.00,Sí,-,-\n",
    ),
    "German, with states of marking": (
        "ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,Status des Bewertungsworkflows,"
        "Bewertung kann geändert werden,Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung)\n",
        'Teilnehmer/in501,Ada Lovelace,ada@x.edu,Zur Bewertung abgegeben,,"15,00",Nicht bewertet,Ja,'
        '"Donnerstag, 1. Oktober 2026, 21:14",-\n',
        'Teilnehmer/in502,Carl Gauß,Carl.G@x.edu,Keine Abgabe,,"15,00",Nicht bewertet,Ja,-,-\n',
    ),
    "a language that nobody here knows": (
        "aa,bb,cc,dd,ee,ff,gg,hh,ii\n",
        "Xyz 501,Ada Lovelace,ada@x.edu,kk,,15.00,mm,2026-10-01 21:14,-\n",
        "Xyz 502,Carl Gauß,Carl.G@x.edu,ll,,15.00,mm,-,-\n",
    ),
}
LANGUAGES = pytest.mark.parametrize("language", WORKSHEETS)


@pytest.fixture
def sheet(tmp_path, language):
    (tmp_path / "sheet.csv").write_text("".join(WORKSHEETS[language]), encoding="utf-8-sig")
    return tmp_path / "sheet.csv"


@LANGUAGES
def test_a_worksheet_says_who_and_when(sheet):
    read = read_worksheet(sheet, Roster([ADA, CARL]), tz.gettz("Europe/Berlin"))
    assert read.people == {"501": "ada", "502": "carl"} and read.times == {"501": datetime(2026, 10, 1, 19, 14)}


@LANGUAGES
def test_a_worksheet_is_filled_in_and_all_else_stays(sheet, language):
    text, said = filled(grades(CLASS[1:2], people=[ADA, CARL]), sheet)
    before, after = table("".join(WORKSHEETS[language])), table(text)
    assert [row[4] for row in after] == [before[0][4], "10", ""] and not said
    assert [row[:4] + row[5:] for row in after] == [row[:4] + row[5:] for row in before]


@pytest.mark.parametrize(
    "header",
    [
        "Vorname;Nachname;ID-Nummer;E-Mail-Adresse",
        "Prénom;Nom de famille;Numéro d’identification;Adresse de courriel",
        "Nombre;Apellido(s);Número de ID;Dirección de correo",
        "Prénom;Nom de famille;Numéro d'identification;Adresse de courriel",
    ],
)
def test_a_list_of_participants_is_read(tmp_path, header):
    (tmp_path / "list.csv").write_text(f"{header}\nAda;Lovelace;S1;ada@x.edu\nBen;Hall;;ben@x.edu\n")
    assert read_roster(tmp_path / "list.csv") == [
        Person("S1", "Lovelace", "Ada", "ada@x.edu"),
        Person("ben@x.edu", "Hall", "Ben", "ben@x.edu"),
    ]


@pytest.mark.parametrize("header", ["Nome;Cognome;Indirizzo email;Gruppi", "Voornaam;Achternaam;E-mailadres;Groepen"])
def test_a_list_in_another_language_begins_with_the_names(tmp_path, header):
    (tmp_path / "list.csv").write_text(f"{header}\nAda;Lovelace;ada@x.edu;A\nJörg;Groß-Hall;jg@x.edu;\n")
    ada, joerg = read_roster(tmp_path / "list.csv")
    assert ada == Person("ada@x.edu", "Lovelace", "Ada", "ada@x.edu") and joerg.name == "Jörg Groß-Hall"


@pytest.mark.parametrize(
    "text",
    [
        "last_name,first_name,who\nLovelace,Ada,ada@x.edu\n",
        "Wer,Wo,Was\nAda,Berlin,kommt\n",
        "Nr,Wer,Adresse\n1,Ada,ada@x.edu\n",
    ],
)
def test_another_list_does_not_give_names_away(tmp_path, text):
    (tmp_path / "list.csv").write_text(text)
    with pytest.raises(ValueError, match="has no column that tells students apart"):
        read_roster(tmp_path / "list.csv")


@pytest.mark.parametrize(
    "text",
    [
        "id,Name,Punkte\nS 1,Ada,3\nS 2,Ben,3\n",
        "Wer,Name,x,y,Note,Maximum,geändert,Notiz,Ende\nS 1,Ada,a,b,,3,ja,gut,-\n",
        "aa,bb,cc,dd,ee,ff,gg,hh,ii\n",
    ],
)
def test_another_table_is_no_worksheet(tmp_path, text):
    (tmp_path / "other.csv").write_text(text)
    with pytest.raises(ValueError, match="is not Moodle's grading worksheet"):
        read_worksheet(tmp_path / "other.csv", Roster([ADA]), UTC)


@pytest.mark.parametrize(
    ("text", "month"),
    [("2. März 2026, 09:04", 3), ("1er août 2026 à 9:05", 8), ("martes, 3 de marzo de 2026, 10:00", 3)],
)
def test_months_are_understood_and_no_other_words(text, month):
    assert read_moment(text).month == month
    with pytest.raises(ValueError, match="is no time"):
        read_moment(text.replace("ma", "mo").replace("Mä", "Mö").replace("aoû", "aou"))
