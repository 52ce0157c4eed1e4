"""What published points leave open of a payment schedule: a band by year, and one path within it."""

import functools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from compute_ledger.measures.payment_schedule import year_fraction
from compute_ledger.measures.payments.schedule_family import ScheduleFamily
from compute_ledger.shared import rounding

SLACK_USD_BN = 1e-6  # a thousand dollars: what rounding leaves of a sum
NEAR = 1e-4  # squared: deviations that differ by a hundredth of a printed figure count as equal


@dataclass(frozen=True)
class ScheduleBand:
    """The schedules of a family that meet all points.

    `years`: one row a calendar year; `low_usd_bn`, `high_usd_bn` over the admissible schedules, `fitted_usd_bn` of the
    fitted one (all missing where no schedule meets all points).
    `points`: one row a point, as given, with `least_usd_bn`, `most_usd_bn` (of all schedules of the family),
    `low_paid_usd_bn`, `high_paid_usd_bn`, `fitted_usd_bn` (of the admissible and the fitted), `left_low_usd_bn`,
    `left_high_usd_bn` (what the point's upper bound leaves for deals without an amount), `met_alone` (whether any
    schedule meets it), `met_by` (schedules that do) and `met_without` (schedules that meet all others). A point that
    bounds how far payments are away has no amounts.
    `ramps`: one row a group of contracts; `exponent_low`, `exponent_high`, `exponent_fitted`, and the same of `term`
    (years; missing where each contract's term is published).
    `schedules`, `admissible`: how many there are, and how many meet all points.
    """

    years: pd.DataFrame
    points: pd.DataFrame
    ramps: pd.DataFrame
    schedules: int
    admissible: int

    @property
    def failing(self) -> list[str]:
        """Why no schedule meets all points: those that none meets; else those without which some would; else all.

        Empty where some schedule meets all.
        """
        if self.admissible:
            return []
        for blamed in (~self.points["met_alone"], self.points["met_without"] > 0):
            if blamed.any():
                return list(self.points.loc[blamed, "point"])
        return list(self.points["point"])


def schedule_band(
    family: ScheduleFamily, points: pd.DataFrame, years: range | list[int], *, only_years: bool = False
) -> ScheduleBand:
    r"""The least and most that each year may take over all schedules that meet all points, and the fitted path.

    The fitted path is, among the admissible schedules that come within a hundredth as near to the printed values as
    any does, the one whose ramps are nearest to flat (then the first). `points` from `published_points`.
    Another point, or a narrower one, never widens the band. `only_years` is quicker and leaves `points` as given,
    without what is worked out of each, and `schedules` is how many were tried.

    Formula: $\min_s D_{t,s}$ to $\max_s D_{t,s}$ over the schedules $s$ with $l_k \le P_{k,s} \le h_k$ for every point
    $k$; fitted: $\min_s \sum_k (\frac{P_{k,s} - v_k}{v_k})^2$, with payments $D_{t,s}$ of year $t$, payments $P_{k,s}$
    of the span of point $k$ (or the mean wait for them, where it bounds that), its ends $l_k$ and $h_k$ and its printed
    value $v_k$
    In words: every schedule of the family is tried; those that break a published figure are dropped
    Reference: convention of this report
    """
    given = points
    if only_years:
        family, points = _narrowed(family, points)
    paid = [_paid(family, row) for row in points.itertuples()]
    is_met = [_is_met(family, row, amounts) for row, amounts in zip(points.itertuples(), paid, strict=True)]
    broken = sum((~met for met in is_met), np.zeros(family.shape, dtype=np.int16))
    admissible = broken == 0
    fitted = _nearest(family, points, paid, admissible)
    return ScheduleBand(
        _by_year(family, list(years), admissible, fitted),
        given if only_years else _of_points(points, paid, is_met, broken, fitted),
        _of_ramps(family, admissible, fitted),
        int(admissible.size),
        int(admissible.sum()),
    )


def _narrowed(family: ScheduleFamily, points: pd.DataFrame) -> tuple[ScheduleFamily, pd.DataFrame]:
    """The family without the ramps that break a point of their own supplier, and the points that are left to meet.

    As many of its schedules are admissible, and the same. Where ramps are not by supplier, family and points as given;
    where all ramps of a supplier break, one schedule that does.
    """
    contracts = family.contracts
    if not contracts["ramp_group"].eq(contracts["counterparty"]).all():
        return family, points
    own = points["counterparty"].isin(list(family.options)) & points["value_usd_bn"].isna()
    options = {}
    for supplier, choices in family.options.items():
        alone = ScheduleFamily(contracts[contracts["counterparty"] == supplier], {supplier: choices})
        bounds: list[Any] = list(points[own & points["counterparty"].eq(supplier)].itertuples())
        is_met = [_is_met(alone, point, _paid(alone, point)) for point in bounds]
        options[supplier] = choices[np.all(is_met, axis=0)] if is_met else choices
    if not all(map(len, options.values())):
        return replace(family, options={supplier: choices[:1] for supplier, choices in family.options.items()}), points
    return replace(family, options=options), points[~own]


