"""Who put equity into the buyer, and what the buyer has promised to pay the same firms."""

import pandas as pd

from compute_ledger.measures.capital import shares_received
from compute_ledger.measures.commitments import STANDING, by_supplier, payables, standing_on, without_overlaps
from compute_ledger.shared import rounding
from compute_ledger.shared.choices import one_of

# Counterparties of this form are several investors, of whom at most one is named.
SEVERAL = r"\bothers\b"
SUPPLIERS = ("firm", "announced")


def equity_into(deals: pd.DataFrame, ties: pd.DataFrame, buyer: str, day: pd.Timestamp) -> pd.DataFrame:
    """Equity put or promised into the buyer, standing on `day`, each dollar once.

    Grain: one row an investment, and one row for what a total leaves after its listed parts. Columns: those of
    `deals`, `firm` (paid or bound; what hangs on a condition or a letter of intent is not) and `named` (one
    investor is named; false for sums over several and for rests). Of a total and its parts the parts count
    (`part_of`), of an amended deal the amendment (`replaces`). The rest of a total is firm where the total
    is, or where of the parts listed some are firm and some are not: those that are not explain why the total is not.

    Left out: warrants, loans and talks; shares that the buyer got from its suppliers; secondary sales, which
    bring the buyer nothing; deals that ended.

    No formula: rows are picked.
    """
    rows = standing_on(deals, day)
    issuers = set(ties.loc[shares_received(ties, deals, buyer), "to"])
    into_buyer = (
        rows["layer"].eq("equity")
        & rows["kind"].isin(["equity", "letter_of_intent"])
        & rows["direction"].eq("buyer_receives")
        & ~rows["status"].isin(["talks", "cancelled", "superseded"])
        & rows["amount_usd_bn"].notna()
        & ~(rows["counterparty"].isin(issuers) | rows["counterparty_group"].isin(issuers))
    )
    rows = rows[into_buyer].assign(firm=lambda frame: frame["status"].isin(STANDING))
    single = without_overlaps(rows, "count_parts")
    single = single.assign(named=~single["counterparty"].str.contains(SEVERAL))
    return pd.concat([single, _rests(rows)], ignore_index=True)


def _rests(rows: pd.DataFrame) -> pd.DataFrame:
    """What totals hold beyond their listed parts: money of unnamed investors."""
    grouped = rows.groupby("part_of")
    parts = grouped.agg(listed=("amount_usd_bn", "sum"), all_firm=("firm", "min"), any_firm=("firm", "max"))
    totals = rows.join(parts, on="deal_id", how="inner")
    rest = totals["amount_usd_bn"] - totals["listed"]
    mixed = totals["any_firm"].astype(bool) & ~totals["all_firm"].astype(bool)
    firm = totals["firm"].astype(bool) | mixed
    totals = totals.assign(amount_usd_bn=rest, firm=firm, named=False).drop(columns=["listed", "all_firm", "any_firm"])
    return totals[rest > 1e-9]


