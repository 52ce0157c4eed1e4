"""What is said in another language: numbers, days and sentences by its files alone."""

import pandas as pd
import pytest
from markupsafe import Markup

from compute_ledger.exhibits import formatting
from compute_ledger.shared.languages import catalogues, markdown_lines
from compute_ledger.shared.languages.phrases import Words, number_of, phrase, speak, speaking
from tests.tiny_project import REPO

SETTINGS = 'name = "Français"\ndecimal = ","\nthousands = " "\nelided = ["de"]\nbefore = "AEIOU"\n'
SETTINGS += 'small_numbers = ["aucun", "un", "deux"]\nfeminine = { un = "une" }\n'


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "book/languages/xx"
    folder.mkdir(parents=True)
    (folder / "language.toml").write_text(SETTINGS, encoding="utf-8")
    lines = ['"{buyer} buys" = "achat {buyer:de}"', '"{n} deal" = ["{n} accord", "{n} accords"]']
    lines += ['"{n} row" = ["{f} ligne", "{f} lignes"]', '"cloud" = "nuage"']
    (folder / "kit.toml").write_text("\n".join(lines), encoding="utf-8")
    (folder / "page.toml").write_text('"Title" = "Titre"\n"One." = "Un."', encoding="utf-8")
    return tmp_path


def test_a_phrase_has_its_words_by_the_catalogue_and_its_places_elided(project):
    assert phrase("{buyer} buys", buyer="Oracle") == "Oracle buys"
    with speaking("xx", project):
        assert phrase("{buyer} buys", buyer="Oracle") == "achat d’Oracle"
        assert phrase("{buyer} buys", buyer="Microsoft") == "achat de Microsoft"
        assert Words({"c": "cloud"})["c"] == "nuage"
        assert pd.Series(["c", "d"]).map(Words({"c": "cloud"})).tolist()[0] == "nuage"
    assert phrase("cloud") == "cloud"
    assert phrase("{a} and {b}", a=Markup("<b>x</b>"), b="<y>") == Markup("<b>x</b> and &lt;y&gt;")


def test_what_counts_has_two_forms_and_a_gender(project):
    assert (number_of(1, "deal"), number_of(3, "deal"), number_of(1400, "deal")) == (
        "one deal",
        "three deals",
        "1,400 deals",
    )
    with speaking("xx", project):
        assert (number_of(1, "deal"), number_of(2, "deal"), number_of(0, "deal")) == (
            "un accord",
            "deux accords",
            "aucun accord",
        )
        assert (number_of(1, "row"), number_of(1400, "row")) == ("une ligne", "1 400 lignes")


def test_a_phrase_that_is_missing_is_named(project):
    with speaking("xx", project), pytest.raises(ValueError, match=r"'Nobody wrote this'.*book/languages/xx"):
        phrase("Nobody wrote this")


def test_a_phrase_that_two_files_have_is_refused(project):
    (project / "book/languages/xx/page.toml").write_text('"cloud" = "nuée"', encoding="utf-8")
    with pytest.raises(ValueError, match=r"page.toml: the phrase 'cloud' stands in another file"):
        catalogues.read_language("xx", project)


def test_a_text_keeps_its_marks_and_tells_its_headings(project):
    assert list(markdown_lines.phrases_of("## Title\n\n* One.")) == ["Title", "One."]
    with speaking("xx", project):
        assert markdown_lines.translated("## Title\n\n* One.") == ("## Titre\n\n* Un.", {"Titre": "Title"})


def test_french_amounts_days_and_lists(monkeypatch):
    monkeypatch.chdir(REPO)
    speak("fr")
    assert formatting.usd_bn(730.4) == "730,4\xa0milliards de dollars"
    assert formatting.usd_bn(1.5) == "1,5\xa0milliard de dollars"
    assert formatting.about_usd(1404) == "1\u202f400\xa0milliards de dollars"
    assert formatting.usd_whole_short(-2500) == "−2\u202f500\xa0Md$"
    assert formatting.about_usd_between(13, 130) == "13 à 130\xa0milliards de dollars"
    assert formatting.day(pd.Timestamp("2026-11-01")) == "1er novembre 2026"
    assert formatting.pct(41.07) == "41,1\u202f%"
    assert formatting.names(["A", "B", "C"], 2) == "A, B et 1 autres"
    assert formatting.period("2026Q3") == "T3 2026"
