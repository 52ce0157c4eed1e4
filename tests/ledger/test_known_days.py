"""Where `known_on` comes from: dated pages, one day a release, and the rule for pages without a day."""

import datetime

import pandas as pd
import pytest

from compute_ledger.ledger.leading_claims import LEADING, SUPPORTING
from compute_ledger.ledger.shown_from import claims_shown_from, published_by, sources_shown_from
from compute_ledger.ledger.tables.schema import read_schema
from compute_ledger.ledger.tables.table_reader import read_table
from tests.structure import ROOT

KEYS = {"market_shares": "share_id", "market_size": "size_id", "financials": "financial_id"}
# Notes with these words tell that the figure does not come from the release of its quarter.
NOT_OF_THE_RELEASE = (
    r"[Dd]erived|[Ii]nferred|found only as restated|told with the next quarter|year of the page|one year later"
    r"|[Yy]ear-earlier figure|another edition|later article of the house"
)
# Releases of which the second round of facts amends some rows in the same week; to be emptied when they are in.
AMENDED = {
    ("omdia_canalys", "2025Q1"),
    ("omdia_canalys", "2025Q3"),
    ("omdia_canalys", "2025Q4"),
    ("synergy", "2025Q4"),
}
# The metric of the claims that print each column of a market row.
PRINTED_AS = {
    "market_shares": {"share_pct": "share"},
    "market_size": {
        "revenue_usd_bn": "market_revenue",
        "ttm_usd_bn": "ttm_revenue",
        "yoy_growth_pct": "yoy_growth",
        "top3_share_pct": "top3_share",
    },
}
# Deals that were announced before what the row gives of them was known, each for what its row or note says: a name, an
# amount or terms came with a later page. Of any other the announcement is the day on which the public knew.
ANNOUNCED_BEFORE_KNOWN = {
    "microsoft-equity",
    "sb-energy-2026-01-milam-leases",
    "anthropic-broadcom-2025-09",
    "anthropic-spacex-2026-05-fee",
    "anthropic-akamai-2026-05",
    "anthropic-amazon-2026-05",
    "anthropic-amazon-2026-05-loan",
    "microsoft-nscale-2025-10",
}
MOST_ASSUMED_PCT = 5
MOST_UNDATED_LEADS_PCT = 5
NEXT_MORNING = pd.Timedelta(days=1)  # what was said in public in the evening is in the papers of the day after


@pytest.fixture(scope="module")
def frames():
    schema = read_schema(ROOT / "data")
    return {name: read_table(ROOT / "data", table).frame for name, table in schema.tables.items()}


def test_no_signature_stands_as_an_announcement(frames):
    """Contracts are signed in silence and announced days after: a day before the public knew is one of a signature."""
    deals = frames["deals"]
    early = (deals["date_precision"] == "day") & (deals["announced_on"] < deals["known_on"])
    assert set(deals.loc[early, "deal_id"]) == ANNOUNCED_BEFORE_KNOWN


def day(text):
    return pd.Timestamp(text)


def test_a_month_counts_from_its_last_day_and_a_year_too():
    published = pd.Series(["2025-11-07", "2025-11", "2024-02", "2025", None], dtype="str")
    days = published_by(published)
    assert days[:4].tolist() == [day("2025-11-07"), day("2025-11-30"), day("2024-02-29"), day("2025-12-31")]
    assert pd.isna(days[4])


def test_a_month_that_is_not_over_counts_by_the_newest_day_of_the_ledger():
    """A page of March had been read by 10 March, where nothing in the ledger became known later."""
    frames = small_ledger()
    frames["deals"] = frames["deals"].assign(known_on=day("2025-03-10"))
    assert claims_shown_from(frames, {"deals": "deal_id"})["c1"] == day("2025-03-10")
    frames["deals"] = frames["deals"].assign(known_on=day("2025-04-10"))
    assert claims_shown_from(frames, {"deals": "deal_id"})["c1"] == day("2025-03-31")


