"""The deals of a ledger on every day at once: what `load` would give on each day on which it gives something else."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from compute_ledger.ledger.as_of import reopened, with_standing
from compute_ledger.ledger.evidence import links_on, ranked_links
from compute_ledger.ledger.grades import GRADES, admitted_grades
from compute_ledger.ledger.leading_claims import SUPPORTING
from compute_ledger.ledger.load import whole_ledger
from compute_ledger.ledger.shown_from import claims_shown_from

NAMES_OF_DEALS = ("deal_id", "part_of", "replaces")
APART = " on "


@dataclass(frozen=True, eq=False)
class DaysOfLedger:
    """What was known on each of the `days`, from sources of each lowest grade.

    deals, financials: grain a row, day and lowest grade, in the order of the files; columns of the files, `day`,
    `min_grade` and `row` (place in the file). Of `deals` also `standing`, and `deal` (its id): `deal_id`, `part_of`
    and `replaces` name the deal as it was known on that day from sources of that grade, so that what goes by these
    names sees every day and grade for itself.
    """

    days: pd.DatetimeIndex
    deals: pd.DataFrame
    financials: pd.DataFrame


def days_of_ledger(folder: Path, until: pd.Timestamp, metrics: Collection[str]) -> DaysOfLedger:
    """All deals and the financials of some `metrics`, on every day up to `until` that changes any of them.

    Raises `LedgerError` as `load` does.
    """
    whole, keys = whole_ledger(folder)
    frames = {"deals": whole["deals"], "financials": whole["financials"]}
    frames["financials"] = frames["financials"][frames["financials"]["metric"].isin(metrics)]
    shown_from = claims_shown_from(whole, keys)
    evidence = whole["evidence"]
    of_frames = [
        evidence["table"].eq(name) & evidence["row_id"].isin(frame[keys[name]]) for name, frame in frames.items()
    ]
    links = ranked_links({**whole, "evidence": evidence[of_frames[0] | of_frames[1]]})
    changes = _changes(links, whole["claims"], shown_from, frames, keys)
    best = _best_grade(links, whole["claims"], shown_from, changes)
    known_days = pd.DatetimeIndex(changes["day"].drop_duplicates().sort_values())
    known_days = known_days[known_days <= until]
    by_day = {name: _by_day(frame, name, keys[name], best, known_days) for name, frame in frames.items()}
    return DaysOfLedger(known_days, _standing(by_day["deals"]), by_day["financials"][by_day["financials"]["admitted"]])


def _changes(
    links: pd.DataFrame,
    claims: pd.DataFrame,
    shown_from: pd.Series,
    frames: Mapping[str, pd.DataFrame],
    keys: Mapping[str, str],
) -> pd.DataFrame:
    """Grain: a row of the ledger (`table`, `row_id`) and a `day` on which it, or what it rests on, changes."""
    value_date = claims.set_index("claim_id")["value_date"]
    parts = [links[["table", "row_id"]].assign(day=links["claim_id"].map(days)) for days in (shown_from, value_date)]
    for name, frame in frames.items():
        for column in [column for column in ("known_on", "ended_on") if column in frame]:
            parts.append(pd.DataFrame({"table": name, "row_id": frame[keys[name]], "day": frame[column]}))
    return pd.concat(parts).dropna(subset="day").drop_duplicates().sort_values("day", kind="stable")


def _best_grade(
    links: pd.DataFrame, claims: pd.DataFrame, shown_from: pd.Series, changes: pd.DataFrame
) -> pd.DataFrame:
    """`changes` with `place`: the best grade (0 first) of what may lead the row from that day on."""
    each = changes.merge(links, on=["table", "row_id"])
    each = each.assign(row_id=each["row_id"] + APART + each["day"].dt.strftime("%Y-%m-%d"))
    of_day = links_on(each, claims, shown_from, each["day"])
    leading = of_day[of_day["role"].isin(SUPPORTING) & of_day["rank"].notna()]
    place = leading.groupby(["table", "row_id"])["place"].min()
    names = pd.MultiIndex.from_arrays(
        [changes["table"], changes["row_id"] + APART + changes["day"].dt.strftime("%Y-%m-%d")]
    )
    return changes.assign(place=place.reindex(names).to_numpy())


def _by_day(frame: pd.DataFrame, name: str, key: str, best: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """The rows of `frame` that are known on each of the `days`, with `admitted` for each lowest grade."""
    rows = frame.assign(row=range(len(frame)))
    every = pd.DataFrame({"day": days}).merge(rows, how="cross")
    every = every[every["known_on"] <= every["day"]].sort_values("day", kind="stable")
    best = best.loc[best["table"] == name, ["row_id", "day", "place"]].fillna({"place": len(GRADES)})
    every = pd.merge_asof(every, best.rename(columns={"row_id": key}), on="day", by=key)
    by_grade = [
        every.assign(min_grade=grade, admitted=every["place"] < len(admitted_grades(grade))) for grade in GRADES
    ]
    return pd.concat(by_grade, ignore_index=True).drop(columns="place")


def _standing(deals: pd.DataFrame) -> pd.DataFrame:
    """The admitted rows, each as it stood on its day."""
    here = APART + deals["day"].dt.strftime("%Y-%m-%d") + " from " + deals["min_grade"]
    deals = deals.assign(deal=deals["deal_id"], **{name: deals[name] + here for name in NAMES_OF_DEALS})
    deals = with_standing(reopened(deals, deals["ended_on"] > deals["day"]), deals["admitted"])
    return deals[deals["admitted"]].drop(columns="admitted").reset_index(drop=True)
