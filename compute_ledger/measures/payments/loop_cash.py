"""What went or is to go between a buyer and its partners, in dollars, and what others carry for it."""

import pandas as pd

from compute_ledger.measures.bounds.open_amounts import amount_ends, deal_ends
from compute_ledger.measures.capital import shares_received
from compute_ledger.measures.commitments import payables
from compute_ledger.measures.payments import cash_by_pair
from compute_ledger.shared import rounding

# What a partner took on, by metric of `financials`, and whether it serves all of its customers.
TAKEN_ON = {
    "partner_debt": ("partners' debt", False),
    "margin_loan": ("loan against shares", False),
    "leases_not_started": ("leases not started", True),
    "debt": ("own debt", True),
}
SIDES = ["invested", "invested_promised", "paid", "placed", "placed_promised"]


def loop_cash(
    ties: pd.DataFrame,
    financials: pd.DataFrame,
    deals: pd.DataFrame,
    buyer: str,
    day: pd.Timestamp,
    default_term_years: float = 5.0,
) -> pd.DataFrame:
    """Every flow with a published or derived amount, for `cash_by_pair.cash_by_pair`: one row a flow.

    `ties` and `deals` of the `buyer`. Columns: `cash_by_pair.FLOW_COLUMNS`. Shares that came with an order are left
    out: nobody paid for them. Orders between two others with an amount are promised in the year of the tie; the buyer's
    own orders come from its contracts, of which what is left counts.

    No formula: rows of `cash_by_pair` below each other.
    """
    bought = ties[~shares_received(ties, deals, buyer)]
    firms = sorted({*ties["from"], *ties["to"]})
    reported = cash_by_pair.paid_as_reported(financials[financials["known_on"] <= day], firms)
    # A payment counts where one of the two is the buyer or a tie joins them.
    joined = {frozenset(pair) for pair in zip(ties["from"], ties["to"], strict=True)}
    pairs = pd.Series(
        [frozenset(pair) in joined for pair in zip(reported["payer"], reported["payee"], strict=True)],
        index=reported.index,
        dtype=bool,
    )
    parts = [
        cash_by_pair.invested(bought, day),
        reported[pairs],
        cash_by_pair.paid_by_share(ties[ties["known_on"] <= day], financials),
        _orders_of_others(ties, buyer, day),
        _in_names(cash_by_pair.still_promised(deals, day, default_term_years), "payee", deals, set(firms)),
    ]
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else parts[0]


def _in_names(rows: pd.DataFrame, column: str, deals: pd.DataFrame, firms: set[str]) -> pd.DataFrame:
    """Groups by the name that ties have for them: a party to a deal of the group, where ties do not name the group."""
    known = deals[deals["counterparty"].isin(firms) & ~deals["counterparty_group"].isin(firms)]
    equity_first = known.sort_values("layer", key=lambda layer: layer.ne("equity"), kind="stable")
    names = equity_first.drop_duplicates("counterparty_group").set_index("counterparty_group")["counterparty"]
    return rows.assign(**{column: rows[column].replace(names.to_dict())})


def _orders_of_others(ties: pd.DataFrame, buyer: str, day: pd.Timestamp) -> pd.DataFrame:
    stands = (ties["known_on"] <= day) & ~(ties["until"] <= day) & ties["amount_usd_bn"].notna()
    rows = ties[stands & ties["kind"].isin(["pays", "buys_chips_from"]) & ties["from"].ne(buyer)]
    return pd.DataFrame(
        {
            "payer": rows["from"],
            "payee": rows["to"],
            "year": rows["since"].dt.year.astype("Int64"),
            "form": "services",
            "standing": "promised",
            "low_usd_bn": rows["amount_usd_bn"],
            "value_usd_bn": rows["amount_usd_bn"],
            "high_usd_bn": rows["amount_usd_bn"],
            "rests_on": pd.Series([(tie,) for tie in rows["tie_id"]], rows.index, dtype=object),
        }
    )


def by_partner(
    flows: pd.DataFrame, ties: pd.DataFrame, deals: pd.DataFrame, buyer: str, day: pd.Timestamp
) -> pd.DataFrame:
    """All years of `loop_cash` added up for each partner of the buyer, beside the full value of the buyer's contracts.

    Grain: one row a partner, largest sum first. Columns, USD bn, missing where nothing is published: `invested` (the
    partner in the buyer, paid or bound), `invested_promised` (under a condition, planned), `paid` (by the buyer, as
    reported), `placed` and `placed_promised` (the buyer's money for shares of the partner), `contracts` (full
    value of contracts in force), `contracts_low`, `contracts_high` (infinite where open upwards), `left` (what is left
    of them, straight-line over their terms).

    No formula: sums.
    """
    into, out = flows["payee"].eq(buyer), flows["payer"].eq(buyer)
    equity, promised = flows["form"].eq("equity"), flows["standing"].eq("promised")
    partner = flows["payer"].where(into, flows["payee"])
    picked = {
        "invested": into & equity & ~promised,
        "invested_promised": into & equity & promised,
        "paid": out & flows["form"].eq("services"),
        "placed": out & equity & ~promised,
        "placed_promised": out & equity & promised,
        "left": out & flows["form"].eq("promised"),
    }
    sums = {name: flows[rows].groupby(partner[rows])["value_usd_bn"].sum(min_count=1) for name, rows in picked.items()}
    contracts = payables(deals, day)
    contracts = contracts[contracts["counted"].notna()]
    low, high = deal_ends(contracts)
    groups = contracts.assign(contracts=contracts["counted"], contracts_low=low, contracts_high=high)
    groups = _in_names(groups, "counterparty_group", deals, {*ties["from"], *ties["to"]})
    ends = ["contracts", "contracts_low", "contracts_high"]
    table = pd.DataFrame(sums).join(groups.groupby("counterparty_group")[ends].sum(min_count=1), how="outer")
    whole = table[[*SIDES, "contracts"]].sum(axis=1)
    table = table.assign(whole=whole).rename_axis("partner").reset_index()
    return table.sort_values(
        ["whole", "partner"], ascending=[False, True], key=rounding.column, ignore_index=True
    ).drop(columns="whole")