def small_ledger():
    """One row with a dated and an undated page, one with an undated page alone, one claim without a row."""
    return {
        "sources": pd.DataFrame(
            {"source_id": ["dated", "undated", "alone", "rowless"], "published_on": ["2025-03", None, None, None]},
            dtype="str",
        ),
        "claims": pd.DataFrame(
            {"claim_id": ["c1", "c2", "c3", "c4"], "source_id": ["dated", "undated", "alone", "rowless"]}
        ),
        "evidence": pd.DataFrame(
            [("deals", "d1", "c1", "supports"), ("deals", "d1", "c2", "headline"), ("deals", "d2", "c3", "headline")],
            columns=["table", "row_id", "claim_id", "role"],
        ),
        "deals": pd.DataFrame({"deal_id": ["d1", "d2"], "known_on": [day("2025-01-15"), day("2025-06-01")]}),
    }


def test_an_undated_page_counts_from_the_first_dated_page_of_its_row_else_from_the_row():
    frames = small_ledger()
    shown = claims_shown_from(frames, {"deals": "deal_id"})
    assert shown.to_dict() == {
        "c1": day("2025-03-31"),
        "c2": day("2025-03-31"),
        "c3": day("2025-06-01"),
        "c4": day("2025-06-01"),  # the newest day of this ledger
    }
    assert sources_shown_from(frames["claims"], shown)["undated"] == day("2025-03-31")


@pytest.mark.parametrize("role", ["derived", "part"])
def test_the_pages_that_a_derived_figure_is_made_of_date_an_undated_one(role):
    frames = small_ledger()
    frames["evidence"].loc[0, "role"] = role
    assert claims_shown_from(frames, {"deals": "deal_id"})["c2"] == day("2025-03-31")


def test_a_page_against_a_row_dates_no_other_page():
    frames = small_ledger()
    frames["evidence"].loc[0, "role"] = "conflicts"
    assert claims_shown_from(frames, {"deals": "deal_id"})["c2"] == day("2025-01-15")


def dated_evidence(frames, table):
    """First and last day of each dated page and dated claim behind the rows of `table`, one line a link."""
    claims = frames["claims"].set_index("claim_id")
    links = frames["evidence"]
    links = links[(links["table"] == table) & links["role"].isin(SUPPORTING)]
    published = claims["source_id"].map(frames["sources"].set_index("source_id")["published_on"])
    last = published_by(published)
    pages = pd.DataFrame(
        {"first": last.where(published.str.len() == 10, last.dt.to_period("M").dt.start_time), "last": last}
    )
    pages["first"] = pages["first"].where(published.str.len() != 4, last.dt.to_period("Y").dt.start_time)
    claimed = claims["value_date"]
    ends = claimed + pd.offsets.MonthEnd(0)
    claimed = pd.DataFrame({"first": claimed, "last": claimed.where(claims["value_precision"] != "month", ends)})
    both = pd.concat([pages, claimed]).dropna()
    return links[["row_id", "claim_id"]].merge(both, left_on="claim_id", right_index=True)


@pytest.mark.parametrize("table", KEYS)
def test_a_printed_day_is_that_of_a_dated_page_of_the_row_or_its_release(frames, table):
    rows = frames[table].set_index(KEYS[table])
    printed = rows[rows["known_on_is"] == "printed"]
    evidence = pd.concat([dated_evidence(frames, name) for name in KEYS])
    releases = {
        key: (row["estimate"], row["quarter"])
        for name in ("market_shares", "market_size")
        for key, row in frames[name].set_index(KEYS[name]).iterrows()
    }
    evidence["release"] = evidence["row_id"].map(lambda key: releases.get(key, key))
    for key, row in printed.iterrows():
        days = evidence[(evidence["row_id"] == key) | (evidence["release"] == releases.get(key, key))]
        if releases.get(key) in AMENDED or re_told(row["note"]):
            continue
        fits = (days["first"] - NEXT_MORNING <= row["known_on"]) & (row["known_on"] <= days["last"])
        assert fits.any(), f"{key} is known on {row['known_on']:%Y-%m-%d}, of which no page speaks"


def re_told(note):
    return isinstance(note, str) and pd.Series([note]).str.contains(NOT_OF_THE_RELEASE).item()


