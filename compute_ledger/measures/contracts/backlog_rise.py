"""Whose orders a supplier's backlog is: one buyer's contracts beside its rise, and beside its level."""

from collections.abc import Mapping

import pandas as pd

from compute_ledger.measures.bounds.open_amounts import deal_ends
from compute_ledger.measures.commitments import COMPUTE_LAYERS, FIRM_KINDS, in_perimeter, standing_on
from compute_ledger.shared import rounding

BACKLOGS = ("rpo", "revenue_backlog")
QUARTER_DAYS = 100  # at most, between two balances of neighbouring quarters
AMOUNTS = ["buyer_usd_bn", "buyer_low_usd_bn", "buyer_high_usd_bn"]
RISE_COLUMNS = [
    "supplier", "metric", "from_day", "to_day", "before_usd_bn", "after_usd_bn", "rise_usd_bn", *AMOUNTS,
    "others_usd_bn", "others_low_usd_bn", "others_high_usd_bn", "part_pct", "part_low_pct", "part_high_pct",
    "deal_ids", "financial_ids",
]  # fmt: skip


def balances(financials: pd.DataFrame) -> pd.DataFrame:
    """Reported backlogs with the one before: the same measure of the same supplier, never one beside another.

    Remaining performance obligations (RPO) are contracted revenue not yet earned; a revenue backlog is the company's
    own, wider count. Grain: one row a balance. Columns: `supplier`, `metric`, `to_day`, `after_usd_bn`, `known_on`,
    `financial_id`, and of the balance before `from_day`, `before_usd_bn`, `before_id` (missing for the first one).

    No formula: rows are put side by side.
    """
    rows = financials[financials["metric"].isin(BACKLOGS) & ~financials["is_projection"] & financials["value"].notna()]
    rows = rows.sort_values(["entity", "metric", "period_end", "known_on"])
    rows = rows.drop_duplicates(["entity", "metric", "period_end"], keep="last")
    before = rows.groupby(["entity", "metric"])[["period_end", "value", "financial_id"]].shift()
    rows = rows.assign(
        from_day=before["period_end"], before_usd_bn=before["value"], before_id=before["financial_id"]
    ).rename(columns={"entity": "supplier", "period_end": "to_day", "value": "after_usd_bn"})
    columns = [
        "supplier", "metric", "from_day", "to_day", "before_usd_bn", "after_usd_bn", "known_on", "before_id",
        "financial_id",
    ]  # fmt: skip
    return rows[columns].reset_index(drop=True)


def orders_signed(deals: pd.DataFrame, buyer: str, reported: pd.DataFrame) -> pd.DataFrame:
    r"""What each contract of a buyer added to what it had ordered, and the latest day by which it was signed.

    Contracts with an amount count, whatever became of them later; sums of other rows do not. One that replaces
    another adds only what it is more. A contract counts from its announcement; one known from reports only, whose day
    of signing nobody has published, from the newest balance that the supplier had published when it became known
    (`reported` from `balances`), since reports explain a figure just published.
    Grain: one row a contract. Columns: `deal_id`, `supplier`, `signed_by`, `buyer_usd_bn`, `buyer_low_usd_bn`,
    `buyer_high_usd_bn` (USD bn; infinite where the wording has no upper end).

    Formula: $a - a_r$, and from $\max(0, l - h_r)$ to $h - l_r$, with amount $a$ from $l$ to $h$ and amount $a_r$ of
    what it replaces from $l_r$ to $h_r$
    Reference: arithmetic
    """
    own = deals[deals["buyer"].eq(buyer) & deals["layer"].isin(COMPUTE_LAYERS) & deals["direction"].eq("buyer_pays")]
    rows = own[own["kind"].isin(FIRM_KINDS) & own["amount_usd_bn"].notna() & ~own["deal_id"].isin(own["part_of"])]
    low, high = deal_ends(own)
    ends = own.assign(low=low, high=high).set_index("deal_id")[["amount_usd_bn", "low", "high"]]
    replaced = ends.reindex(rows["replaces"]).fillna(0.0).set_axis(rows.index)
    low, high = deal_ends(rows)
    return pd.DataFrame(
        {
            "deal_id": rows["deal_id"],
            "supplier": rows["counterparty"],
            "signed_by": rows["announced_on"].where(
                rows["kind"] != "reported_contract", _balance_known(rows, reported)
            ),
            "buyer_usd_bn": rows["amount_usd_bn"] - replaced["amount_usd_bn"],
            "buyer_low_usd_bn": (low - replaced["high"].where(replaced["high"] < float("inf"), low)).clip(lower=0.0),
            "buyer_high_usd_bn": high - replaced["low"],
        }
    ).reset_index(drop=True)


