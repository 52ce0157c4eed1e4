"""A company's money by half-year, and what its own plans leave for costs that no plan names."""

import pandas as pd

HALF_METRICS = ("revenue", "total_costs", "operating_loss", "cash_burn")
HALF_COLUMNS = ["half", "item", "value_usd_bn", "made_of", "financial_ids"]
Known = tuple[float, tuple[str, ...]]  # an amount in USD bn and the rows that it comes from
Half = tuple[float, str, tuple[str, ...]]  # the same with what the half is made of between them
REPORTED, TWO_QUARTERS, DIFFERENCE = "reported", "two quarters", "year less first half"


def half_years(financials: pd.DataFrame, entity: str) -> pd.DataFrame:
    r"""Revenue, costs, losses and cash burn of one company by half-year, as far as its reported periods give them.

    A half that is reported leads, else the sum of its two quarters, else the year less the first half. Grain: half
    and item, oldest first. Columns: HALF_COLUMNS (`half` as 2025H1, `made_of` one of REPORTED, TWO_QUARTERS,
    DIFFERENCE, `financial_ids` tuple).

    Formula: $Q_1 + Q_2$, or $Y - H_1$, with quarters $Q$, year $Y$ and first half $H_1$
    Reference: arithmetic
    """
    rows = financials[financials["entity"].eq(entity) & financials["metric"].isin(HALF_METRICS)]
    rows = rows[rows["value"].notna() & ~rows["is_projection"]].sort_values(["known_on", "financial_id"])
    newest = rows.drop_duplicates(["metric", "period"], keep="last")
    known: dict[tuple[str, str], Known] = {
        (metric, period): (float(value), (row_id,))
        for metric, period, value, row_id in zip(
            newest["metric"], newest["period"], newest["value"], newest["financial_id"], strict=True
        )
    }
    years = sorted({period[:4] for _, period in known})
    halves = []
    for year in years:
        for item in HALF_METRICS:
            first = _half(known, item, year, "H1")
            second = _half(known, item, year, "H2") or _rest(known.get((item, year)), first)
            halves += [(f"{year}{name}", item, *half) for name, half in (("H1", first), ("H2", second)) if half]
    table = pd.DataFrame(halves, columns=HALF_COLUMNS)
    return table.sort_values("half", kind="stable", ignore_index=True)


def _half(known: dict[tuple[str, str], Known], item: str, year: str, half: str) -> Half | None:
    """A half as reported, or of its two quarters."""
    if (item, f"{year}{half}") in known:
        value, ids = known[item, f"{year}{half}"]
        return value, REPORTED, ids
    quarters = [known.get((item, f"{year}{name}")) for name in (("Q1", "Q2") if half == "H1" else ("Q3", "Q4"))]
    both = [quarter for quarter in quarters if quarter]
    if len(both) < len(quarters):
        return None
    return sum(value for value, _ in both), TWO_QUARTERS, tuple(row_id for _, ids in both for row_id in ids)


def _rest(year: Known | None, first: Half | None) -> Half | None:
    """The second half as what the year has beyond the first."""
    return None if year is None or first is None else (year[0] - first[0], DIFFERENCE, (*year[1], *first[2]))


def implied_other_costs(revenue_usd_bn: float, burn_usd_bn: float, computing_usd_bn: float) -> float:
    r"""What a company's plans leave for all costs but computing over the same years, USD bn.

    It spends what it earns and what it burns; less computing and infrastructure that is everything else.

    Formula: $R + B - C$, with revenue $R$, burn $B$ and computing $C$ over the same years
    Reference: arithmetic
    """
    return revenue_usd_bn + burn_usd_bn - computing_usd_bn
