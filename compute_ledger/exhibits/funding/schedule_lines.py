"""When the contracts fall due: what published figures allow, the fitted path, and three conventions to compare."""

from typing import Any

import numpy as np
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.funding.money_words import PAY, SCHEDULE_NAMES, spread_words
from compute_ledger.exhibits.scope import Scope
from compute_ledger.measures import payment_schedule
from compute_ledger.measures.funding import peak
from compute_ledger.measures.payment_schedule import RAMPS
from compute_ledger.measures.payments.chosen_schedule import Schedules
from compute_ledger.measures.payments.schedule_family import schedule_family
from compute_ledger.measures.payments.sources_and_uses import growth_to_cover
from compute_ledger.shared import rounding

SLACK = 1e-6
NAMED_LIMITS = 3  # published figures that a sentence names; the table of the chapter has all


def nothing_due(as_of: pd.Timestamp) -> str:
    """The sentence in place of a chart."""
    return f"No amount was published of the contracts known on {formatting.day(as_of)}, so there is nothing to spread over years."


def own_figures(financials: pd.DataFrame) -> pd.Series:
    """What the buyer says that all computing of a year takes, USD bn by calendar year. `financials`: rows of it."""
    stated = financials[financials["metric"] == "compute_spend_target"]
    own = pd.Series(stated["value"].to_numpy(), stated["period_end"].dt.year.to_numpy(), dtype=float)
    return own[~own.index.duplicated(keep="last")]


def growth_needed(schedules: Schedules, earned: pd.DataFrame) -> pd.Series:
    """Growth of revenue needed each year for the chosen schedule, from revenue of the last whole year."""
    base = earned[earned["metric"] == "revenue"].tail(1)
    line = schedules.lines[schedules.chosen]
    if base.empty:
        return pd.Series(np.nan, index=line.index)
    return growth_to_cover(float(base["value"].iloc[0]), int(base["year"].iloc[0]), line)


@rounding.inputs
def dues_finding(schedules: Schedules, due: pd.DataFrame, points: pd.DataFrame, scope: Scope) -> Finding:
    """What falls due in the dearest year, what published figures allow and rule out. Frames as of the chart."""
    used = due[due["due_usd_bn"] > 0]
    if used.empty:
        return Finding(name="dues", detail=nothing_due(scope.as_of))
    line = schedules.lines[schedules.chosen]
    year, most = peak(line)
    total = float(used["due_usd_bn"].sum())
    sentences = [
        f"That is {formatting.about_usd(total)} of contracts, {spread_words(schedules)}.",
        *_bounds(schedules, due, points),
        _open(used),
    ]
    return Finding(
        name="dues",
        claim=f"{scope.buyer}'s contracts would take {formatting.about_usd(float(line.iloc[0]))} in {line.index[0]} and {formatting.about_usd(most)} in {year}, the most of the years up to {line.index[-1]}",
        detail=" ".join(filter(None, sentences)),
        rests_on={"deals": used, "financials": points},
    )


def _bounds(schedules: Schedules, due: pd.DataFrame, points: pd.DataFrame) -> list[str]:
    band = schedules.band
    if points.empty:
        return [
            "No figure was published that would bound it: any schedule over the terms is possible, and an even one is taken as the simplest."
        ]
    named = dict(zip(points["financial_id"], _point_words(points), strict=True))
    if not band.admissible:
        failing = formatting.names(named.get(point, point) for point in band.failing)
        return [f"No schedule of these contracts meets all published figures ({failing}), so an even one is taken."]
    years = band.years.set_index("year")
    second = years.index[1] if len(years) > 1 else years.index[0]
    broken = [
        f"{SCHEDULE_NAMES[ramp]} payments, with {words}"
        for ramp in RAMPS
        if (words := _breaking(due, ramp, band.points))
    ]
    return [
        f"The limits are {formatting.names((named.get(point, point) for point in band.points['point']), NAMED_LIMITS)}; they leave {formatting.about_usd_between(*years.loc[second, ['low_usd_bn', 'high_usd_bn']])} for {second}.",
        f"They rule out {'; '.join(broken)}." if broken else "",
    ]


def _point_words(points: pd.DataFrame) -> list[str]:
    words = {
        "compute_spend_target": "all computing in {year}",
        "compute_spend_target_cumulative": "all computing up to {year}",
        "revenue_guidance": "all that {entity} expects to earn in the year to {end}",
        "rpo_due": "all that falls due of {entity}'s backlog by {end}",
    }
    rows: list[Any] = list(points.itertuples())
    return [
        f"the mean duration of {row.entity}'s backlog, {formatting.number(row.value)} years in {row.period_end:%B %Y}"
        if row.unit == "years"
        else f"{formatting.usd_bn(row.value)} for {words[row.metric].format(year=row.period_end.year, entity=row.entity, end=f'{row.period_end:%B %Y}')}"
        if row.metric in words
        else f"{formatting.usd_bn(row.value)} of {formatting.metric(row.metric)} in {row.period_end.year}"
        for row in rows
    ]