def _balance_known(rows: pd.DataFrame, reported: pd.DataFrame) -> pd.Series:
    """Day of the newest balance that the supplier had published when a deal became known, else the announcement."""
    published = reported[["supplier", "to_day", "known_on"]].rename(columns={"known_on": "published_on"})
    pairs = rows[["deal_id", "counterparty", "known_on"]].merge(published, left_on="counterparty", right_on="supplier")
    newest = pairs[pairs["published_on"] <= pairs["known_on"]].groupby("deal_id")["to_day"].max()
    return pd.to_datetime(rows["deal_id"].map(newest.to_dict())).fillna(rows["announced_on"])


def backlog_rises(
    deals: pd.DataFrame, financials: pd.DataFrame, buyer: str, signed_by: Mapping[str, pd.Timestamp] | None = None
) -> pd.DataFrame:
    r"""Each supplier's backlog before and after the buyer signed, with the buyer's part of the rise.

    `signed_by`: deals that were signed by an earlier day than the announcement. Grain: one row a supplier's measure
    and span between two balances in which the buyer signed a contract with an amount, largest order first; where no
    earlier balance is known there is no row. Columns: RISE_COLUMNS (USD bn and percent of the rise; infinite ends
    where an amount has no upper end; `deal_ids`, `financial_ids` are tuples). The rise is what was signed less what was
    delivered, so that a part may pass 100; part missing where the backlog did not rise.

    Formula: $\frac{100\, a}{B_1 - B_0}$ (part) and $B_1 - B_0 - a$ (everybody else), with the buyer's orders $a$ of the
    span and backlogs $B_0$ before and $B_1$ after
    Reference: arithmetic
    """
    reported = balances(financials)
    orders = orders_signed(deals, buyer, reported)
    days = pd.to_datetime(orders["deal_id"].map(dict(signed_by or {})))
    orders = orders.assign(signed_by=days.fillna(orders["signed_by"]))
    spans = reported.dropna(subset="before_usd_bn").merge(orders, on="supplier")
    spans = spans[(spans["signed_by"] > spans["from_day"]) & (spans["signed_by"] <= spans["to_day"])]
    keys = ["supplier", "metric", "from_day", "to_day"]
    sums = spans.groupby(keys)[AMOUNTS].sum().reset_index()
    ids = spans.groupby(keys)["deal_id"].agg(tuple).rename("deal_ids").reset_index()
    rows = reported.merge(sums, on=keys).merge(ids, on=keys)
    rows["financial_ids"] = list(zip(rows["before_id"], rows["financial_id"], strict=True))
    return _with_parts(rows).sort_values(
        ["buyer_usd_bn", "supplier", "metric"], ascending=[False, True, True], key=rounding.column, ignore_index=True
    )


def _with_parts(rows: pd.DataFrame) -> pd.DataFrame:
    rise = rows["after_usd_bn"] - rows["before_usd_bn"]
    positive = rise.where(rise > 0)
    rows = rows.assign(
        rise_usd_bn=rise,
        others_usd_bn=rise - rows["buyer_usd_bn"],
        others_low_usd_bn=rise - rows["buyer_high_usd_bn"],
        others_high_usd_bn=rise - rows["buyer_low_usd_bn"],
        part_pct=100 * rows["buyer_usd_bn"] / positive,
        part_low_pct=100 * rows["buyer_low_usd_bn"] / positive,
        part_high_pct=100 * rows["buyer_high_usd_bn"] / positive,
    )
    return rows[RISE_COLUMNS]


def in_quarters(rises: pd.DataFrame) -> pd.DataFrame:
    """The rows of `backlog_rises` between balances of neighbouring quarters, one measure a supplier and quarter.

    Where a supplier reports both measures RPO is taken: it is the one that accounting standards define. So each
    contract is in one row at most, and rows may be added up.

    No formula: rows are picked.
    """
    quarters = rises[(rises["to_day"] - rises["from_day"]).dt.days <= QUARTER_DAYS]
    order = quarters["metric"].map({metric: place for place, metric in enumerate(BACKLOGS)})
    first = quarters.assign(order=order).sort_values("order", kind="stable").drop_duplicates(["supplier", "to_day"])
    return quarters.loc[sorted(first.index)].reset_index(drop=True)


