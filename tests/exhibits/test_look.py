"""A first look at a frame: what is cut is counted, numbers are as the report prints them, codes are words."""

import pandas as pd
import pytest

from compute_ledger.exhibits import look
from compute_ledger.report.outputs.display import of_output
from tests.chapters import NOTEBOOKS, run_chapter

ROWS = pd.DataFrame(
    {
        "supplier": [f"<b>Supplier {number}</b>" for number in range(29)],
        "kind": ["letter_of_intent", "pays"] + ["contract"] * 27,
        "forms": [("equity", "credit")] + [()] * 28,
        "amount_usd_bn": [2.25, 300.0] + [float("nan")] * 27,
        "hhi": [1359.5] + [2000.0] * 28,
        "known_on": pd.Timestamp("2025-11-07"),
        "is_assumed": [True] + [False] * 28,
    }
)
LABELS = {"kind": "Kind", "forms": "As", "amount_usd_bn": "Amount, USD bn", "hhi": "HHI", "is_assumed": "Assumed"}
ANALYSED = [path.stem for path in NOTEBOOKS if path.stem not in ("index", "evidence", "method")]


def block(bundle):
    return of_output({"output_type": "execute_result", "data": bundle})


def shown(rows, *decimals, **columns):
    return block(look(rows, *decimals, **columns)._repr_mimebundle_())


def test_numbers_are_rounded_and_codes_are_words():
    heads, first, second = shown(ROWS.head(2), {"hhi": 0}, **LABELS)["lines"]
    assert heads == ["Kind", "As", "Amount, USD bn", "HHI", "Assumed"]
    assert first == ["letter of intent", "equity, credit", 2.3, 1360, "yes"]
    assert second == ["pays", None, 300.0, 2000, "no"]


@pytest.mark.parametrize(("rows", "size"), [(0, "0 rows"), (1, "1 row"), (10, "10 rows"), (29, "10 of 29 rows")])
def test_a_page_says_how_many_rows_there_are(rows, size):
    made = shown(ROWS.head(rows), **LABELS)
    assert made["size"] == size
    assert made["download"] == ("CSV of what is shown" if rows > 10 else "CSV")


def test_nothing_has_its_heads_and_a_column_that_is_not_there_is_a_fault():
    assert shown(pd.DataFrame(), **LABELS)["lines"] == [list(LABELS.values())]
    with pytest.raises(KeyError, match="suplier"):
        look(ROWS, suplier="Supplier")


def test_text_is_whole_and_no_html():
    long = ROWS.head(1).assign(supplier="<script>" + "long " * 30 + "end")
    made = shown(long, supplier="Supplier")
    assert "<script>" not in made["body"]
    assert made["lines"][1][0].endswith("long end")


@pytest.mark.parametrize("chapter", ANALYSED)
def test_an_analysis_shows_the_frames_it_rests_on(chapter):
    tables = [block(bundle) for bundle in run_chapter(chapter).values() if "text/html" in bundle]
    assert 1 <= len(tables) <= 5
    assert all(table["kind"] == "frame" and len(table["lines"]) > 1 for table in tables)
