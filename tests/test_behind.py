"""What rows of the ledger and conflicts are called, and links from figures to the rows that they rest on."""

import pytest

from compute_ledger.exhibits.evidence import conflict_charts
from compute_ledger.exhibits.evidence_links import ROWS, links
from compute_ledger.ledger import load

from .chapters import ROOT

LEDGER = load(ROOT / "data")


def called(table, *keys):
    key = ROWS[table][0]
    rows = LEDGER.tables[table].set_index(key, drop=False).loc[list(keys)]
    return [link["text"] for link in links({table: rows})]


@pytest.mark.parametrize(
    ("table", "row", "text"),
    [
        ("deals", "oracle-2025-09", "Oracle $300bn"),
        ("deals", "microsoft-2026-04", "Microsoft: Licence no longer exclusive; any cloud allowed"),
        ("deals", "stargate-uk-2025-09", "Stargate UK"),
        ("ties", "openai-owns-amd", "OpenAI, stake in AMD, not firm"),
        ("ties", "openai-lends-cerebras", "OpenAI lends to Cerebras, $1bn"),
        ("ties", "coreweave-earns-from-microsoft-2023", "CoreWeave earns from Microsoft, 35%"),
        ("market_size", "omdia-canalys-2017q3", "Q3 2017"),
        ("regimes", "microsoft-exclusive", "Azure only"),
    ],
)
def test_a_row_is_called_by_what_a_reader_knows_it_by(table, row, text):
    assert called(table, row) == [text]


def test_rows_called_the_same_are_told_apart():
    shares = ("synergy-2025q4-aws", "omdia-canalys-2025q4-aws", "synergy-2025q3-aws")
    assert called("market_shares", *shares) == [
        "AWS Q4 2025 (Synergy Research Group)",
        "AWS Q4 2025 (Canalys, now Omdia)",
        "AWS Q3 2025",
    ]


def test_a_deal_that_promises_nothing_has_no_amount():
    free = LEDGER.deals.loc[LEDGER.deals["amount_usd_bn"].eq(0), "deal_id"]
    assert len(free)
    assert not any("$0" in text for text in called("deals", *free))


@pytest.mark.parametrize("table", ROWS)
def test_no_two_rows_of_a_table_have_the_same_name(table):
    texts = called(table, *LEDGER.tables[table][ROWS[table][0]])
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize(
    ("subject", "metric", "label"),
    [
        ("aws", "revenue", "AWS, revenue (2025)"),
        ("oracle-2025-09", "start_year", "Oracle cloud contract, start year"),
        ("openai", "revenue_share_to_microsoft", "OpenAI, revenue share to Microsoft (2025)"),
        ("synergy-2025q1-aws", "share", "Synergy Research Group: AWS, share (Q1 2025)"),
        ("omdia-canalys-2018fy-aws", "share", "Canalys, now Omdia: AWS, share (2018)"),
        ("synergy-2023q1", "yoy_growth", "Synergy Research Group, year-over-year growth (Q1 2023)"),
        ("coreweave", "debt", "CoreWeave, debt (March 2025)"),
    ],
)
def test_a_conflict_is_called_by_words(subject, metric, label):
    found = conflict_charts.all_conflicts(LEDGER)
    assert found.loc[(found["subject"] == subject) & (found["metric"] == metric), "label"].unique() == [label]
