"""What of a ledger has aged by a day: rows that somebody should look at again, and what would renew each."""

from dataclasses import dataclass

import pandas as pd

from compute_ledger.ledger.evidence import SUPPORTING
from compute_ledger.ledger.load import Ledger

YEAR_DAYS, QUARTER_DAYS = 365, 92
WEAK_GRADES = ("B", "C")
COLUMNS = ["group", "table", "row_id", "age_days"]
# Each group: what is in it, and what renews a row of it.
GROUPS = {
    "old_claims": (
        f"newest claim older than {YEAR_DAYS} days",
        "add a claim of a younger page, or the end of the row",
    ),
    "old_run_rates": (
        f"run rates older than {QUARTER_DAYS} days",
        "add the run rate of a later month",
    ),
    "assumed_terms": (
        "deals in the firm sum without a published term",
        "find a page that prints the term, and fill term_years",
    ),
    "weak_amounts": (
        f"figures on one source of grade {' or '.join(WEAK_GRADES)}",
        "add a second claim, or the page that the source relays",
    ),
    "assumed_days": (
        "days that are assumed",
        "find a dated page, and set known_on and known_on_is",
    ),
}
KEYS = {
    "deals": "deal_id",
    "regimes": "regime_id",
    "market_shares": "share_id",
    "market_size": "size_id",
    "financials": "financial_id",
    "ties": "tie_id",
}
AMOUNTS = {
    "deals": "amount_usd_bn",
    "market_shares": "share_pct",
    "market_size": "revenue_usd_bn",
    "financials": "value",
    "ties": "amount_usd_bn",
}
RUN_RATE = "run_rate"
# What `payables` of the measures counts with its defaults; a test holds the two together.
COMPUTE_LAYERS = ("cloud", "chips", "data_centre")
FIRM_KINDS = ("contract", "reported_contract")
FIRM_STATUSES = ("in_force", "completed")


@dataclass(frozen=True)
class StaleRow:
    """One row of a ledger in one group of GROUPS. `age_days`: since its newest claim (old_claims, weak_amounts), since
    the end of its period (old_run_rates), else since it was known."""

    group: str
    table: str
    row_id: str
    age_days: int


def stale_rows(ledger: Ledger, day: pd.Timestamp) -> list[StaleRow]:
    """Rows of the `ledger` to renew on `day`, in the order of GROUPS, oldest first, then by table and id.

    A claim is as old as its source; a source dated to a month or year counts from its last day, an undated one from
    the day its row was known. Old claims are sought where a row still speaks of the present: deals, regimes and ties
    that stand, projections whose period has not ended, and the newest period of each series. What a closed period was
    needs no younger page. Of run rates the newest of each company counts.
    """
    newest_claim_days = {name: _newest_claim_days(ledger, name) for name in KEYS}
    frames = [
        *(_aged(ledger, "old_claims", name, _speaks_of(ledger, name, day), newest_claim_days[name]) for name in KEYS),
        _aged(ledger, "old_run_rates", "financials", _newest_run_rates(ledger), ledger.financials["period_end"]),
        _aged(ledger, "assumed_terms", "deals", _terms_assumed(ledger.deals), ledger.deals["known_on"]),
        *(_aged(ledger, "weak_amounts", name, _on_one_weak(ledger, name), newest_claim_days[name]) for name in AMOUNTS),
        *(_aged(ledger, "assumed_days", name, _days_assumed(ledger, name), _known_on(ledger, name)) for name in KEYS),
    ]
    # The days from which on a row is stale; a row that is stale at any age has none.
    limits = {"old_claims": YEAR_DAYS, "old_run_rates": QUARTER_DAYS}
    rows = pd.concat(frames, ignore_index=True)
    rows = rows.assign(age_days=(day - rows["since"]).dt.days.clip(lower=0))
    rows = rows[rows["age_days"] > rows["group"].map(limits).fillna(-1)]
    rows = rows.assign(place=rows["group"].map({group: place for place, group in enumerate(GROUPS)}))
    rows = rows.sort_values(["place", "age_days", "table", "row_id"], ascending=[True, False, True, True])
    return [StaleRow(*record) for record in rows[COLUMNS].itertuples(index=False, name=None)]