def _paid(family: ScheduleFamily, point: Any) -> np.ndarray:
    """What each schedule pays in the span of a point, the last day included."""
    start, end = year_fraction(pd.Series([point.from_on, point.until_on + pd.Timedelta(days=1)]))
    return family.paid_between(start, end, None if pd.isna(point.counterparty) else point.counterparty)


def _is_met(family: ScheduleFamily, point: Any, paid: np.ndarray) -> np.ndarray:
    """Whether each schedule keeps to a point; one of durations is met where nothing is left to pay."""
    low, high, slack = point.low_usd_bn, point.high_usd_bn, SLACK_USD_BN
    if _is_duration(point):
        paid = rounding.array(family.mean_years_left(point.counterparty, point.until_on + pd.Timedelta(days=1)))
        low, high, slack = point.low_years, point.high_years, 0.0
    return ~(paid < low - slack) & ~(paid > high + slack)  # nothing lies beyond an end that is missing


def _is_duration(point: Any) -> bool:
    return bool(pd.notna(point.low_years) or pd.notna(point.high_years))


def _nearest(
    family: ScheduleFamily, points: pd.DataFrame, paid: list[np.ndarray], admissible: np.ndarray
) -> tuple[int, ...] | None:
    """Place of the admissible schedule that deviates least, or None."""
    if not admissible.any():
        return None
    off = np.zeros(family.shape)
    for amounts, value in zip(paid, points["value_usd_bn"], strict=True):
        if value > 0:
            relative = (amounts - value) / value
            off += relative * relative
    from_flat = functools.reduce(
        np.add.outer, (_from_flat(options[:, 0]) for options in family.options.values()), np.zeros(())
    )
    least = off[admissible].min()
    near = np.where(admissible & (off <= least + NEAR), from_flat, np.inf)
    return tuple(int(place) for place in np.unravel_index(int(near.argmin()), family.shape))


def _from_flat(exponents: np.ndarray) -> np.ndarray:
    """How far each ramp is from an even one: half and twice the exponent are equally far."""
    steepness = np.maximum(exponents, 1 / exponents) - 1
    return np.asarray(steepness * steepness)


def _by_year(
    family: ScheduleFamily, years: list[int], admissible: np.ndarray, fitted: tuple[int, ...] | None
) -> pd.DataFrame:
    rows = []
    for year in years:
        amounts = family.paid_between(year, year + 1)
        rows.append((year, *_ends(amounts, admissible), np.nan if fitted is None else float(amounts[fitted])))
    return pd.DataFrame(rows, columns=["year", "low_usd_bn", "high_usd_bn", "fitted_usd_bn"])


def _ends(amounts: np.ndarray, mask: np.ndarray) -> tuple[float, float]:
    kept = amounts[mask]
    return (float(kept.min()), float(kept.max())) if kept.size else (np.nan, np.nan)


def _of_points(
    points: pd.DataFrame,
    paid: list[np.ndarray],
    is_met: list[np.ndarray],
    broken: np.ndarray,
    fitted: tuple[int, ...] | None,
) -> pd.DataFrame:
    rows = [
        (
            float(amounts.min()),
            float(amounts.max()),
            *_ends(amounts, broken == 0),
            np.nan if fitted is None else float(amounts[fitted]),
            int(met.sum()),
            int((broken - ~met == 0).sum()),
        )
        for amounts, met in zip(paid, is_met, strict=True)
    ]
    names = ["least_usd_bn", "most_usd_bn", "low_paid_usd_bn", "high_paid_usd_bn", "fitted_usd_bn"]
    frame = pd.DataFrame(rows, columns=[*names, "met_by", "met_without"], index=points.index)
    is_duration = points["low_years"].notna() | points["high_years"].notna()
    frame[names] = frame[names].astype(float).mask(is_duration)
    return points.assign(
        **frame,
        met_alone=frame["met_by"] > 0,
        left_low_usd_bn=points["high_usd_bn"] - frame["high_paid_usd_bn"],
        left_high_usd_bn=points["high_usd_bn"] - frame["low_paid_usd_bn"],
    )


def _of_ramps(family: ScheduleFamily, admissible: np.ndarray, fitted: tuple[int, ...] | None) -> pd.DataFrame:
    ends = [f"{name}_{end}" for name in ("exponent", "term") for end in ("low", "high", "fitted")]
    rows = []
    for axis, (group, options) in enumerate(family.options.items()):
        possible = np.asarray(admissible.any(axis=tuple(place for place in range(admissible.ndim) if place != axis)))
        chosen = (np.nan, np.nan) if fitted is None else options[fitted[axis]].tolist()
        columns = zip(options.T, chosen, strict=True)
        rows.append((group, *(end for column, at in columns for end in (*_ends(column, possible), at))))
    return pd.DataFrame(rows, columns=["ramp_group", *ends])
