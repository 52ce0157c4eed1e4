"""From the deals that can be listed to the totals that others quote, and from gigawatts to dollars."""

import numpy as np
import pandas as pd

from compute_ledger.measures.commitments import in_perimeter, standing_on
from compute_ledger.measures.payment_schedule import counted_once, due_after, due_deals
from compute_ledger.measures.timeline import quoted_totals
from compute_ledger.shared import rounding
from compute_ledger.shared.choices import CAPACITY_BASES, PERIMETERS, one_of

QUOTED = ("largest", "newest", "oldest")
STEPS = ("firm", "conditional", "announced", "counted_twice", "later", "unexplained")
PART_COLUMNS = ["financial_id", "deal_id", "counterparty", "high", "printed"]
ESTIMATES = ("all_in_estimate", "chips_cost_estimate", "cost_estimate", "sales_estimate", "value_estimate")


def totals(financials: pd.DataFrame, claims: pd.DataFrame, evidence: pd.DataFrame, entity: str) -> pd.DataFrame:
    """Totals that others quote, oldest first, with the horizon and the capacity stated beside them.

    Grain and columns of `timeline.quoted_totals`. Adds `horizon_on` (last day covered: the end of a target's
    period, or the day it was quoted plus the years stated with it; missing where none is) and `quoted_gw`.

    No formula: rows are picked.
    """
    rows = quoted_totals(financials, entity)
    links = evidence[(evidence["table"] == "financials") & (evidence["role"] != "conflicts")]
    stated = links.merge(claims[["claim_id", "metric", "value"]], on="claim_id").groupby(["metric", "row_id"])["value"]
    figures = stated.max().to_dict()
    years = [figures.get(("commitments_horizon", key)) for key in rows["financial_id"]]
    horizon = [
        row["period_end"] if row["is_projection"] else _years_later(row["known_on"], term)
        for (_, row), term in zip(rows.iterrows(), years, strict=True)
    ]
    capacity = [figures.get(("capacity_quoted", key)) for key in rows["financial_id"]]
    return rows.assign(
        horizon_on=pd.to_datetime(pd.Series(horizon, index=rows.index, dtype="datetime64[us]")),
        quoted_gw=pd.Series(capacity, index=rows.index, dtype=float),
    )


def _years_later(day: pd.Timestamp, years: float | None) -> pd.Timestamp | None:
    return (
        None
        if years is None
        else day + pd.DateOffset(months=int(rounding.rounded(12 * years, 0))) - pd.Timedelta(days=1)
    )


def pick(quoted: pd.DataFrame, which: str) -> pd.DataFrame:
    """One of the `totals`, as a frame of one row (or none): the largest (quoted last), the newest or the oldest.

    No formula: rows are picked.
    """
    one_of("quoted_total", which, QUOTED)
    by = ["value", "known_on"] if which == "largest" else ["known_on", "value"]
    ordered = quoted.sort_values(by, key=rounding.column)
    return ordered.head(1) if which == "oldest" else ordered.tail(1)


def listed(deals: pd.DataFrame, picked: pd.DataFrame) -> pd.DataFrame:
    """Deals that stood on the day a total (`pick`) was quoted, talks apart; none without a total.

    No formula: rows are picked.
    """
    if picked.empty:
        return deals.iloc[:0]
    return in_perimeter(standing_on(deals, picked["known_on"].iloc[0]), "announced")


def money_in(deals: pd.DataFrame, picked: pd.DataFrame) -> pd.DataFrame:
    """Letters of intent standing on that day under which the buyer would receive money: never part of a bridge.

    No formula: rows are picked.
    """
    if picked.empty:
        return deals.iloc[:0]
    rows = standing_on(deals, picked["known_on"].iloc[0])
    receives = rows["kind"].eq("letter_of_intent") & rows["direction"].eq("buyer_receives")
    return rows[receives & (rows["amount_usd_bn"] > 0)]


