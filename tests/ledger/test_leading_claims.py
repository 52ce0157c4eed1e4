"""Which claim leads a row, and how far its figure is open: worked by hand, then demanded of the ledger itself."""

import numpy as np
import pandas as pd
import pytest

from compute_ledger.ledger import load
from compute_ledger.ledger.grades import GRADES
from compute_ledger.ledger.leading_claims import LEADING, best_first, graded_links, row_intervals
from compute_ledger.ledger.ledger_check import check_folder
from tests.chapters import ROOT
from tests.ledger_copy import add_row, copy_ledger, set_cells

SOURCES = pd.DataFrame(
    [
        ("filing", "A", "2025-10-28"),
        ("paper", "A-", "2025-10-29"),
        ("early", "A-", "2025-10"),
        ("outlet", "B", "2025-09"),
        ("undated", "B", None),
        ("mirror", "C", "2025-01-01"),
    ],
    columns=["source_id", "grade", "published_on"],
)
NONE_SETTLED = pd.DataFrame({"subject": [], "metric": []}, dtype="object")


def row_of_claims(*claims: tuple[str, str, float | None, float | None, float | None]) -> tuple[pd.DataFrame, ...]:
    """Evidence and claims of one deal from (source, role, value, low, high), the claims named as their sources."""
    frame = pd.DataFrame(claims, columns=["source_id", "role", "value", "low", "high"])
    numbers = frame[["value", "low", "high"]].astype("float64")
    frame = frame.assign(**numbers, claim_id=frame["source_id"], subject="deal", metric="amount", value_date=pd.NaT)
    links = frame[["claim_id", "role"]].assign(table="deals", row_id="deal")
    claims_frame = frame.drop(columns="role")
    return graded_links(links, claims_frame, SOURCES), claims_frame


@pytest.mark.parametrize(
    ("claims", "leader"),
    [
        ([("outlet", "headline", 5, None, None), ("filing", "supports", 5, None, None)], "filing"),
        # The last day of a month that is all we know of a date.
        ([("early", "headline", 5, None, None), ("paper", "supports", 5, None, None)], "paper"),
        ([("undated", "headline", 5, None, None), ("outlet", "supports", 5, None, None)], "outlet"),
        ([("paper", "headline", None, 4, 6), ("early", "supports", 5, None, None)], "early"),
        ([("paper", "derived", 5, None, None), ("early", "supports", 5, None, None)], "early"),
        ([("mirror", "headline", 5, None, None), ("filing", "conflicts", 6, None, None)], "mirror"),
    ],
    ids=["grade", "day", "undated last", "a figure before a range", "printed before derived", "not what conflicts"],
)
def test_the_best_graded_claim_comes_first(claims, leader):
    links, _ = row_of_claims(*claims)
    assert best_first(links)["claim_id"].iloc[0] == leader


def test_a_derived_figure_is_graded_as_the_weakest_of_its_parts():
    links, _ = row_of_claims(
        ("filing", "derived", 138, None, None),
        ("paper", "part", 100, None, None),
        ("outlet", "part", 38, None, None),
        ("mirror", "supports", 138, None, None),
    )
    assert links.set_index("claim_id")["grade"].to_dict() == {
        "filing": "B", "paper": "A-", "outlet": "B", "mirror": "C",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("claims", "settled", "interval"),
    [
        ([("paper", "headline", 300, 300, None)], False, (300, np.inf)),
        ([("paper", "headline", 100, None, 100)], False, (0, 100)),
        # Another page as good words the same figure as "over"; a weaker one opens nothing.
        ([("paper", "headline", 300, None, None), ("early", "supports", 300, 300, None)], False, (300, np.inf)),
        ([("paper", "headline", 300, None, None), ("outlet", "supports", 300, 300, None)], False, (300, 300)),
        # 100 instead of 138 on a grade C page is its own affair; on a grade B page it counts until it is settled.
        ([("outlet", "headline", 138, None, None), ("mirror", "conflicts", 100, None, None)], False, (138, 138)),
        ([("paper", "headline", 138, None, None), ("outlet", "conflicts", 100, None, None)], False, (100, 138)),
        ([("paper", "headline", 138, None, None), ("outlet", "conflicts", 100, None, None)], True, (138, 138)),
    ],
)
def test_a_weak_page_widens_no_interval(claims, settled, interval):
    links, claims_frame = row_of_claims(*claims)
    pairs = pd.DataFrame({"subject": ["deal"], "metric": ["amount"]}) if settled else NONE_SETTLED
    row = row_intervals(links, claims_frame, pairs).loc[("deals", "deal")]
    assert (row["low"], row["high"]) == interval


def test_in_the_ledger_the_best_graded_claim_leads_each_row():
    ledger = load(ROOT / "data")
    links = graded_links(ledger.evidence, ledger.claims, ledger.sources)
    first = best_first(links).drop_duplicates(["table", "row_id"])
    assert first["role"].isin(["headline", "derived"]).all()


