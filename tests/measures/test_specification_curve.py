"""The specification curve: every combination, what is folded, and how far each choice alone moves the index."""

import pandas as pd
import pytest

from compute_ledger.ledger import load
from compute_ledger.ledger.grades import GRADES
from compute_ledger.measures import commitments, concentration
from compute_ledger.measures import specification_curve as m
from compute_ledger.measures.commitments import buyer_deals
from tests.chapters import ROOT
from tests.measures.test_commitments import ledger_rows

DAY = pd.Timestamp("2026-06-30")
PLAIN = {
    "perimeter": "firm",
    "basis": "headline",
    "overlaps": "count_parts",
    "level": "counterparty",
    "grade": "C",
}


@pytest.fixture(scope="module")
def real() -> dict[str, pd.DataFrame]:
    return {grade: buyer_deals(load(ROOT / "data", DAY, grade).deals, "OpenAI")[1] for grade in GRADES}


@pytest.fixture(scope="module")
def every(real) -> pd.DataFrame:
    return m.combinations(real, DAY)


def at(specifications: pd.DataFrame, **choices: str) -> pd.Series:
    """The one specification with the plain choices but for those given."""
    options = PLAIN | choices
    (row,) = [row for _, row in specifications.iterrows() if all(row[name] == options[name] for name in options)]
    return row


def test_two_suppliers_worked_on_paper():
    # 60 over 6 years and 40 over 2 years: shares 0.6 and 0.4 as headlines, 10 and 20 a year.
    deals = ledger_rows(
        {"amount_usd_bn": 60, "term_years": 6},
        {"amount_usd_bn": 40, "term_years": 2, "counterparty": "Beta", "layer": "chips"},
    )
    rows = m.combinations({"C": deals}, DAY)
    assert len(rows) == 3 * 3 * 3 * 3
    assert at(rows)["hhi"] == pytest.approx(10_000 * (0.6**2 + 0.4**2))
    yearly = at(rows, basis="annualised")
    assert yearly["hhi"] == pytest.approx(10_000 * ((1 / 3) ** 2 + (2 / 3) ** 2))
    assert (yearly["leader"], yearly["suppliers"]) == ("Beta", 2)
    assert yearly["leader_share_pct"] == pytest.approx(200 / 3)
    # The group is Alpha for both, the layers are two.
    assert at(rows, level="group")["hhi"] == 10_000
    assert at(rows, level="layer")["hhi"] == pytest.approx(5_200)


@pytest.mark.parametrize("seed", range(6))
def test_each_combination_is_what_the_chapter_computes_for_it(real, every, seed):
    row = every.sample(1, random_state=seed).iloc[0]
    counted = commitments.payables(
        real[row["grade"]], DAY, perimeter=row["perimeter"], basis=row["basis"], overlaps=row["overlaps"]
    )
    suppliers = commitments.by_supplier(counted, row["level"])
    assert row["hhi"] == pytest.approx(concentration.hhi(suppliers["counted"]))
    assert (row["leader"], row["suppliers"]) == (suppliers["supplier"][0], len(suppliers))


def test_all_combinations_of_the_ledger_have_an_amount(every):
    assert len(every) == 3 * 3 * 3 * 3 * len(GRADES)
    assert not every[m.CHOICES].duplicated().any()


def test_at_a_stricter_grade_only_deals_with_a_good_source_count(every):
    # All five suppliers have a source of grade A-: since Cerebras' prospectus is read, its 20 too.
    squares, total = 300**2 + 250**2 + 138**2 + 22.4**2 + 20**2, 300 + 250 + 138 + 22.4 + 20
    assert at(every)["hhi"] == pytest.approx(10_000 * squares / total**2)
    assert at(every, grade="A-")["hhi"] == pytest.approx(10_000 * squares / total**2)
    # Microsoft's filing alone is of grade A.
    assert at(every, grade="A")["hhi"] == 10_000


def test_scale_changes_no_specification(real, every):
    amounts = ["amount_usd_bn", "amount_low_usd_bn", "amount_high_usd_bn"]
    scaled = {grade: deals.assign(**{name: deals[name] * 7.3 for name in amounts}) for grade, deals in real.items()}
    after = m.combinations(scaled, DAY)
    assert after["hhi"].tolist() == pytest.approx(every["hhi"].tolist())


@pytest.mark.parametrize("deals", [ledger_rows({"amount_usd_bn": None}), ledger_rows({}).iloc[:0]])
def test_without_amounts_there_is_no_specification(deals):
    every = m.combinations({"C": deals}, DAY)
    assert every.empty
    assert m.priced_deals({"C": deals}, DAY).empty


def test_all_letters_of_intent_count_only_as_announced():
    deals = ledger_rows({"kind": "letter_of_intent"}, {"kind": "letter_of_intent", "counterparty": "Beta"})
    every = m.combinations({"C": deals}, DAY)
    assert set(every["perimeter"]) == {"announced"}


def test_priced_deals_name_those_that_count_at_any_grade(real):
    names = set(m.priced_deals(real, DAY)["deal_id"])
    assert {"cerebras-2026-04", "stargate-2025-01", "coreweave-2025-09-total", "aws-2026-02-added"} <= names
    assert "cerebras-2026-01" not in names
    assert "google-cloud-2025-05" not in names