def bridge(deals: pd.DataFrame, picked: pd.DataFrame, *, ramp: str, default_term_years: float) -> pd.DataFrame:
    r"""Steps from the deals known on the day a total was quoted to that total; they add up to it exactly.

    `picked` from `pick`. Grain: one step, in the order of STEPS; firm, conditional and announced deals by
    counterparty. Columns: `step`, `counterparty` (missing for other steps), `amount_usd_bn`, `begins`, `ends`.

    firm, conditional, announced: published amounts of the deals that each perimeter adds to the one before.
    counted_twice: what is part of another deal listed. later: what falls due after the total's horizon, where
    one is stated (`ramp`, `default_term_years`). unexplained: the rest; negative where the deals exceed the total.

    Formula: $Q = a_{\text{firm}} + a_{\text{conditional}} + a_{\text{announced}} - a_{\text{counted twice}} -
    a_{\text{later}} + a_{\text{unexplained}}$
    Reference: convention of this report
    """
    columns = ["step", "counterparty", "amount_usd_bn", "begins", "ends"]
    if picked.empty:
        return pd.DataFrame(columns=columns)
    total = picked.iloc[0]
    due = due_deals(deals, total["known_on"], perimeter="announced", default_term_years=default_term_years)
    net = float(due["due_usd_bn"].sum())
    later = _later(due, ramp, total["horizon_on"])
    named = _by_perimeter(deals, total["known_on"])
    rest = [
        ("counted_twice", net - float(named["amount_usd_bn"].sum())),
        ("later", -later),
        ("unexplained", float(total["value"]) - (net - later)),
    ]
    closing = pd.DataFrame(rest, columns=["step", "amount_usd_bn"])
    steps = pd.concat([named, closing[closing["amount_usd_bn"].abs() > 1e-9]], ignore_index=True)
    ends = steps["amount_usd_bn"].cumsum()
    return steps.assign(begins=ends - steps["amount_usd_bn"], ends=ends)[columns]


