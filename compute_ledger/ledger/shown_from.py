"""From which day on a page counts as read: the one rule for pages dated to a month, to a year or not at all."""

import pandas as pd

from compute_ledger.ledger.leading_claims import SUPPORTING

Frames = dict[str, pd.DataFrame]


def published_by(published_on: pd.Series) -> "pd.Series[pd.Timestamp]":
    """The day by which a page was surely out: its own day, the last day of its month or year; NaT without a date.

    published_on: texts YYYY-MM-DD, YYYY-MM or YYYY, or missing.
    """
    length = published_on.str.len()
    day = pd.to_datetime(published_on.where(length == 10), format="%Y-%m-%d", errors="coerce")
    month = pd.to_datetime(published_on.where(length == 7), format="%Y-%m", errors="coerce") + pd.offsets.MonthEnd(0)
    year = pd.to_datetime(published_on.where(length == 4), format="%Y", errors="coerce") + pd.offsets.YearEnd(0)
    return day.fillna(month).fillna(year).astype("datetime64[us]")


def claims_shown_from(frames: Frames, keys: dict[str, str]) -> "pd.Series[pd.Timestamp]":
    """Of each claim, by `claim_id`, the first day on which the ledger can show it.

    A dated page: the day of `published_by`, or the newest day on which a row became known where its month or year is
    not over by then: it had been read. An undated page: the day of the first dated page that supports the same
    row, else the day on which that row became known; of several rows the earliest. A claim without a page's date and
    without a row: the newest day of the ledger, as nothing shows that it was known before.

    frames: the whole ledger, of all days. keys: the primary key of each table whose rows rest on claims.
    """
    claims, sources = frames["claims"], frames["sources"].set_index("source_id")
    published = sources["published_on"]
    newest = max(frames[name]["known_on"].max() for name in keys)
    out = published_by(published)
    out = out.mask(out.gt(newest) & published.str.len().lt(10), newest)
    dated = claims["source_id"].map(out)
    by_claim = pd.Series(dated.to_numpy(), index=claims["claim_id"])
    rows = _rows_shown_from(frames, keys, by_claim)
    links = frames["evidence"]
    of_row = pd.Series((links["table"] + "/" + links["row_id"]).map(rows).to_numpy(), index=links["claim_id"])
    earliest = of_row.groupby(level=0).min()
    undated = by_claim.index.to_series().map(earliest)
    return by_claim.fillna(undated).fillna(max(rows.max(), by_claim.max()))


def _rows_shown_from(
    frames: Frames, keys: dict[str, str], by_claim: "pd.Series[pd.Timestamp]"
) -> "pd.Series[pd.Timestamp]":
    """Of each row, by table/key, the day of its first dated supporting page, else the day it became known."""
    links = frames["evidence"][frames["evidence"]["role"].isin(SUPPORTING)]
    days = pd.Series(links["claim_id"].map(by_claim).to_numpy(), index=links["table"] + "/" + links["row_id"])
    first_page = days.groupby(level=0).min()
    known_on = pd.concat(
        pd.Series(frames[name]["known_on"].to_numpy(), index=name + "/" + frames[name][key])
        for name, key in keys.items()
    )
    return first_page.reindex(known_on.index).fillna(known_on)


def sources_shown_from(claims: pd.DataFrame, shown_from: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    """Of each source, by `source_id`, the first day on which the ledger can show one of its claims."""
    return claims["claim_id"].map(shown_from).groupby(claims["source_id"]).min()
