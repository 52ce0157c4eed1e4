"""Numbers count to twelve digits and six decimals, halves away from zero, whoever prints or compares them."""

import ast
import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compute_ledger.exhibits import formatting, table_payload
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.report.diff.differences import FigureChange
from compute_ledger.report.pages import results_page
from compute_ledger.report.pages.html_tables import grid
from compute_ledger.report.pages.markdown import Prose
from compute_ledger.shared import rounding
from tests.tiny_project import REPO

FIGURES = st.decimals(-100_000, 100_000, places=6, allow_nan=False).map(float)


def beside(value):
    """A number and both of its neighbours, as two processors may have it."""
    return [math.nextafter(value, -math.inf), value, math.nextafter(value, math.inf)]


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (305.20000000000005, 6, 305.2),
        (0.1 + 0.2 - 0.3, 6, 0.0),
        (2.5, 0, 3.0),
        (2.4999999999999996, 0, 3.0),
        (-2.5, 0, -3.0),
        (2.675, 2, 2.68),
        (1.0000005, 6, 1.000001),
        (-0.0000001, 6, 0.0),
        (123_456_789_012.4, 6, 123_456_789_012.0),
        (1_234_567_890_123.0, 6, 1_234_567_890_123.0),
        (1e300, 6, 1e300),
        (math.inf, 2, math.inf),
    ],
)
def test_rounded(value, decimals, expected):
    assert repr(rounding.rounded(value, decimals)) == repr(expected)
    assert repr(rounding.array(np.array([value]), decimals)[0].item()) == repr(expected)


def test_what_is_missing_stays_missing():
    assert math.isnan(rounding.rounded(math.nan))
    assert rounding.column(pd.Series([math.nan, 0.1 + 0.2])).tolist()[1] == 0.3
    assert formatting.number(math.nan) == "n/a"


@given(FIGURES, st.integers(0, 6))
def test_a_figure_as_typed_and_its_neighbours_are_one_number(value, decimals):
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert {rounding.rounded(number, decimals) for number in beside(value)} == {float(exact)}
    assert {rounding.text(number, decimals) for number in beside(value)} == {
        f"{exact + 0:,.{decimals}f}".replace("-0.", "-0.")
    }


@given(st.lists(st.floats(allow_nan=False) | FIGURES), st.integers(0, 9))
def test_many_at_once_are_rounded_as_one_by_one(values, decimals):
    one_by_one = [rounding.rounded(value, decimals) for value in values]
    assert list(map(repr, rounding.array(np.array(values, dtype=float), decimals).tolist())) == list(
        map(repr, one_by_one)
    )


def test_only_floats_of_a_specification_change():
    spec = {"a": [True, 3, "0.30000000000000004", None, 0.1 + 0.2, (-0.0, 1e-9)], "b": {"c": 392.00000000000006}}
    assert repr(rounding.plain(spec)) == repr(
        {"a": [True, 3, "0.30000000000000004", None, 0.3, [0.0, 0.0]], "b": {"c": 392.0}}
    )


def test_only_floats_of_a_frame_change():
    rows = pd.DataFrame(
        {"name": ["a", None], "x": [0.1 + 0.2, None], "n": [1, 2], "yes": [True, False], 2025: [1.0, -0.0]}
    )
    rows["day"] = pd.to_datetime(["2025-01-01", None])
    rounded = rounding.frame(rows)
    assert (rounded.dtypes == rows.dtypes).all()
    assert rounded["x"].tolist()[0] == 0.3
    assert rows["x"].tolist()[0] != 0.3, "the frame that was given is as it was"
    assert str(rounded[2025].tolist()) == "[1.0, 0.0]"
    pd.testing.assert_frame_equal(rounded.drop(columns=["x", 2025]), rows.drop(columns=["x", 2025]))


def test_inputs_arrive_rounded():
    @rounding.inputs
    def given_numbers(frame, number, pair, *, tables, words, count):
        return frame["x"].iloc[0], number, pair, tables["t"]["x"].iloc[0], words, count

    noisy = 0.1 + 0.2
    frame = pd.DataFrame({"x": [noisy]})
    results = given_numbers(frame, noisy, (noisy, "a"), tables={"t": frame}, words=["b"], count=7)
    assert results == (0.3, 0.3, (0.3, "a"), 0.3, ["b"], 7)