def sum_of_rises(rises: pd.DataFrame) -> pd.DataFrame:
    r"""The rises of several suppliers as one: before, after, the buyer and everybody else added up.

    `rises`: from `in_quarters`, or a choice of its rows (RPO and backlogs add up only as what each company calls its
    orders). Grain: one row, none for no rises; `supplier` is 'All', days the first and
    the last, other columns as in RISE_COLUMNS.

    Formula: $\frac{100 \sum_i a_i}{\sum_i (B_{1,i} - B_{0,i})}$, with the orders $a_i$ and backlogs of supplier $i$
    Reference: arithmetic
    """
    if rises.empty:
        return rises
    sums = rises[["before_usd_bn", "after_usd_bn", *AMOUNTS]].sum().to_frame().T
    sums = sums.assign(
        supplier="All",
        metric=" and ".join(sorted(rises["metric"].unique())),
        from_day=rises["from_day"].min(),
        to_day=rises["to_day"].max(),
    )
    for column in ("deal_ids", "financial_ids"):
        sums[column] = [tuple(dict.fromkeys(rises[column].explode()))]
    return _with_parts(sums)


def backlog_stock(
    deals: pd.DataFrame, financials: pd.DataFrame, buyer: str, second_buyer: str | None = None
) -> pd.DataFrame:
    r"""Each supplier's newest backlog beside the contracts of one buyer, or of two, that stood on its day.

    Headline amounts of contracts in force: what was delivered since the signing is still in them, so a part is an
    upper reading. Grain: one row a supplier with a backlog and a contract with an amount, largest backlog first.
    Columns: `supplier`, `metric`, `balance_day`, `backlog_usd_bn`, `financial_id`, and for each buyer `NAME_usd_bn`,
    `NAME_low_usd_bn`, `NAME_high_usd_bn`, `NAME_pct` with NAME `buyer`, `second` and `both` (`second` and `both` only
    with a second buyer). Missing, not zero, where a buyer has no contract with a published amount.

    Formula: $\frac{100\, a}{B}$, with the contracts $a$ of a buyer and the backlog $B$
    Reference: arithmetic
    """
    newest = balances(financials).sort_values(["to_day", "metric"], ascending=[True, True])
    newest = newest.drop_duplicates("supplier", keep="last")
    rows = newest[["supplier", "metric", "to_day", "after_usd_bn", "financial_id"]].rename(
        columns={"to_day": "balance_day", "after_usd_bn": "backlog_usd_bn"}
    )
    names = {"buyer": buyer} if second_buyer is None else {"buyer": buyer, "second": second_buyer}
    for name, company in names.items():
        rows = rows.merge(_standing(deals[deals["buyer"] == company], rows, name), on="supplier", how="left")
    if second_buyer is not None:
        for end in ("usd_bn", "low_usd_bn", "high_usd_bn"):
            rows[f"both_{end}"] = rows[[f"buyer_{end}", f"second_{end}"]].sum(axis=1, min_count=1)
        names["both"] = ""
    rows = rows.assign(**{f"{name}_pct": 100 * rows[f"{name}_usd_bn"] / rows["backlog_usd_bn"] for name in names})
    rows = rows[rows[[f"{name}_usd_bn" for name in names]].notna().any(axis=1)]
    return rows.sort_values(
        ["backlog_usd_bn", "supplier"], ascending=[False, True], key=rounding.column, ignore_index=True
    )


def _standing(deals: pd.DataFrame, backlogs: pd.DataFrame, name: str) -> pd.DataFrame:
    """Contracts of one buyer with each supplier that had been announced, and stood, on the supplier's balance day."""
    days = pd.to_datetime(deals["counterparty"].map(backlogs.set_index("supplier")["balance_day"].to_dict()))
    signed = deals["announced_on"].where(deals["kind"] != "reported_contract", days)
    dated = deals.assign(known_on=signed, day=days).dropna(subset="day")
    standing = [standing_on(dated[dated["day"] == day], day) for day in sorted(dated["day"].unique())]
    rows = in_perimeter(pd.concat(standing), "firm") if standing else dated.iloc[:0]
    rows = rows[rows["amount_usd_bn"].notna() & ~rows["deal_id"].isin(rows["part_of"])]
    low, high = deal_ends(rows)
    columns = {f"{name}_usd_bn": rows["amount_usd_bn"], f"{name}_low_usd_bn": low, f"{name}_high_usd_bn": high}
    return pd.DataFrame(columns).groupby(rows["counterparty"]).sum().rename_axis("supplier").reset_index()
