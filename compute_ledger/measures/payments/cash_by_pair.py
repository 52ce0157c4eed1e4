"""Loops in cash: what two companies invested in, paid and still promise each other, by year."""

import re

import pandas as pd

from compute_ledger.measures.bounds.open_amounts import amount_ends
from compute_ledger.measures.commitments import payables
from compute_ledger.shared import rounding

FORMS = ("equity", "services", "promised")
FLOW_COLUMNS = [
    "payer", "payee", "year", "form", "standing", "low_usd_bn", "value_usd_bn", "high_usd_bn", "rests_on",
]  # fmt: skip


def invested(ties: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Money for shares, by the year of the tie: paid where the tie binds, promised where it does not.

    Stakes got for nothing or for orders have no amount and no row. Grain: one row a tie `owns` with an amount, known
    and not ended on `day`. Columns: FLOW_COLUMNS (`year` missing where the tie has no day; `standing` paid or promised;
    `rests_on` a tuple of the tie's id). An investment made over several years stands in the year it began.

    No formula: rows are picked.
    """
    stands = (ties["known_on"] <= day) & ~(ties["until"] <= day)
    rows = ties[ties["kind"].eq("owns") & ties["amount_usd_bn"].notna() & stands]
    standing = rows["binding"].map({True: "paid", False: "promised"})
    return _flows(rows, rows["from"], rows["to"], rows["since"].dt.year, "equity", standing, rows["tie_id"])


def paid_as_reported(financials: pd.DataFrame, companies: list[str]) -> pd.DataFrame:
    """What a company is known to have paid another one in a whole year.

    Rows of `financials` whose metric is payments_to_ and a name of `companies`. Grain: one row a payer, payee and year.
    Columns: FLOW_COLUMNS, standing paid.

    No formula: rows are picked.
    """
    names = {"payments_to_" + re.sub(r"\W+", "_", name.lower()): name for name in companies}
    days = (financials["period_end"] - financials["period_start"]).dt.days
    rows = financials[financials["metric"].isin(list(names)) & ~financials["is_projection"] & days.between(363, 366)]
    rows = rows[rows["value"].notna()]
    low, high = amount_ends(rows["value"], rows["low"], rows["high"])
    rows = rows.assign(amount_usd_bn=rows["value"], low_end=low, high_end=high)
    year = rows["period_end"].dt.year
    return _flows(rows, rows["entity"], rows["metric"].map(names), year, "services", "paid", rows["financial_id"])


def paid_by_share(ties: pd.DataFrame, financials: pd.DataFrame) -> pd.DataFrame:
    r"""What a company earned from a customer in a year: the customer's printed part of its printed revenue.

    Grain: one row a tie `earns_from` with a share and both its days, whose year of revenue is reported. Columns:
    FLOW_COLUMNS: `standing` is derived, the ends come from the rounding of the share; the payer is the customer.

    Formula: $\frac{s R}{100}$, with a share of $s$ percent and revenue $R$ of the same year
    Reference: arithmetic
    """
    shares = ties[ties["kind"].eq("earns_from") & ties["share_pct"].notna() & ties["until"].notna()]
    revenue = financials[financials["metric"].eq("revenue") & ~financials["is_projection"]].dropna(subset="value")
    rows = shares.merge(
        revenue[["entity", "period_start", "period_end", "value", "financial_id"]],
        left_on=["from", "since", "until"],
        right_on=["entity", "period_start", "period_end"],
    )
    half = 0.5 * rounding.column(rows["share_pct"]).mod(1).eq(0)
    rows = rows.assign(
        amount_usd_bn=rows["share_pct"] * rows["value"] / 100,
        low_end=(rows["share_pct"] - half) * rows["value"] / 100,
        high_end=(rows["share_pct"] + half) * rows["value"] / 100,
    )
    ids = pd.Series(list(zip(rows["tie_id"], rows["financial_id"], strict=True)), rows.index, dtype=object)
    return _flows(rows, rows["to"], rows["from"], rows["until"].dt.year, "services", "derived", ids)


def still_promised(deals: pd.DataFrame, day: pd.Timestamp, default_term_years: float = 5.0) -> pd.DataFrame:
    """What a buyer's firm contracts still promise each group on `day`: full amounts at most, what is left at least.

    `deals` of one buyer. Grain: one row a counterparty's group with an amount. Columns: FLOW_COLUMNS; `year` missing,
    standing promised, `value_usd_bn` what is left of the headline amounts straight-line over the term, `low_usd_bn` the
    same of the low ends, `high_usd_bn` the whole high ends; `rests_on` the deals' ids.

    No formula: sums of `commitments.payables`.
    """
    remaining = payables(deals, day, basis="remaining", default_term_years=default_term_years)
    low, high = amount_ends(remaining["amount_usd_bn"], remaining["amount_low_usd_bn"], remaining["amount_high_usd_bn"])
    left = remaining["counted"] / remaining["amount_usd_bn"].where(remaining["amount_usd_bn"] > 0)
    rows = remaining.assign(amount_usd_bn=remaining["counted"], low_end=low * left, high_end=high)
    rows = rows[rows["counted"].notna()]
    sums = rows.groupby(["buyer", "counterparty_group"]).agg(
        amount_usd_bn=("amount_usd_bn", "sum"),
        low_end=("low_end", "sum"),
        high_end=("high_end", "sum"),
        ids=("deal_id", tuple),
    )
    sums = sums.reset_index()
    year = pd.Series(float("nan"), index=sums.index)
    return _flows(sums, sums["buyer"], sums["counterparty_group"], year, "promised", "promised", sums["ids"])


def _flows(
    rows: pd.DataFrame,
    payer: pd.Series,
    payee: pd.Series,
    year: pd.Series,
    form: str,
    standing: pd.Series | str,
    rests_on: pd.Series,
) -> pd.DataFrame:
    ids = [entry if isinstance(entry, tuple) else (entry,) for entry in rests_on]
    flows = pd.DataFrame(
        {
            "payer": payer,
            "payee": payee,
            "year": year.astype("Int64"),
            "form": form,
            "standing": standing,
            "low_usd_bn": rows["low_end"] if "low_end" in rows else rows["amount_usd_bn"],
            "value_usd_bn": rows["amount_usd_bn"],
            "high_usd_bn": rows["high_end"] if "high_end" in rows else rows["amount_usd_bn"],
            "rests_on": pd.Series(ids, rows.index, dtype=object),
        }
    )
    return flows[FLOW_COLUMNS].sort_values(["payer", "payee", "year"], ignore_index=True)


def cash_by_pair(flows: pd.DataFrame) -> pd.DataFrame:
    r"""Each pair of companies and year, with what went either way, and what is promised without a year.

    `flows`: the rows of this module's functions, one below the other, names of companies at one level. Grain: pair
    (`first` before `second` in the alphabet) and year, `year` missing for promises without one. Columns: `first`,
    `second`, `year`, `to_second_equity_usd_bn`, `to_second_services_usd_bn`, `to_second_promised_usd_bn`, the same with
    `to_first_`, and `net_to_second_usd_bn` (what was paid, either form). Promised equity counts as promised. Missing,
    not zero, where nothing is known; a missing way counts as nothing in the net.

    Formula: $\sum P_{12} - \sum P_{21}$ (net), with payments $P_{12}$ from the first to the second and $P_{21}$ back
    Reference: arithmetic
    """
    ahead = flows["payer"] < flows["payee"]
    rows = flows.assign(
        first=flows["payer"].where(ahead, flows["payee"]),
        second=flows["payee"].where(ahead, flows["payer"]),
        form=flows["form"].mask(flows["standing"].eq("promised"), "promised"),
        way=ahead.map({True: "to_second", False: "to_first"}),
    )
    columns = [f"{way}_{form}_usd_bn" for way in ("to_second", "to_first") for form in FORMS]
    rows = rows.assign(column=rows["way"] + "_" + rows["form"] + "_usd_bn")
    keys = ["first", "second", "year"]
    by_column = rows.assign(**{column: rows["value_usd_bn"].where(rows["column"].eq(column)) for column in columns})
    sums = by_column.groupby(keys, dropna=False)[columns].sum(min_count=1)
    paid = {
        way: sums[[f"{way}_equity_usd_bn", f"{way}_services_usd_bn"]].sum(axis=1) for way in ("to_second", "to_first")
    }
    return sums.assign(net_to_second_usd_bn=paid["to_second"] - paid["to_first"]).reset_index()
