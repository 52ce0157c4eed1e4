"""When deals became known, how they add up, and how fast they came."""

import pandas as pd

from compute_ledger.measures.commitments import (
    COUNTED_COLUMNS,
    STANDING,
    by_supplier,
    days_of_change,
    payables,
    standing_on,
)
from compute_ledger.shared import rounding
from compute_ledger.shared.choices import any_of

MOST_DAYS = 200
LAYERS = ("cloud", "chips", "data_centre", "equity")
KINDS = (
    "contract",
    "reported_contract",
    "lease",
    "letter_of_intent",
    "framework",
    "joint_venture",
    "equity",
    "warrant",
    "loan",
    "amendment",
    "talks",
)


def select(deals: pd.DataFrame, *, layers: str = "all", kinds: str = "all", since: str = "2025-01-01") -> pd.DataFrame:
    """Deals of the chosen layers and kinds announced on or after `since` (ISO date), oldest first.

    No formula: rows are picked.
    """
    try:
        first_day = pd.to_datetime(since, format="%Y-%m-%d")
    except ValueError:
        raise ValueError(f"since is '{since}', but must be a date like 2025-01-31") from None
    mask = deals["layer"].isin(any_of("layers", layers, LAYERS)) & deals["kind"].isin(any_of("kinds", kinds, KINDS))
    return deals[mask & (deals["announced_on"] >= first_day)].sort_values(
        ["announced_on", "deal_id"], ignore_index=True
    )


def without_sums(deals: pd.DataFrame) -> pd.DataFrame:
    """Deals without those that are only the sum of others listed beside them.

    A deal goes when its parts (`part_of`) among `deals` all have amounts and these add up to its own, to the nearest
    tenth: three contracts of 11.9, 4 and 6.5 need no fourth row of 22.4.

    No formula: rows are picked.
    """
    parts = deals.dropna(subset="part_of").groupby("part_of")["amount_usd_bn"].agg(["sum", "count", "size"])
    parts = parts[parts["count"] == parts["size"]]
    off = deals["deal_id"].map(parts["sum"]) - deals["amount_usd_bn"]
    return deals[~(rounding.column(off).abs() < 0.05)]


def busiest_days(deals: pd.DataFrame, length: int = 60) -> pd.Series | None:
    r"""The stretch of `length` days in which most deals were announced, the first of several; None below three.

    Needs `announced_on`, `date_precision`; deals without a known day are left out. Index: `first` and `last` (days of
    the first and the last deal in it), `deals` (count) and `days_per_deal`.

    Formula: $\frac{t_n - t_1}{n - 1}$, when $n$ deals came from day $t_1$ to day $t_n$
    Reference: arithmetic
    """
    days = deals.loc[deals["date_precision"] == "day", "announced_on"].sort_values(ignore_index=True, kind="stable")
    upto = days.searchsorted(days + pd.Timedelta(days=length - 1), side="right")
    many = pd.Series(upto, index=days.index) - days.index
    if many.empty or many.max() < 3:
        return None
    first = int(many.to_numpy().argmax())
    begin, end, number = days[first], days[first + many[first] - 1], int(many[first])
    return pd.Series({"first": begin, "last": end, "deals": number, "days_per_deal": (end - begin).days / (number - 1)})


def partners(deals: pd.DataFrame) -> pd.Series:
    """With whom each deal is, so that one partner is not several: its group, or the partner that it is named after.

    'Stargate UK' and 'Stargate Norway' are Stargate where a deal with 'Stargate' is among `deals`.

    No formula: names are matched.
    """
    names = sorted(set(deals["counterparty"]), key=len)
    after = {name: next(short for short in names if name == short or name.startswith(f"{short} ")) for name in names}
    named = deals["counterparty"].map(after)
    return deals["counterparty_group"].where(named == deals["counterparty"], named)


