"""What marks of charts say: words and figures of the chart's own table, no names of fields, no places in a drawing."""

import functools
import html
import re

import pandas as pd
import pytest

from compute_ledger.exhibits.drawing.mark_labels import mark_labels, silenced
from compute_ledger.report.charts.vega_svg import draw
from compute_ledger.shared import rounding
from tests.chapters import EXHIBIT, NOTEBOOKS, VEGA_LITE, run_chapter

RAW = re.compile(r"\w_\w|#[0-9a-fA-F]{6}|\bnull\b|\bundefined\b|\bNaN\b|\bn/a\b|nan\b|; \w+: ")
AMERICAN_DAY = re.compile(r"\b[A-Z][a-z]{2} \d{1,2}, \d{4}")
# Days, months, quarters and years are checked by eye: a table has them in other forms.
DATE = re.compile(r"(\d{1,2} )?([A-Z][a-z]+ |Q\d )?\b(19|20)\d\d\b(-\d\d)*")
FIGURE = re.compile(r"(?<![\w.,])−?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
CHAPTERS = [path.stem for path in NOTEBOOKS]


def charts(chapter):
    return [bundle for bundle in run_chapter(chapter).values() if VEGA_LITE in bundle]


@functools.cache
def spoken(chapter):
    """The labels of the marks of each chart, as its SVG has them, by its id and `wide` or `narrow`."""
    return {
        (bundle[EXHIBIT]["id"], variant): [html.unescape(label) for label in re.findall(r"<title>(.*?)</title>", svg)]
        for bundle in charts(chapter)
        for variant, svg in draw(bundle[VEGA_LITE], bundle[EXHIBIT]["id"], "", "").items()
    }


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_marks_speak_in_words(chapter):
    assert len(spoken(chapter)) >= len(charts(chapter)) > 0
    for drawing, labels in spoken(chapter).items():
        assert labels, f"no mark of {drawing} says anything"
        assert [label for label in labels if RAW.search(label) or AMERICAN_DAY.search(label)] == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_figure_of_a_mark_is_one_that_the_chart_prints(chapter):
    """In its table, or in the words around it, or a number of the table rounded as the label rounds."""
    for bundle in charts(chapter):
        exhibit = bundle[EXHIBIT]
        cells = [cell for row in exhibit["table"]["rows"] for cell in row]
        numbers = [cell for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]
        words = [str(cell) for cell in cells if isinstance(cell, str | dict)]
        around = " ".join([*words, *(exhibit[part] for part in ("title", "subtitle", "description", "note"))])
        strange = {
            (exhibit["id"], label, figure)
            for label in set(spoken(chapter)[exhibit["id"], "wide"])
            for figure in FIGURE.findall(DATE.sub("", label))
            if not re.search(rf"(?<![\d.]){re.escape(figure)}(?!\d)", around) and not _rounds_to(figure, numbers)
        }
        assert sorted(strange) == []


def _rounds_to(figure, numbers):
    decimals = len(figure.partition(".")[2])
    wanted = abs(float(figure.replace(",", "").replace("−", "-")))
    return any(abs(rounding.rounded(abs(number), decimals)) == wanted for number in numbers)


def test_a_label_leaves_out_what_is_empty():
    labels = mark_labels(
        pd.Series(["Oracle, 2028", "AWS", ""], index=[4, 5, 6]), ["$50bn", "", "$1"], ["", "assumed", ""]
    )
    assert labels.to_dict() == {4: "Oracle, 2028: $50bn", 5: "AWS, assumed", 6: "$1"}


def test_only_marks_with_a_description_speak_in_whatever_view():
    worded = {"mark": "bar", "encoding": {"x": {"field": "a"}, "description": {"field": "mark"}}}
    raw = {"mark": {"type": "rule", "size": 2}, "encoding": {"x": {"field": "a"}}}
    shared = {"layer": [{"mark": "bar"}], "encoding": {"description": {"field": "mark"}}}
    spec = {"hconcat": [{"layer": [worded, raw]}, shared, {"facet": {}, "spec": raw}]}
    quiet = raw | {"mark": {"type": "rule", "size": 2, "aria": False}}
    assert silenced(spec) == {"hconcat": [{"layer": [worded, quiet]}, shared, {"facet": {}, "spec": quiet}]}
    assert silenced({"mark": "bar"}) == {"mark": {"type": "bar", "aria": False}}