def _breaking(due: pd.DataFrame, ramp: str, points: pd.DataFrame) -> str:
    """What a convention has in the span of each point whose upper bound it breaks, '' where it breaks none.

    The conventions are the paths with the exponents 1, 2 and 3.
    """
    family = schedule_family(due, "common", exponents=[RAMPS.index(ramp) + 1])
    sums: list[str] = []
    bounds: list[Any] = list(points.dropna(subset="high_usd_bn").itertuples())
    for point in bounds:
        start, end = payment_schedule.year_fraction(pd.Series([point.from_on, point.until_on + pd.Timedelta(days=1)]))
        supplier = None if pd.isna(point.counterparty) else point.counterparty
        amount = float(family.paid_between(start, end, supplier).ravel()[0])
        first, last = point.from_on.year, point.until_on.year
        span = str(first) if first == last else f"{first} to {last}"
        paid = formatting.about_usd(amount)
        paid = f"{paid} to {supplier}" if supplier else paid
        sums += [f"{paid} in {span}"] if amount > point.high_usd_bn + SLACK else []
    return formatting.names(sums) if sums else ""


def assumed_terms(used: pd.DataFrame) -> list[str]:
    """For how much of the amount no term is published, and what is assumed for it."""
    words = assumed_part(used)
    if not words:
        return []
    years = formatting.number(float(used.loc[used["term_assumed"], "years"].iloc[0]))
    return [PAY["terms"].format(years=years, **words)]


def assumed_part(used: pd.DataFrame) -> dict[str, str]:
    """`part` of the amount for which no term is published, and `names` of the suppliers; empty where all are."""
    guessed = used[used["term_assumed"]]
    if guessed.empty:
        return {}
    share = 100 * guessed["due_usd_bn"].sum() / used["due_usd_bn"].sum()
    return {"part": formatting.pct(share, 0), "names": formatting.names(guessed["counterparty"])}


def _open(used: pd.DataFrame) -> str:
    """Whose amounts are worded with an open upper end."""
    ends = used["amount_low_usd_bn"].notna() & used["amount_high_usd_bn"].isna()
    return (
        f"{formatting.names(used.loc[ends, 'counterparty'])} may come to more: the amount is worded as more than a figure."
        if ends.any()
        else ""
    )


@rounding.inputs
def left_finding(
    schedules: Schedules, totals: pd.DataFrame, unpriced: list[str], due: pd.DataFrame, scope: Scope
) -> Finding:
    """What the contracts leave of the buyer's own totals for computing, for deals without an amount.

    `totals`: rows of `financials`, totals up to a year, oldest first; `unpriced`: whose deals print no amount.
    """
    used = due[due["due_usd_bn"] > 0]
    if totals.empty or used.empty:
        return Finding(
            name="left",
            detail=f"{scope.buyer} had published no total for its computing up to a year, so what its contracts leave for other deals cannot be said.",
        )
    newest = totals.iloc[-1]
    taken, first, last = taken_of(schedules, newest)
    band = schedules.band.points.set_index("point")
    spread = ""
    if newest["financial_id"] in band.index and schedules.band.admissible:
        low, high = band.loc[newest["financial_id"], ["left_low_usd_bn", "left_high_usd_bn"]]
        spread = f"Over all schedules that break no published figure it is {formatting.about_usd_between(low, high)}."
    rest = float(newest["value"]) - taken
    sentences = [
        f"The contracts take {formatting.about_usd(taken)} from {first} to {last}, {spread_words(schedules)}.",
        spread,
        *_other_totals(schedules, totals.iloc[:-1]),
    ]
    to_whom = f" for {formatting.names(unpriced)}, whose deals print no amount" if unpriced else ""
    claim = (
        f"Of the {formatting.usd_bn(newest['value'])} that {scope.buyer} means to spend on computing up to {last}, its contracts leave {formatting.about_usd(rest)}{to_whom}"
        if rest >= 0
        else f"{scope.buyer}'s contracts exceed the {formatting.usd_bn(newest['value'])} that it means to spend on computing up to {last} by {formatting.about_usd(-rest)}"
    )
    return Finding(
        name="left",
        claim=claim,
        detail=" ".join(filter(None, sentences)),
        rests_on={"deals": used, "financials": totals},
    )


def taken_of(schedules: Schedules, total: pd.Series) -> tuple[float, int, int]:
    """What the chosen schedule takes from the year in which a total was said to the year up to which it runs."""
    first, last = int(total["known_on"].year), int(total["period_end"].year)
    rows = schedules.yearly
    return float(rows.loc[rows["year"].between(first, last), "due_usd_bn"].sum()), first, last


def _other_totals(schedules: Schedules, others: pd.DataFrame) -> list[str]:
    sentences = []
    for _, row in others.iterrows():
        rest = float(row["value"]) - taken_of(schedules, row)[0]
        name = "computing and infrastructure together" if row["metric"].startswith("infrastructure") else "computing"
        sentences.append(
            f"Of the {formatting.usd_bn(row['value'])} for {name} up to {row['period_end'].year} ({formatting.day(row['known_on'])}) "
            + (
                f"{formatting.about_usd(rest)} would be left."
                if rest >= 0
                else f"nothing would be left: the contracts exceed it by {formatting.about_usd(-rest)}."
            )
        )
    return sentences