@given(FIGURES)
def test_a_tie_prints_the_same_on_either_side_of_it(value):
    tie = math.floor(value) + 0.5
    printed = {formatting.number(number, 0) for number in beside(tie)}
    assert len(printed) == 1
    assert {formatting.usd_bn(number) for number in beside(tie / 10)} == {formatting.usd_bn(tie / 10)}
    assert {results_page.number(number) for number in beside(tie)} == {results_page.number(tie)}


def test_a_table_of_the_page_and_its_files_have_the_rounded_number():
    frame = pd.DataFrame({"x": [2.6749999999999994, -0.00000001]})
    payload = table_payload.payload(frame, {"x": ("X", "USD bn")})
    assert repr(payload["rows"]) == "[[2.675], [0.0]]"
    html_grid = grid({"id": "t", "table": payload}, Prose({}), "t")
    assert ">2.68<" in html_grid["body"]
    assert not {"-", "−"} & set(html_grid["body"])
    assert html_grid["cells"] == [[2.675], [0]]


def test_a_key_figure_and_the_difference_of_two():
    figure = KeyFigure(id="a", label="A", value=305.20000000000005, unit="%", text="305.2%")
    figures = KeyFigures(pd.Timestamp("2025-01-01"), (figure,))
    bundle = figures._repr_mimebundle_()
    value = bundle["application/vnd.compute-ledger.key-figures+json"]["figures"][0]["value"]
    change = FigureChange("a", "A", "%", value, 305.3)
    assert repr((value, change.change, change.change_pct)) == "(305.2, 0.1, 0.032765)"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0012345, "0.001235"),
        (2.5, "2.5"),
        (12.345, "12.35"),
        (999.95, "1,000"),
        (1234.5, "1,235"),
        (-7.0, "−7"),
        (1e-9, "0"),
    ],
)
def test_four_digits_that_count(value, text):
    assert {results_page.number(number) for number in beside(value)} == {text}


CODE = [
    path
    for wing in ("shared", "exhibits", "measures", "report")
    for path in (REPO / "compute_ledger" / wing).rglob("*.py")
]
# Lengths in pixels, computed from sizes of letters and pages; bounds and sizes in messages, run times on a terminal;
# a figure as typed in the name of a conflict.
OF_NO_DATA = {
    "theme.py",
    "chart_look.py",
    "miniature.py",
    "search_index.py",  # an amount as typed, in Decimal
    "swimlane_layout.py",
    "text_metrics.py",
    "standalone_pictures.py",
    "svg_sanitiser.py",
    "rounding.py",
}
OF_NO_DATA |= {
    "pictures.py",
    "chart_sizes.py",
    "choices.py",
    "parameters.py",
    "sweep_run.py",
    "chapters.py",
    "conflicts.py",
}


def calls(path, *names):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in names:
            yield node


def test_nothing_but_rounding_rounds():
    """round, .round and {value:.1f} take what the last bit makes of a tie."""
    places = []
    for path in CODE:
        places += [(path.name, node.lineno) for node in calls(path, "round")]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.FormattedValue)
                and node.format_spec
                and ast.unparse(node.format_spec).rstrip("'")[-1] in "fge%"
            ):
                places.append((path.name, node.lineno))
    assert [place for place in places if place[0] not in OF_NO_DATA] == []


def test_sorts_by_one_column_are_stable():
    """numpy sorts in other steps where a processor has other instructions: equal values come in another order."""
    places = []
    for path in CODE:
        for node in calls(path, "sort_values"):
            by_list = bool(node.args) and isinstance(node.args[0], ast.List | ast.Name)
            several = by_list or "DatetimeIndex" in ast.unparse(node.func)
            if not several and not any(word.arg == "kind" for word in node.keywords):
                places.append((path.name, node.lineno))
    assert places == []