def _by_perimeter(deals: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Published amounts by counterparty of the deals that each perimeter adds to the narrower one."""
    standing, narrower, parts = standing_on(deals, day), pd.Index([]), []
    for step, perimeter in zip(STEPS, PERIMETERS, strict=False):
        rows = in_perimeter(standing, perimeter)
        new = rows[~rows.index.isin(narrower)]
        narrower = rows.index
        added = new.assign(amount_usd_bn=counted_once(new, deals, "amount_usd_bn"))
        sums = added[added["amount_usd_bn"] > 0].groupby("counterparty")["amount_usd_bn"].sum().reset_index()
        ordered = sums.sort_values(["amount_usd_bn", "counterparty"], ascending=[False, True], key=rounding.column)
        parts.append(ordered.assign(step=step))
    return pd.concat(parts, ignore_index=True)


def by_step(deals: pd.DataFrame, quoted: pd.DataFrame, *, ramp: str, default_term_years: float) -> pd.DataFrame:
    """Every quoted total with the sum of each step of its bridge: one row a total, a column for each of STEPS.

    Adds `over_firm`: the total less the firm deals known that day, those due within its horizon where one is stated.

    No formula: `bridge` of each total.
    """
    rows = []
    for position in range(len(quoted)):
        picked = quoted.iloc[[position]]
        steps = bridge(deals, picked, ramp=ramp, default_term_years=default_term_years)
        sums = steps.groupby("step")["amount_usd_bn"].sum().reindex(list(STEPS), fill_value=0.0)
        firm = due_deals(deals, picked["known_on"].iloc[0], default_term_years=default_term_years)
        due_within_usd_bn = firm["due_usd_bn"].sum() - _later(firm, ramp, picked["horizon_on"].iloc[0])
        rows.append([*sums, picked["value"].iloc[0] - due_within_usd_bn])
    return quoted.join(pd.DataFrame(rows, index=quoted.index, columns=[*STEPS, "over_firm"]))


def _later(due: pd.DataFrame, ramp: str, horizon_on: pd.Timestamp) -> float:
    """What falls due after the horizon; nothing where none is stated."""
    return 0.0 if pd.isna(horizon_on) else float(due_after(due, ramp, horizon_on).sum())


def estimates(deals: pd.DataFrame, claims: pd.DataFrame, sources: pd.DataFrame, picked: pd.DataFrame) -> pd.DataFrame:
    """What outsiders had estimated, by the day a total was quoted, for deals without a published amount.

    From pages published by then (a month or year counts from its first day). Grain: one claim. Columns of `claims`,
    with `counterparty`, `deal_id`, `source_ids`, and `low` and `high` filled with the value. Estimates that cover
    other buyers too are left out.

    No formula: rows are picked.
    """
    rows = listed(deals, picked)
    unpriced = rows.loc[rows["amount_usd_bn"].isna(), ["deal_id", "counterparty"]]
    estimate_claims = claims[claims["metric"].isin(ESTIMATES)].merge(unpriced, left_on="subject", right_on="deal_id")
    if len(picked):
        published = estimate_claims["source_id"].map(sources.set_index("source_id")["published_on"]).fillna("")
        estimate_claims = estimate_claims[published.astype(str) <= f"{picked['known_on'].iloc[0]:%Y-%m-%d}"]
    return estimate_claims.assign(
        low=estimate_claims["low"].fillna(estimate_claims["value"]),
        high=estimate_claims["high"].fillna(estimate_claims["value"]).fillna(estimate_claims["low"]),
        source_ids=estimate_claims["source_id"].map(lambda source: (source,)),
    ).sort_values(["counterparty", "high", "claim_id"], key=rounding.column, ignore_index=True)


def printed_parts(
    deals: pd.DataFrame, claims: pd.DataFrame, evidence: pd.DataFrame, quoted: pd.DataFrame
) -> pd.DataFrame:
    """What the pages that print a total print as its parts: amounts and estimates of single deals of the buyer.

    Only of pages that give an estimate for a deal without an amount beside the total: a page that merely repeats an
    amount says nothing of the make-up. Beside them the firm contracts with others known that day. Grain: a total and a
    deal. Columns: `financial_id`, `deal_id`, `counterparty`, `high` (USD bn, the highest figure of those pages, or the
    contract's amount), `printed` (whether those pages print it).

    No formula: rows are picked.
    """
    links = evidence[evidence["table"].eq("financials") & evidence["role"].ne("conflicts")]
    links = links[links["row_id"].isin(quoted["financial_id"])].merge(claims, on="claim_id")
    pages = links.loc[links["metric"].isin(quoted["metric"].unique()), ["row_id", "source_id"]].drop_duplicates()
    known = deals.loc[deals["known_on"] <= quoted["known_on"].max(), ["deal_id", "counterparty"]]
    parts = claims[claims["metric"].isin(["amount", *ESTIMATES])]
    parts = parts.merge(known, left_on="subject", right_on="deal_id").merge(pages, on="source_id")
    told = parts.loc[parts["metric"].isin(ESTIMATES), ["row_id", "source_id"]].drop_duplicates()
    parts = parts.merge(told, on=["row_id", "source_id"])
    parts = parts.assign(high=parts["high"].fillna(parts["value"]).fillna(parts["low"])).dropna(subset="high")
    parts = parts.rename(columns={"row_id": "financial_id"}).sort_values(
        ["financial_id", "high", "deal_id"], key=rounding.column
    )
    parts = parts.drop_duplicates(["financial_id", "deal_id"], keep="last").assign(printed=True)
    day = quoted.set_index("financial_id")["known_on"]
    others = [
        _firm_of_others(deals, day[key], rows["counterparty"], key) for key, rows in parts.groupby("financial_id")
    ]
    rows = pd.concat([parts[PART_COLUMNS], *others]).astype({"printed": bool})
    order = ["financial_id", "printed", "high"]
    return rows.sort_values(order, ascending=[True, False, False], key=rounding.column, ignore_index=True)


def _firm_of_others(deals: pd.DataFrame, day: pd.Timestamp, printed: pd.Series, key: object) -> pd.DataFrame:
    due = due_deals(deals, day)
    rows = due[(due["due_usd_bn"] > 0) & ~due["counterparty"].isin(printed)]
    return rows.assign(financial_id=key, high=rows["due_usd_bn"], printed=False)[PART_COLUMNS]


def firm_by_day(deals: pd.DataFrame, quoted: pd.DataFrame) -> list[float]:
    """Full amounts of the firm contracts known on the day of each total, USD bn, in the order of `quoted`.

    No formula: sums of `due_deals`.
    """
    return [float(due_deals(deals, day)["due_usd_bn"].sum()) for day in quoted["known_on"]]


def cost_per_gw(financials: pd.DataFrame) -> pd.DataFrame:
    """What a gigawatt of data centre is said to cost, chips included: rows of `financials`, oldest first.

    USD bn a gigawatt; `low` and `high` are filled with the value where the print is a single figure. A print
    that is open upwards ("over 40") says its low end alone: the high end of several is the highest that one names.

    No formula: rows are picked.
    """
    rows = financials[(financials["metric"] == "cost_per_gw") & (financials["unit"] == "usd_bn_per_gw")]
    rows = rows.assign(low=rows["low"].fillna(rows["value"]), high=rows["high"].fillna(rows["value"]))
    return rows.dropna(subset=["low", "high"]).sort_values(["known_on", "financial_id"], ignore_index=True)


def with_capacity(deals: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Deals standing on `day`, talks apart, with a published capacity and the buyer among those who pay.

    No formula: rows are picked.
    """
    rows = in_perimeter(standing_on(deals, day), "announced")
    return rows[rows["capacity_gw"].notna()]


def capacity_cost(rows: pd.DataFrame, deals: pd.DataFrame, quoted: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    r"""Gigawatts times what a gigawatt is said to cost, beside the amount published for the same capacity.

    Interval arithmetic, [GW * lowest, GW * highest] of `costs`, on the assumption that every gigawatt is new, is
    built in full and costs the same. `rows` from `with_capacity`, `quoted` from `totals`, `costs` from `cost_per_gw`.

    Grain: a planned site with an amount (kind plan), a total quoted with its capacity (kind quoted), all capacity
    of one basis (kind sum, the basis in `item`; each capacity once, no two bases together). Columns: `item`, `kind`,
    `capacity_gw`, `published_usd_bn`, `low_usd_bn`, `high_usd_bn`, `published_per_gw`.

    Formula: $g c_{\min}$ to $g c_{\max}$, with $g$ gigawatts and $c$ what one is said to cost
    Reference: arithmetic
    """
    names = ["item", "capacity_gw", "published_usd_bn"]
    plans = rows[rows["layer"].eq("data_centre") & rows["amount_usd_bn"].notna()]
    stated = quoted[quoted["quoted_gw"].notna()].sort_values("known_on", kind="stable")
    stated = stated.assign(item=stated["known_on"].dt.strftime("%Y-%m-%d"))
    sums = [
        (basis, float(counted_once(rows[rows["capacity_basis"] == basis], deals, "capacity_gw").sum()), np.nan)
        for basis in CAPACITY_BASES
    ]
    table = pd.concat(
        [
            plans[["counterparty", "capacity_gw", "amount_usd_bn"]].set_axis(names, axis=1).assign(kind="plan"),
            stated[["item", "quoted_gw", "value"]].set_axis(names, axis=1).assign(kind="quoted"),
            pd.DataFrame(sums, columns=names).assign(kind="sum"),
        ],
        ignore_index=True,
    )
    table = table[table["capacity_gw"] > 0].reset_index(drop=True)
    return table.assign(
        low_usd_bn=table["capacity_gw"] * costs["low"].min(),
        high_usd_bn=table["capacity_gw"] * costs["high"].max(),
        published_per_gw=table["published_usd_bn"] / table["capacity_gw"],
    )