def cloud_deals(deals: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Deals of the layer `cloud` that stand on one day and hang on no condition, oldest first.

    Without those under which the buyer pays nobody: capacity that comes through another cloud.

    No formula: rows are picked.
    """
    standing = standing_on(deals, day)
    standing = standing[standing["direction"].ne("none")]
    clouds = standing[standing["layer"].eq("cloud") & standing["status"].isin(STANDING)]
    return clouds.sort_values(["announced_on", "deal_id"])


def cloud_suppliers(deals: pd.DataFrame, day: pd.Timestamp) -> list[str]:
    """Counterparties with a standing deal in the layer `cloud` on one day, in order of their first one.

    No formula: rows are picked.
    """
    return list(dict.fromkeys(cloud_deals(deals, day)["counterparty"]))


def cumulative_payables(deals: pd.DataFrame, until: pd.Timestamp, level: str = "counterparty") -> pd.DataFrame:
    """Contracts in force or reported, in USD bn, standing after each day on which they changed, by supplier.

    Grain: day-supplier (every supplier on every day, zero before its first amount). Columns: `day`,
    `supplier`, `amount_usd_bn`. The last day is `until`; with more than MOST_DAYS days of change, month ends.

    No formula: sums.
    """
    columns = ["day", "supplier", "amount_usd_bn"]
    changes = days_of_change(deals, until)
    if changes.empty:
        return pd.DataFrame(columns=columns)
    slim = deals[COUNTED_COLUMNS]
    if len(changes) > MOST_DAYS:
        changes = pd.date_range(changes[0], until, freq="ME")
    days = changes.union(pd.DatetimeIndex([until]))
    totals = {day: by_supplier(payables(slim, day), level).set_index("supplier")["counted"] for day in days}
    table = pd.DataFrame(totals).T.rename_axis("day").fillna(0.0).sort_index()
    moved = ~((table - table.shift()).abs() < 1e-9).all(axis=1)
    moved.iloc[-1:] = True
    table = table[moved & (table.sum(axis=1) > 0)]
    long = table.reset_index().melt(id_vars="day", var_name="supplier", value_name="amount_usd_bn")
    return long.sort_values(["day", "supplier"], ignore_index=True)[columns]


def quoted_totals(financials: pd.DataFrame, entity: str) -> pd.DataFrame:
    """Totals of commitments that others quote, as points: each has a perimeter of its own.

    Grain: one row a quoted total. Columns of `financials`, oldest first.

    No formula: rows are picked.
    """
    quoted = financials["metric"].isin(["commitments_quoted", "compute_spend_target_cumulative"])
    rows = financials[(financials["entity"] == entity) & quoted]
    return rows.sort_values(["known_on", "value", "financial_id"], key=rounding.column, ignore_index=True)


def ever_counted(deals: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Contracts in force or reported, with an amount, of any day up to `until`, replaced ones included: each once.

    No formula: rows are picked.
    """
    counted_deals = [payables(deals, day) for day in days_of_change(deals, until)]
    rows = pd.concat(counted_deals) if counted_deals else deals.iloc[:0]
    return rows[rows["amount_usd_bn"] > 0].drop_duplicates("deal_id").sort_values(["announced_on", "deal_id"])


def beside_quoted(quoted: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """Quoted totals with `listed_usd_bn`: the contracts with an amount that were known on the same day.

    No formula: a sum beside rows.
    """
    listed = [float(payables(deals, day)["counted"].sum()) for day in quoted["known_on"]]
    return quoted.assign(listed_usd_bn=pd.Series(listed, index=quoted.index, dtype="float64"))


def regime_on(regimes: pd.DataFrame, day: pd.Timestamp) -> pd.Series | None:
    """The exclusivity regime in force on one day, or None.

    No formula: rows are picked.
    """
    in_force = regimes[(regimes["from"] <= day) & (regimes["until"].isna() | (regimes["until"] > day))]
    return in_force.sort_values("from", kind="stable").iloc[-1] if len(in_force) else None