def _aged(
    ledger: Ledger, group: str, name: str, chosen: "pd.Series[bool]", since: "pd.Series[pd.Timestamp]"
) -> pd.DataFrame:
    """The chosen rows of a table with the day since which they age."""
    row_ids = ledger.tables[name].loc[chosen, KEYS[name]]
    return pd.DataFrame({"group": group, "table": name, "row_id": row_ids, "since": since[chosen]})


def _known_on(ledger: Ledger, name: str) -> "pd.Series[pd.Timestamp]":
    return ledger.tables[name]["known_on"]


def _newest_claim_days(ledger: Ledger, name: str) -> "pd.Series[pd.Timestamp]":
    """For each row of a table the day of the youngest source behind it."""
    links = ledger.evidence[(ledger.evidence["table"] == name) & ledger.evidence["role"].isin(SUPPORTING)]
    published = last_days(ledger.sources["published_on"]).set_axis(ledger.sources["source_id"])
    source_ids = links["claim_id"].map(ledger.claims.set_index("claim_id")["source_id"])
    newest = pd.Series(published.reindex(source_ids).to_numpy()).groupby(links["row_id"].to_numpy()).max()
    known_on = _known_on(ledger, name)
    return pd.Series(newest.reindex(ledger.tables[name][KEYS[name]]).to_numpy(), index=known_on.index).fillna(known_on)


def last_days(dates: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """The last day of each day, month or year (2025-11-07, 2025-11 or 2025); missing where there is no date."""
    texts = dates.fillna("")
    lengths = texts.str.len()
    days = pd.to_datetime(texts.where(lengths == 10), format="%Y-%m-%d")
    months = pd.to_datetime(texts.where(lengths == 7), format="%Y-%m") + pd.offsets.MonthEnd(0)
    years = pd.to_datetime(texts.where(lengths == 4), format="%Y") + pd.offsets.YearEnd(0)
    return days.fillna(months).fillna(years)


def _speaks_of(ledger: Ledger, name: str, day: pd.Timestamp) -> "pd.Series[bool]":
    """Rows about the present of `day`."""
    frame = ledger.tables[name]
    if name == "deals":
        return frame["standing"] & (frame["status"] != "completed")
    if name in ("regimes", "ties"):
        return frame["until"].isna() | (frame["until"] > day)
    if name == "financials":
        newest = frame["period_end"] == frame.groupby(["entity", "metric"])["period_end"].transform("max")
        return newest & (~frame["is_projection"] | (frame["period_end"] > day))
    quarters = frame["quarter"].str.replace("FY", "Q4")
    return quarters == quarters.groupby(frame["estimate"]).transform("max")


def _newest_run_rates(ledger: Ledger) -> "pd.Series[bool]":
    financials = ledger.financials
    is_run_rate = financials["metric"].eq(RUN_RATE) & ~financials["is_projection"]
    newest = financials["period_end"].where(is_run_rate).groupby(financials["entity"]).transform("max")
    return is_run_rate & (financials["period_end"] == newest)


def _terms_assumed(deals: pd.DataFrame) -> "pd.Series[bool]":
    """Deals with an amount in the firm sum and no term, without those of which parts are counted instead."""
    firm = deals["standing"] & deals["layer"].isin(COMPUTE_LAYERS) & deals["direction"].eq("buyer_pays")
    firm &= deals["kind"].isin(FIRM_KINDS) & deals["status"].isin(FIRM_STATUSES)
    parents = deals[firm].set_index("deal_id")["part_of"]
    priced = firm & deals["amount_usd_bn"].notna()
    above, ahead = set(), set(parents.reindex(deals.loc[priced, "deal_id"]).dropna())
    while ahead:
        above |= ahead
        ahead = set(parents.reindex(list(ahead)).dropna()) - above
    return priced & deals["term_years"].isna() & ~deals["deal_id"].isin(above)


def _on_one_weak(ledger: Ledger, name: str) -> "pd.Series[bool]":
    frame, links = ledger.tables[name], ledger.evidence
    links = links[(links["table"] == name) & links["role"].isin(SUPPORTING)]
    claim_counts = frame[KEYS[name]].map(links["row_id"].value_counts())
    return frame[AMOUNTS[name]].notna() & (claim_counts == 1) & frame["grade"].isin(WEAK_GRADES)


def _days_assumed(ledger: Ledger, name: str) -> "pd.Series[bool]":
    frame = ledger.tables[name]
    if "known_on_is" not in frame:
        return pd.Series(False, index=frame.index)
    return frame["known_on_is"] == "assumed"
