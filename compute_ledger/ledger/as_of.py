"""What the public knew on a given day: the ledger as it would have stood then."""

import datetime
from typing import Any

import pandas as pd

from compute_ledger.ledger.tables.problems import LedgerError, shown
from compute_ledger.shared.text import iso_day

Frames = dict[str, pd.DataFrame]
OVER = ("superseded", "cancelled")
VINTAGES = ("first_published", "revised_2024")


def as_of_day(as_of: str | datetime.date, frames: Frames) -> pd.Timestamp:
    """The day that `as_of` names; `latest` is the newest day on which anything in `frames` became known or ended."""
    if isinstance(as_of, str) and as_of == "latest":
        return max(day for frame in frames.values() for day in _days_of_knowledge(frame))
    return pd.Timestamp(_parsed(as_of)).as_unit("us")


def _days_of_knowledge(frame: pd.DataFrame) -> list[pd.Timestamp]:
    newest = [frame[column].max() for column in ("known_on", "ended_on") if column in frame]
    return [day for day in newest if pd.notna(day)]


def _parsed(as_of: Any) -> datetime.date:
    if isinstance(as_of, datetime.date) and not pd.isna(as_of):
        if isinstance(as_of, datetime.datetime) and as_of != datetime.datetime.combine(as_of, datetime.time()):
            raise LedgerError(f"as_of {as_of.isoformat()} is a moment; give a day, such as {as_of:%Y-%m-%d}")
        return datetime.date(as_of.year, as_of.month, as_of.day)
    try:
        day = iso_day(as_of) if isinstance(as_of, str) else None
    except ValueError as fault:
        raise LedgerError(
            f"as_of {shown(as_of)} is not a day of the calendar ({fault}); "
            "write an existing day as YYYY-MM-DD, or 'latest'"
        ) from None
    if day is not None:
        return day
    value = shown(as_of) if isinstance(as_of, str) else f"{as_of!r:.60}"
    raise LedgerError(f"as_of {value} is not a date; write YYYY-MM-DD, such as 2025-11-07, or 'latest'")


def known_by(frames: Frames, day: pd.Timestamp) -> Frames:
    """`frames` without the rows that became known after `day`, and without the ends that came after it.

    Deals that ended later get back the status they had; regimes and ties that ended later have no `until`.
    """
    known_frames = {
        name: frame[frame["known_on"] <= day].reset_index(drop=True) if "known_on" in frame else frame
        for name, frame in frames.items()
    }
    deals = known_frames["deals"]
    known_frames["deals"] = reopened(deals, deals["ended_on"] > day)
    for name in ("regimes", "ties"):
        known_frames[name] = known_frames[name].assign(
            until=known_frames[name]["until"].where(known_frames[name]["until"] <= day)
        )
    return known_frames


def reopened(deals: pd.DataFrame, rows: "pd.Series[bool]") -> pd.DataFrame:
    return deals.assign(
        ended_on=deals["ended_on"].mask(rows),
        status=deals["status"].mask(rows, deals["status_before"]),
        status_before=deals["status_before"].mask(rows),
    )


def with_standing(deals: pd.DataFrame, admitted: "pd.Series[bool]") -> pd.DataFrame:
    """The deals with a column `standing`: not ended, not cancelled, not replaced by an admitted deal.

    A deal that only deals below the grade asked for have superseded stands as it did before: those who do not
    admit the replacement cannot count it, and would otherwise count neither.
    """
    replaced = deals["deal_id"].isin(_replaced_by(deals, deals.loc[admitted, "deal_id"]))
    by_unadmitted = deals["deal_id"].isin(deals.loc[~admitted, "replaces"]) & (deals["status"] == "superseded")
    deals = reopened(deals, by_unadmitted & ~replaced)
    standing = deals["ended_on"].isna() & ~deals["status"].isin(OVER) & ~replaced
    return deals.assign(standing=standing)


def _replaced_by(deals: pd.DataFrame, deal_ids: pd.Series) -> set[str]:
    """All deals that `deal_ids` replace, directly or through others."""
    replaces = deals.set_index("deal_id")["replaces"].dropna()
    replaced_ids: set[str] = set()
    ahead = set(replaces[replaces.index.isin(deal_ids)])
    while ahead:
        replaced_ids |= ahead
        ahead = {replaces[deal] for deal in ahead if deal in replaces.index} - replaced_ids
    return replaced_ids


def newest_vintages(frame: pd.DataFrame, series: list[str]) -> pd.DataFrame:
    """Of each quarter the newest vintage: one row for each of `series` and quarter, in that order.

    `series_break` is also set where the vintage is another one than in the quarter before in the series.
    Years (2025FY) are a series apart from quarters.
    """
    rank = frame["vintage"].map({vintage: place for place, vintage in enumerate(VINTAGES)})
    newest = frame.assign(rank=rank, yearly=frame["quarter"].str.endswith("FY"))
    newest = newest.sort_values([*series, "yearly", "quarter", "known_on", "rank"], kind="stable")
    newest = newest.drop_duplicates([*series, "quarter"], keep="last").reset_index(drop=True)
    previous_vintage = newest.groupby([*series, "yearly"], sort=False)["vintage"].shift()
    vintage_changes = previous_vintage.notna() & (previous_vintage != newest["vintage"])
    return newest.assign(series_break=newest["series_break"] | vintage_changes).drop(columns=["rank", "yearly"])
