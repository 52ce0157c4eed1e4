"""What a customer is known to have paid providers of the market in a year, with the part that may be no computing."""

from collections import deque

import pandas as pd

from compute_ledger.shared.open_ends import open_ends

YEAR_DAYS = (360, 370)
PAYMENT_COLUMNS = [
    "supplier", "period_start", "period_end", "quarters", "paid_usd_bn", "paid_low_usd_bn", "revenue_shared_usd_bn",
    "financial_id",
]  # fmt: skip


def payments_of_years(financials: pd.DataFrame, buyer: str, providers: list[str]) -> pd.DataFrame:
    r"""What a customer paid each provider in a year: by its own accounts, or as the provider's revenue from it.

    `financials` holds both as metrics `payments_to_NAME` of the customer and `revenue_from_NAME` of the provider. Where
    the customer also pays a share of its revenue (metric `revenue_share_to_NAME`, percent) and its revenue of those
    months can be put together, the low end leaves out the most that this share may have been. Grain: one row a supplier
    and year, the earlier first. Columns: PAYMENT_COLUMNS (`quarters` the four of the year; `revenue_shared_usd_bn`
    missing where no share is known).

    Formula: $\max(0, p - r\, h)$ to $p$, with payments $p$, the high end $r$ of the rate and $h$ of the revenue
    Reference: convention of this report
    """
    names = {name.lower().replace(" ", "_"): name for name in providers}
    days = (financials["period_end"] - financials["period_start"]).dt.days
    rows = financials[days.between(*YEAR_DAYS) & financials["unit"].eq("usd_bn") & ~financials["is_projection"]]
    by_customer = rows[rows["entity"].eq(buyer)]
    paid = by_customer.assign(supplier=by_customer["metric"].str.removeprefix("payments_to_").map(names))
    paid = paid[paid["metric"].str.startswith("payments_to_") & paid["supplier"].notna()]
    earned = rows[rows["metric"].eq(f"revenue_from_{buyer.lower()}") & rows["entity"].isin(providers)]
    both = pd.concat([paid, earned.assign(supplier=earned["entity"])]).sort_values(["period_end", "supplier"])
    lows, _ = open_ends(both["value"], both["low"], both["high"])
    made = []
    for row in both.assign(low=lows).to_dict("records"):
        shared = _revenue_shared(financials, buyer, row["supplier"], row["period_start"], row["period_end"])
        quarters = tuple(pd.period_range(row["period_start"], row["period_end"], freq="Q").strftime("%YQ%q"))
        shared = None if shared is None else min(shared, row["value"])
        low = row["low"] if shared is None else max(0.0, row["low"] - shared)
        made.append(
            (
                row["supplier"],
                row["period_start"],
                row["period_end"],
                quarters,
                row["value"],
                low,
                shared,
                row["financial_id"],
            )
        )
    return pd.DataFrame(made, columns=PAYMENT_COLUMNS).astype({"revenue_shared_usd_bn": "float64"})


def _revenue_shared(
    financials: pd.DataFrame, buyer: str, supplier: str, start: pd.Timestamp, end: pd.Timestamp
) -> float | None:
    """The most that the customer's share of revenue may have been; None where no rate or no revenue is known."""
    metric = f"revenue_share_to_{supplier.lower().replace(' ', '_')}"
    rates = financials[financials["entity"].eq(buyer) & financials["metric"].eq(metric) & financials["unit"].eq("pct")]
    revenue = revenue_between(financials, buyer, start, end)
    if rates.empty or revenue is None:
        return None
    rate = rates.sort_values("known_on", kind="stable").tail(1)
    highest = open_ends(rate["value"], rate["low"], rate["high"])[1].clip(upper=100.0)
    return float(highest.iloc[0]) / 100 * revenue[1]


def revenue_between(
    financials: pd.DataFrame, entity: str, start: pd.Timestamp, end: pd.Timestamp
) -> tuple[float, float] | None:
    r"""Revenue from one day to another, put together from periods that a company reported, as an interval.

    Periods are added, and taken off where one reaches beyond: the second half of a year is the year less its first
    half. Of all ways the one with the fewest periods; None where none leads from `start` to `end`. A period worded as
    "more than" leaves the end open that it adds to: infinity.

    Formula: $\sum_i \pm v_i$, with the revenue $v_i$ of periods that join end to end
    Reference: arithmetic
    """
    revenue = financials["entity"].eq(entity) & financials["metric"].eq("revenue") & ~financials["is_projection"]
    rows = financials[revenue & financials["period_start"].notna() & financials["unit"].eq("usd_bn")]
    steps: dict[pd.Timestamp, list[tuple[pd.Timestamp, float, float]]] = {}
    lows, highs = open_ends(rows["value"], rows["low"], rows["high"])
    for row, low, high in zip(rows.to_dict("records"), lows, highs, strict=True):
        after = row["period_end"] + pd.Timedelta(days=1)
        steps.setdefault(row["period_start"], []).append((after, low, high))
        steps.setdefault(after, []).append((row["period_start"], -high, -low))
    target = end + pd.Timedelta(days=1)
    seen, queue = {start}, deque([(start, 0.0, 0.0)])
    while queue:
        day, low, high = queue.popleft()
        if day == target:
            return float(low), float(high)
        for following, more_low, more_high in steps.get(day, []):
            if following not in seen:
                seen.add(following)
                queue.append((following, low + more_low, high + more_high))
    return None