def by_investor(equity: pd.DataFrame, deals: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    r"""Equity by corporate group, beside what the buyer has promised to pay that group.

    Grain: one row a group of a named investor, then one row an unnamed sum. Columns: `investor`, `named`,
    `firm_usd_bn` and `conditional_usd_bn` (equity), `buys` (contract: the buyer has a contract with the group;
    announced: a framework or letter of intent only; nothing; unknown for unnamed sums), `promised_usd_bn` (firm
    payables with a published amount), `could_return_usd_bn` (the most of that equity that could come
    back to the group; missing without a published promise). Chips and sites are purchases, joint ventures are not.

    Formula: $\min(e, p)$ (could return), with firm equity $e$ from a group and promise $p$ to it
    Reference: convention of this report
    """
    label = equity["counterparty_group"].where(equity["named"].astype(bool), _unnamed(equity))
    firm = equity["firm"].astype(bool)
    rows = equity.assign(
        investor=label.where(~label.eq("Several investors"), equity["counterparty"]),
        group=equity["counterparty_group"].where(equity["named"].astype(bool)),
        firm_usd_bn=equity["amount_usd_bn"].where(firm, 0.0),
        conditional_usd_bn=equity["amount_usd_bn"].where(~firm, 0.0),
    )
    table = (
        rows.groupby(["investor", "named"])
        .agg({"group": "first", "firm_usd_bn": "sum", "conditional_usd_bn": "sum"})
        .reset_index()
    )
    contracts = payables(deals, day)
    promised = by_supplier(contracts, "group").set_index("supplier")["counted"]
    buys = _buys(table, contracts, deals, day)
    table = table.assign(buys=buys, promised_usd_bn=table["group"].map(promised).astype(float))
    could = table[["firm_usd_bn", "promised_usd_bn"]].min(axis=1).where(table["promised_usd_bn"].notna())
    equity_usd_bn = table["firm_usd_bn"] + table["conditional_usd_bn"]
    return (
        table.assign(could_return_usd_bn=could, whole=equity_usd_bn)
        .sort_values(
            ["named", "whole", "investor"], ascending=[False, False, True], key=rounding.column, ignore_index=True
        )
        .drop(columns=["group", "whole"])
    )


def _buys(table: pd.DataFrame, contracts: pd.DataFrame, deals: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """What the buyer buys from each group: see `buys` of `by_investor`."""
    buys = pd.Series("nothing", index=table.index)
    buys = buys.mask(table["group"].isin(paid_groups(deals, day, "announced")), "announced")
    buys = buys.mask(table["group"].isin(contracts["counterparty_group"]), "contract")
    return buys.mask(~table["named"].astype(bool), "unknown")


def promises(equity: pd.DataFrame, deals: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Contracts in force with the groups of named investors: the deals behind what is promised back.

    No formula: rows are picked.
    """
    contracts = payables(deals, day)
    groups = equity.loc[equity["named"].astype(bool), "counterparty_group"]
    return contracts[contracts["counterparty_group"].isin(groups)]


def _unnamed(equity: pd.DataFrame) -> pd.Series:
    rest = "Unnamed in: " + equity["title"]
    return equity["counterparty"].where(equity["counterparty"].str.contains(SEVERAL) & ~_is_rest(equity), rest)


def _is_rest(equity: pd.DataFrame) -> pd.Series:
    return equity["deal_id"].isin(equity["part_of"])


def paid_groups(deals: pd.DataFrame, day: pd.Timestamp, suppliers: str) -> set[str]:
    """Groups that the buyer pays. firm: under a contract in force. announced: also by framework or letter of intent."""
    one_of("suppliers", suppliers, SUPPLIERS)
    rows = payables(deals, day, perimeter=suppliers, overlaps="count_both")
    return set(rows.loc[rows["kind"] != "joint_venture", "counterparty_group"])


def supplier_equity(equity: pd.DataFrame, deals: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    r"""What part of the equity comes from firms that the buyer pays, as an interval, by two choices.

    Grain: one row a choice of `suppliers` (firm: contracts in force; announced: also frameworks and letters of
    intent) and `counted` (firm: equity paid or bound; announced: also conditions and letters of intent).
    Columns: `total_usd_bn`, `from_suppliers_usd_bn` (named investors that the buyer pays), `unnamed_usd_bn`,
    `share_low_pct` = 100 x from_suppliers / total and `share_high_pct` = 100 x (from_suppliers + unnamed) / total:
    the truth lies between no and every unnamed investor being a supplier. `investors` (tuple of groups).

    Formula: $\frac{100\, s}{e}$ to $\frac{100 (s + u)}{e}$, with equity $e$ of which $s$ is from suppliers and $u$ from
    unnamed investors
    Reference: arithmetic
    """
    rows = []
    for suppliers in SUPPLIERS:
        groups = paid_groups(deals, day, suppliers)
        for counted in SUPPLIERS:
            part = equity[equity["firm"].astype(bool)] if counted == "firm" else equity
            named = part["named"].astype(bool)
            from_suppliers = part[named & part["counterparty_group"].isin(groups)]
            total, unnamed = part["amount_usd_bn"].sum(), part.loc[~named, "amount_usd_bn"].sum()
            from_suppliers_usd_bn = from_suppliers["amount_usd_bn"].sum()
            rows.append(
                {
                    "suppliers": suppliers,
                    "counted": counted,
                    "total_usd_bn": total,
                    "from_suppliers_usd_bn": from_suppliers_usd_bn,
                    "unnamed_usd_bn": unnamed,
                    "share_low_pct": 100 * from_suppliers_usd_bn / total if total else float("nan"),
                    "share_high_pct": 100 * (from_suppliers_usd_bn + unnamed) / total if total else float("nan"),
                    "investors": tuple(sorted(set(from_suppliers["counterparty_group"]))),
                }
            )
    return pd.DataFrame(rows)