def carried_by_others(
    financials: pd.DataFrame, ties: pd.DataFrame, deals: pd.DataFrame, buyer: str, day: pd.Timestamp
) -> pd.DataFrame:
    """What others owe, have signed or stand in for so that the buyer can be served: nothing of it is the buyer's debt.

    A figure belongs to the buyer where its note names the buyer, and where it serves all customers of a firm that is a
    party to a deal of the buyer. Of each firm and metric the newest period known on `day` counts. Loans to others than
    the buyer count where no figure of the same amount does. Grain: one row a figure or tie, largest first. Columns:
    `firm`, `taken_on` (partners' debt, loan against shares, leases not started, own debt, guarantee), `all_customers`
    (it serves others too), `low_usd_bn`, `value_usd_bn`, `high_usd_bn`, `planned`, `period` (of a figure; the day of a
    tie), `note`, `source_id`, `table` and `row_id`. Rows overlap: never add them.

    No formula: rows are picked.
    """
    firms = {*deals["counterparty"], *deals["counterparty_group"]} - {buyer}
    reported = _reported(financials, firms, buyer, day)
    from_ties = _from_ties(ties, reported, buyer, day)
    filled = [part for part in (reported, from_ties) if len(part)]
    table = pd.concat(filled, ignore_index=True) if filled else reported
    return table.sort_values(
        ["value_usd_bn", "firm", "row_id"], ascending=[False, True, True], key=rounding.column, ignore_index=True
    )


def _from_ties(ties: pd.DataFrame, reported: pd.DataFrame, buyer: str, day: pd.Timestamp) -> pd.DataFrame:
    """Guarantees for the buyer, and loans to others for it that no figure prints."""
    stands = (ties["known_on"] <= day) & ~(ties["until"] <= day) & ties["amount_usd_bn"].notna()
    guaranteed = ties["kind"].eq("guarantees") & (ties["to"].eq(buyer) | _names(ties, buyer))
    lent = ties["kind"].eq("lends") & ties["to"].ne(buyer) & _names(ties, buyer)
    lent &= ~rounding.column(ties["amount_usd_bn"]).isin(rounding.column(reported["value_usd_bn"]))
    rows = ties[stands & (guaranteed | lent)]
    guarantee = rows["kind"].eq("guarantees")
    at_most = guarantee | rows["note"].str.contains("At most|Up to")
    return pd.DataFrame(
        {
            "firm": rows["from"].where(guarantee, rows["to"]),
            "taken_on": guarantee.map({True: "guarantee", False: "partners' debt"}),
            "all_customers": False,
            "low_usd_bn": rows["amount_usd_bn"].mask(at_most, 0.0),
            "value_usd_bn": rows["amount_usd_bn"],
            "high_usd_bn": rows["amount_usd_bn"],
            "planned": ~rows["binding"].astype(bool),
            "period": rows["since"].dt.strftime("%Y-%m-%d"),
            "note": rows["note"],
            "source_id": rows["source_id"],
            "table": "ties",
            "row_id": rows["tie_id"],
        }
    )


def _reported(financials: pd.DataFrame, firms: set[str], buyer: str, day: pd.Timestamp) -> pd.DataFrame:
    """Figures of TAKEN_ON that belong to the buyer, the newest of each firm and kind."""
    rows = financials[financials["metric"].isin(list(TAKEN_ON)) & financials["value"].notna()]
    rows = rows[(rows["known_on"] <= day) & rows["entity"].ne(buyer)]
    every = rows["metric"].map({metric: every for metric, (_, every) in TAKEN_ON.items()}).astype(bool)
    rows = rows[(every & rows["entity"].isin(firms)) | _names(rows, buyer)]
    newest = rows.sort_values(["period_end", "known_on", "financial_id"]).drop_duplicates(
        ["entity", "metric"], keep="last"
    )
    low, high = amount_ends(newest["value"], newest["low"], newest["high"])
    return pd.DataFrame(
        {
            "firm": newest["entity"],
            "taken_on": newest["metric"].map({metric: words for metric, (words, _) in TAKEN_ON.items()}),
            "all_customers": newest["metric"].map({metric: every for metric, (_, every) in TAKEN_ON.items()}),
            "low_usd_bn": low,
            "value_usd_bn": newest["value"],
            "high_usd_bn": high,
            "planned": newest["is_projection"].astype(bool),
            "period": newest["period"],
            "note": newest["note"].fillna(""),
            "source_id": newest["source_id"],
            "table": "financials",
            "row_id": newest["financial_id"],
        }
    )


def _names(rows: pd.DataFrame, buyer: str) -> pd.Series:
    return rows["note"].fillna("").str.contains(buyer, regex=False) & bool(buyer)