@pytest.mark.parametrize(
    ("table", "row", "cells", "message"),
    [
        ("sources", "relay-2025-06", {"grade": "A", "published_on": "2025-02-01", "date_precision": "day"},
         "'nimbus-2025-02-amount-relay' comes first at that grade"),
        ("sources", "exemplar-2025-02-10", {"grade": "C"}, "'nimbus-2025-02-amount-relay' is better graded"),
        ("deals", "stratus-2025-05", {"amount_low_usd_bn": "36"}, "where the claims that count have 0"),
        ("claims", "anvil-2026-01-talks", {"high": "40"}, "is given though the print sets no upper end"),
        ("claims", "anvil-2026-01-talks", {"as_printed": "jusqu’à 30"}, "is given though the print sets no lower end"),
        ("claims", "anvil-2026-01-talks", {"as_printed": "plus de 30", "high": "40"}, "sets no upper end"),
        ("claims", "anvil-2026-01-talks", {"low": ""}, "is empty though the print sets a lower end"),
        ("claims", "stratus-2025-05-amount", {"high": ""}, "is empty though the print sets an upper end"),
        ("evidence", "deals,nimbus-2025-08,nimbus-2025-08-amount-article", {"role": "conflicts"},
         "is conflicts though the claim gives the figure that leads the row"),
        ("financials", "nimbus-revenue-2025Q3", {"known_on": "2025-12-01"},
         "'2025-12-01' is after 2025-11-20, by which a page that supports the row was out; take the day of that page"),
        ("market_shares", "synergy-2025Q3-nimbus", {"known_on": "2025-12-01"}, "'2025-12-01' is after 2025-11-20, by"),
    ],
)  # fmt: skip
def test_the_check_names_what_breaks_the_rules(tmp_path, table, row, cells, message):
    folder = copy_ledger(tmp_path)
    set_cells(folder, table, row, **cells)
    assert message in "\n".join(map(str, check_folder(folder, second_opinion=False)))


@pytest.mark.parametrize(
    ("page", "cells"),
    [
        ("2025-11-20", {"known_on": "2025-12-01", "is_projection": "yes"}),
        ("2025-11-20", {"known_on": "2025-12-01", "period_end": "2025-11-30"}),
        ("2025-12", {"known_on": "2025-12-31"}),
        ("", {"known_on": "2025-12-31"}),
    ],
    ids=["a plan", "a page before the period was over", "a month counts from its end", "an undated page"],
)
def test_a_row_may_become_known_after_such_a_page(tmp_path, page, cells):
    folder = copy_ledger(tmp_path)
    precision = {10: "day", 7: "month", 0: "unknown"}[len(page)]
    set_cells(folder, "sources", "surveyor-2025", published_on=page, date_precision=precision)
    set_cells(folder, "financials", "nimbus-revenue-2025Q3", **cells)
    lines = [str(problem) for problem in check_folder(folder, second_opinion=False)]
    assert not [line for line in lines if line.startswith("financials") and "by which a page" in line]


@pytest.mark.parametrize(
    ("low", "high", "is_too_close"), [("10.5", "11.5", False), ("11", "11.5", True), ("", "", True)]
)
def test_a_derived_figure_is_no_closer_than_its_part(tmp_path, low, high, is_too_close):
    """A share of a quarter derived from that of the quarter before, which is printed whole: 9.5 to 10.5."""
    folder = copy_ledger(tmp_path)
    row = "market_shares,synergy-2025Q2-cirrus,share-synergy-2025Q2-cirrus"
    set_cells(folder, "evidence", row, role="derived")
    set_cells(folder, "claims", "share-synergy-2025Q2-cirrus", low=low, high=high, as_printed="")
    link = {"table": "market_shares", "row_id": "synergy-2025Q2-cirrus", "claim_id": "share-synergy-2025Q1-cirrus"}
    add_row(folder, "evidence", **link, role="part")
    message = "with a closer interval than the part that it is derived from"
    assert (message in "\n".join(map(str, check_folder(folder, second_opinion=False)))) == is_too_close


def test_a_row_of_a_derived_figure_says_so():
    shares = load(ROOT / "data", "2026-07-01").market_shares.set_index("share_id")
    assert shares.loc["synergy-2022q2-microsoft", "derived"]
    assert not shares.loc["synergy-2023q2-microsoft", "derived"]


def test_each_derived_figure_has_the_prints_that_it_is_made_of():
    evidence = load(ROOT / "data").evidence
    roles = evidence.groupby(["table", "row_id"])["role"].agg(set)
    assert roles[roles.map(lambda of_row: "derived" in of_row and "part" not in of_row)].empty


def test_the_amount_of_a_tie_is_the_figure_of_the_claim_that_leads_it():
    ledger = load(ROOT / "data")
    leading = ledger.evidence[ledger.evidence["role"].isin(LEADING) & (ledger.evidence["table"] == "ties")]
    rows = leading.merge(ledger.claims, on="claim_id").merge(ledger.ties, left_on="row_id", right_on="tie_id")
    other = rows[rows["amount_usd_bn"].notna() & (rows["amount_usd_bn"] != rows["value"])]
    assert other["tie_id"].tolist() == []


def test_what_one_text_alone_quotes_is_a_source_of_its_own_below_the_page():
    sources = load(ROOT / "data").sources
    alone = sources[sources["licence_note"].str.contains("in one text alone", na=False)]
    pages = sources.set_index("url")["grade"]
    assert alone["url"].tolist() == sources.loc[sources["url"].str.endswith("#one-text", na=False), "url"].tolist()
    assert len(alone)
    for url, grade in zip(alone["url"], alone["grade"], strict=True):
        assert GRADES.index(grade) > GRADES.index(pages[url.removesuffix("#one-text")])
