"""Strength of the evidence behind figures, worked out by hand on three rows."""

import pandas as pd
import pytest

from compute_ledger.measures.evidence.evidence_strength import evidence_strength
from compute_ledger.measures.evidence.origins import origins

DAY = pd.Timestamp("2026-03-01")
ROWS = pd.DataFrame(
    {
        "figure": ["total", "total", "share", "unknown"],
        "table": ["deals", "deals", "deals", "deals"],
        "row_id": ["oracle", "aws", "aws", "lost"],
        "grade": ["A", "B", "B", "C"],
    }
)
EVIDENCE = pd.DataFrame(
    [
        ("deals", "oracle", "o1", "headline"),
        ("deals", "oracle", "o2", "supports"),
        ("deals", "oracle", "o3", "supports"),
        ("deals", "aws", "w1", "derived"),
        ("deals", "aws", "w2", "conflicts"),
    ],
    columns=["table", "row_id", "claim_id", "role"],
)
CLAIMS = pd.DataFrame(
    {
        "claim_id": ["o1", "o2", "o3", "w1", "w2"],
        "source_id": ["reuters", "mirror", "oracle", "letter", "late"],
        "as_printed": ["$300 billion", None, None, None, "100"],
    }
)
SOURCES = pd.DataFrame(
    {
        "source_id": ["reuters", "mirror", "oracle", "letter", "late"],
        "publisher": ["Reuters", "TechRadar (citing Reuters)", "PR Newswire / Oracle", "Some letter", "Bloomberg"],
        "published_on": ["2025-09", "2026-02-19", "2025", None, "2026-02-28"],
    }
)


@pytest.fixture(scope="module")
def strength():
    return evidence_strength(ROWS, EVIDENCE, CLAIMS, SOURCES, DAY).set_index("figure")


def test_the_weakest_row_counts_beside_the_best(strength):
    total = strength.loc["total"]
    assert (total["rows"], total["best_grade"], total["lowest_grade"]) == (2, "A", "B")
    assert (strength.loc["share", "best_grade"], strength.loc["share", "lowest_grade"]) == ("B", "B")


def test_pages_that_relay_one_text_are_one_origin(strength):
    """Reuters twice, Oracle and the letter; what contradicts a row bears nothing out."""
    assert strength.loc["total", ["origins", "fewest_origins"]].tolist() == [3, 1]
    assert strength.loc["share", "origins"] == 1


def test_age_is_that_of_the_newest_source_that_has_a_date(strength):
    assert strength.loc["total", "age_days"] == 10
    assert pd.isna(strength.loc["share", "age_days"])
    older = SOURCES.assign(published_on=["2025-09", None, "2025", None, None])
    months_old = evidence_strength(ROWS, EVIDENCE, CLAIMS, older, DAY).set_index("figure")
    assert months_old.loc["total", "age_days"] == (DAY - pd.Timestamp("2025-09-01")).days


def test_only_leading_claims_are_asked_whether_their_print_was_seen(strength):
    assert strength.loc["total", "seen_pct"] == pytest.approx(50)
    assert strength.loc["share", "seen_pct"] == 0


def test_a_row_whose_claims_are_not_there_has_a_grade_alone(strength):
    assert strength.loc["unknown", "lowest_grade"] == "C"
    assert strength.loc["unknown", ["origins", "age_days", "seen_pct"]].isna().all()
    assert evidence_strength(ROWS.iloc[:0], EVIDENCE, CLAIMS, SOURCES, DAY).empty


@pytest.mark.parametrize(
    ("publisher", "origin"),
    [
        ("TechRadar (citing Reuters)", "Reuters"),
        ("Reuters (copy on a mirror, citing Bloomberg)", "Bloomberg"),
        ("OpenAI (quoted copy)", "OpenAI"),
        ("The Next Web (citing FT) (quoted copy)", "Financial Times"),
        ("Outlook Series (reprint of the Synergy release)", "Synergy Research Group"),
        ("DNA India (AP)", "AP"),
        ("APA", "APA"),
        ("The AI Realist (newsletter)", "The AI Realist"),
    ],
)
def test_the_origin_is_the_one_that_is_cited(publisher, origin):
    assert origins(pd.Series([publisher])).tolist() == [origin]


def test_grades_of_rows_and_order_of_figures_are_kept():
    turned = evidence_strength(ROWS.iloc[::-1], EVIDENCE, CLAIMS, SOURCES, DAY)
    assert turned["figure"].tolist() == ["unknown", "share", "total"]
