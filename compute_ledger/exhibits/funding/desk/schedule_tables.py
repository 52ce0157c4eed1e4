"""What the desk's script is given: payments by year for every term, revenue by year, and what sentences say of them."""

from typing import Any

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.funding.money_bars import no_path
from compute_ledger.exhibits.funding.money_words import PAY, SCHEDULE_LABELS
from compute_ledger.exhibits.funding.revenue_path import path_words
from compute_ledger.exhibits.funding.schedule_lines import assumed_part, taken_of
from compute_ledger.exhibits.scope import Scope
from compute_ledger.measures.funding import REVENUE_PATHS, covered_years, path_anchors, revenue_path
from compute_ledger.measures.payment_schedule import due_deals
from compute_ledger.measures.payments.chosen_schedule import FITTED, SCHEDULES, Schedules, all_schedules
from compute_ledger.shared import rounding
from compute_ledger.shared.choices import TERM_YEARS

Terms = dict[float, dict[str, Schedules]]


def by_term(deals: pd.DataFrame, limits: pd.DataFrame, scope: Scope) -> Terms:
    """All schedules by the name asked for, for the scope's term where none is published and every other whole year.

    One for all where every deal with an amount has a term of its own; arguments as of `desk`.
    """
    years = covered_years(scope.as_of)
    low, high = TERM_YEARS
    terms = [float(term) for term in range(low, high + 1)]
    if scope.default_term_years not in terms:
        terms = [scope.default_term_years]
    due = {term: due_deals(deals, scope.as_of, perimeter=scope.perimeter, default_term_years=term) for term in terms}
    first = due[terms[0]]
    if not first.loc[first["due_usd_bn"] > 0, "term_assumed"].any():
        return dict.fromkeys(terms, all_schedules(first, limits, years))
    return {term: all_schedules(rows, limits, years) for term, rows in due.items()}


def known_paths(points: pd.DataFrame, years: list[int]) -> dict[str, pd.Series]:
    """The revenue paths that can be had, USD bn by calendar year."""
    paths = {path: revenue_path(path_anchors(points, path), path, years) for path in REVENUE_PATHS}
    return {path: values for path, values in paths.items() if values.notna().any()}


@rounding.inputs
def schedule_data(
    terms: Terms,
    due: pd.DataFrame,
    limits: pd.DataFrame,
    points: pd.DataFrame,
    totals: pd.DataFrame,
    scope: Scope,
) -> dict[str, Any]:
    """Plain JSON for payments.js; `terms` from `by_term`, the rest as of `desk`."""
    used, years = due[due["due_usd_bn"] > 0], covered_years(scope.as_of)
    paths = known_paths(points, years)
    anchors = {path: path_anchors(points, path) for path in paths}
    return {
        "years": years,
        "terms": list(terms),
        "buyer": scope.buyer,
        "nothing": "" if len(used) else PAY["unknown"].format(buyer=scope.buyer, day=formatting.day(scope.as_of)),
        "revenue": {path: [None if pd.isna(value) else value for value in row] for path, row in paths.items()},
        "paths": {path: path_words(rows, path) for path, rows in anchors.items()},
        "rows": {path: formatting.graded(used, rows) for path, rows in anchors.items()},
        "no_path": {path: no_path(scope, path) for path in REVENUE_PATHS},
        "assumed": assumed_part(used),
        "is_bounded": len(limits) > 0,
        "spread": SCHEDULE_LABELS | ({FITTED: SCHEDULE_LABELS["flat"]} if limits.empty else {}),
        "total": _total(totals),
        "schedules": [_of_term(each, totals) for each in terms.values()],
    }


def _total(totals: pd.DataFrame) -> dict[str, Any] | None:
    """The buyer's newest total for computing."""
    if totals.empty:
        return None
    newest = totals.iloc[-1]
    return {"value": float(newest["value"]), "last": int(newest["period_end"].year)}


def _of_term(each: dict[str, Schedules], totals: pd.DataFrame) -> dict[str, Any]:
    """Payments by year under each schedule that there is, those up to the year of the newest total, and the band."""
    there_are = {name: each[name] for name in SCHEDULES if each[name].chosen == name}
    band = each[FITTED].band
    return {
        "lines": {name: schedules.lines[name].tolist() for name, schedules in there_are.items()},
        "taken": {
            name: taken_of(schedules, totals.iloc[-1])[0] for name, schedules in there_are.items() if len(totals)
        },
        "band": band.years[["low_usd_bn", "high_usd_bn"]].to_numpy().tolist() if band.admissible else None,
    }
