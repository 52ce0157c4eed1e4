"""What colours and forms stand for is drawn, in the colours of the chart, and no text of a chart names them."""

import functools
import re

import pytest

from compute_ledger.exhibits.drawing.key import MOST_COLOURS, Swatch, drawn_only
from compute_ledger.exhibits.theme import FIXED
from compute_ledger.report.charts.vega_svg import draw
from compute_ledger.shared.chart_look import GREY, KEY_FORMS, on_page, swatch
from tests.chapters import EXHIBIT, FINDING, NOTEBOOKS, VEGA_LITE, run_chapter

CHAPTERS = [path.stem for path in NOTEBOOKS]
COLOURS = (
    "blue|orange|gold|golden|yellow|green|red|grey|gray|black|white|purple|pink|violet|teal|brown|vermilion|colou?rs?"
    "|colou?red|dark|darker|pale|paler|faint|fainter|hollow|filled|unfilled|solid|dotted|dashed|shaded|outlined"
    "|thick|thin"
)
FORMS = "|dots?|dashes|rings?|circles?|squares|diamonds?|triangles?|ticks?"
# Firms of the ledger that bear the name of a colour.
FIRMS = re.compile(r"Blue Owl|Red Hat|BlackRock")
ABOUT = ("title", "subtitle", "description", "note")


def named(words, text):
    return re.findall(rf"\b(?:{words})\b", FIRMS.sub("", text), re.IGNORECASE)


@functools.cache
def exhibits(chapter):
    return [bundle for bundle in run_chapter(chapter).values() if VEGA_LITE in bundle]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_text_of_a_chart_names_a_colour(chapter):
    """A description may say what kind of chart it is."""
    for bundle in exhibits(chapter):
        about = bundle[EXHIBIT]
        texts = {part: about[part] for part in ABOUT} | {f"key {i}": e["words"] for i, e in enumerate(about["key"])}
        words = {part: named(COLOURS + (FORMS if part != "description" else ""), text) for part, text in texts.items()}
        assert {part: words for part, words in words.items() if words} == {}, about["id"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_finding_names_a_colour(chapter):
    findings = [bundle[FINDING] for bundle in run_chapter(chapter).values() if FINDING in bundle]
    assert [
        (finding["name"], named(COLOURS, finding["text"])) for finding in findings if named(COLOURS, finding["text"])
    ] == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_colour_of_a_key_is_one_of_the_chart(chapter):
    for bundle in exhibits(chapter):
        about = bundle[EXHIBIT]
        for variant, svg in draw(bundle[VEGA_LITE], about["id"], "", "").items():
            missing = [
                (entry["words"], colour)
                for entry in about["key"]
                for colour in entry["colours"]
                if f'="{on_page(colour)}"' not in svg
            ]
            assert missing == [], (about["id"], variant)


def test_most_charts_of_several_forms_have_a_key():
    keys = {bundle[EXHIBIT]["id"]: len(bundle[EXHIBIT]["key"]) for chapter in CHAPTERS for bundle in exhibits(chapter)}
    assert keys["deal-lanes"] >= 5
    assert keys["loop-cash"] >= 4
    assert sum(many > 0 for many in keys.values()) >= 25


@pytest.mark.parametrize("form", KEY_FORMS)
def test_every_form_stays_in_its_box(form):
    one, width = swatch(form, ["#136dbf"])
    several, wider = swatch(form, ["#136dbf", "#e27505", "#107537"])
    assert width < wider
    assert on_page("#107537") in several
    assert one.count("<") == 1


def test_a_swatch_shows_a_few_colours_each_once():
    assert Swatch("bar", ["#1", "#2", "#1", "#3", "#4"], "w").entry()["colours"] == ["#1", "#2", "#3"][:MOST_COLOURS]
    assert Swatch("dot", "#1", "w").entry() == {"form": "dot", "colours": ["#1"], "words": "w"}


def test_what_is_not_drawn_has_no_entry_and_an_unknown_form_is_a_fault():
    entry = Swatch("ring", "#1", "w")
    assert drawn_only([(True, entry), (False, entry)]) == [entry]
    with pytest.raises(ValueError, match="no key shows a 'blob'"):
        Swatch("blob", "#1", "w")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_what_is_a_buyers_has_no_colour_of_a_supplier(chapter):
    suppliers = set(FIXED.values()) - {GREY}  # which is that of others
    for bundle in exhibits(chapter):
        for entry in bundle[EXHIBIT]["key"]:
            if re.search(r"(?:of|by|into|what) (?:OpenAI|Anthropic)", entry["words"]):
                assert suppliers.isdisjoint(entry["colours"]), entry["words"]
