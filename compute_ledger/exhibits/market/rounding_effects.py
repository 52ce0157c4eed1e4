"""Why three printed shares and their printed total need not add up: the arithmetic of rounding."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.finding import Finding
from compute_ledger.measures.market import market_estimates as measure
from compute_ledger.shared import rounding

TOO_FEW = "Fewer than three providers are named, so there is no sum to check."


def _added(leaders: pd.DataFrame) -> str:
    """'29 + 20 + 13'."""
    return " + ".join(formatting.number(value) for value in leaders["share_pct"])


def _span(low: float, high: float) -> str:
    return f"{formatting.number(low, 2)} and {formatting.number(high, 2)}"


def _or(totals: list[int]) -> str:
    listed = [str(total) for total in totals]
    return f"{', '.join(listed[:-1])} or {listed[-1]}" if len(listed) > 1 else listed[0]


def _may_be(possible: list[int]) -> str:
    if len(possible) == 1:
        return f"the total in whole percents can only be printed as {possible[0]}"
    return f"the total may therefore be printed as {_or(possible)}"


@rounding.inputs
def totals_finding(
    shares: pd.DataFrame,
    printed: pd.DataFrame,
    sizes: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    case: str,
    quarter: str,
) -> Finding:
    """The interval of the sum, what may be printed, who prints what, and which print tells more.

    `shares` of the quarter `case`; where this is not the chosen `quarter`, why. `printed` from `printed_totals` of
    `sizes`.
    """
    if len(shares) < measure.LEADERS:
        return Finding(name="totals", detail=TOO_FEW)
    leaders, top = shares.head(measure.LEADERS), rounding.plain(measure.top_k(shares))
    possible = measure.printable_totals(top["low_pct"], top["high_pct"])
    printed = printed[printed["quarter"] == case]
    sentences = [
        f"In {formatting.quarter(quarter)} the printed total is the sum of the printed shares; the newest quarter before it in which it is not is {formatting.quarter(case)}."
        if case != quarter
        else "",
        *(
            _who_prints(total, printed[printed["total_pct"] == total], top["share_pct"], possible, sources)
            for total in sorted(set(printed["total_pct"]))
        ),
        "" if len(printed) else "No page known then prints a total for it.",
        _tells_more(printed, top, possible),
    ]
    return Finding(
        name="totals",
        claim=f"The three largest shares of {formatting.quarter(case)}, {_added(leaders)}, make {formatting.number(top['share_pct'])}, and {_may_be(possible)}",
        detail=" ".join(filter(None, sentences)),
        rests_on={"market_shares": leaders, "market_size": sizes[sizes["size_id"].isin(printed["size_id"])]},
    )


def _who_prints(total: float, rows: pd.DataFrame, added: float, possible: list[int], sources: pd.DataFrame) -> str:
    if total == added:
        how = "is the sum of the printed shares"
    elif rounding.rounded(total, 0) in possible:
        how = "is what adding the unrounded shares first, and rounding the sum, can give"
    else:
        how = "does not fit the shares and must count something else"
    return f"{formatting.number(total)} ({formatting.cite(rows, sources, 1)}) {how}."


def _tells_more(printed: pd.DataFrame, top: dict[str, float], possible: list[int]) -> str:
    """What a total that is not the sum of rounded shares adds: a narrower interval."""
    fitting = printed[
        rounding.column(printed["total_pct"], 0).isin(possible) & printed["total_pct"].ne(top["share_pct"])
    ]
    low, high = max(top["low_pct"], fitting["low_pct"].max()), min(top["high_pct"], fitting["high_pct"].min())
    if fitting.empty or low >= high:
        return ""
    return f"With that total the three hold between {_span(low, high)}%."