def test_share_and_size_of_one_release_share_one_day(frames):
    columns = ["estimate", "vintage", "quarter", "known_on", "note"]
    rows = pd.concat([frames["market_shares"][columns], frames["market_size"][columns]])
    rows = rows[(rows["vintage"] == "first_published") & ~rows["note"].fillna("").str.contains(NOT_OF_THE_RELEASE)]
    for release, days in rows.groupby(["estimate", "quarter"])["known_on"]:
        assert release in AMENDED or (days == days.iloc[0]).all(), f"{release}: {sorted(set(days.dt.date))}"


def figures_of_a_later_day(frames, table, column, metric):
    """Rows whose figure only pages after their day print, where a page out by that day prints another."""
    rows = frames[table].set_index(KEYS[table])
    claims = frames["claims"].set_index("claim_id")
    links = frames["evidence"].query("table == @table").join(claims[["source_id", "metric", "value"]], on="claim_id")
    links = links[(links["metric"] == metric) & links["value"].notna()]
    published = links["source_id"].map(frames["sources"].set_index("source_id")["published_on"])
    figure, known_on = links["row_id"].map(rows[column]), links["row_id"].map(rows["known_on"])
    out, agrees = published_by(published) <= known_on, links["value"] == figure
    agrees_by_then = agrees & (out | published.isna())
    contradicted = set(links.loc[out & ~agrees & figure.notna(), "row_id"])
    return sorted((contradicted & set(links.loc[agrees, "row_id"])) - set(links.loc[agrees_by_then, "row_id"]))


@pytest.mark.parametrize(
    ("table", "column", "metric"),
    [(table, column, metric) for table, metrics in PRINTED_AS.items() for column, metric in metrics.items()],
)
def test_no_column_of_a_row_is_of_a_later_day_than_the_row(frames, table, column, metric):
    """Later pages may stand for a release that is not stored, but not against what was printed by then."""
    assert figures_of_a_later_day(frames, table, column, metric) == []


def test_a_figure_of_a_later_day_is_found(frames):
    """The share of 19 November 2025 in the row of the week of the release, as it stood before."""
    sizes, links = frames["market_size"].copy(), frames["evidence"].copy()
    sizes.loc[sizes["size_id"] == "synergy-2025q3", "top3_share_pct"] = 63
    links.loc[links["row_id"] == "synergy-2025q3-second", "row_id"] = "synergy-2025q3"
    older = frames | {"market_size": sizes, "evidence": links}
    # The undated page that prints 63 is a copy of the article, and counts from its day on.
    older["evidence"] = links[~links["claim_id"].str.startswith("fastforward-")]
    assert figures_of_a_later_day(older, "market_size", "top3_share_pct", "top3_share") == ["synergy-2025q3"]


def test_few_days_are_assumed(frames):
    is_assumed = pd.concat([frames[table]["known_on_is"] for table in KEYS]) == "assumed"
    assert 100 * is_assumed.mean() < MOST_ASSUMED_PCT


def test_few_leading_claims_are_undated(frames):
    links = frames["evidence"]
    leads = links.loc[links["role"].isin(LEADING), "claim_id"]
    sources = leads.map(frames["claims"].set_index("claim_id")["source_id"])
    published = sources.map(frames["sources"].set_index("source_id")["published_on"])
    assert 100 * published.isna().mean() < MOST_UNDATED_LEADS_PCT


def test_an_inferred_date_is_no_more_precise_than_its_note(frames):
    notes = frames["sources"]["licence_note"].fillna("")
    inferred = notes.str.extract(r"\b(day|month|year) inferred")[0].dropna()
    assert len(inferred)
    assert (frames["sources"]["date_precision"].reindex(inferred.index) == inferred).all()


def test_the_days_of_results_and_announcements(frames):
    """The days that two readers of the report found wrong, each as public record has it."""
    known = frames["financials"].set_index("financial_id")["known_on"].dt.date
    assert known["aws-revenue-2025q3"] == datetime.date(2025, 10, 30)
    assert known["microsoft-rpo-2025-09"] == datetime.date(2025, 10, 29)
    assert known["coreweave-revenue-2025q2"] == datetime.date(2025, 8, 12)
    deals = frames["deals"].set_index("deal_id")["announced_on"]
    first_cloud_after = deals["coreweave-2025-03"] - deals["microsoft-2025-01"]
    assert first_cloud_after.days == 48
