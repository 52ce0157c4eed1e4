"""Concentration one level down: who makes the chips, on paper and under contract, beside who gets the dollars."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.drawing import text_metrics
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import INK, PAPER, colours, domain_when_narrow, finish, text
from compute_ledger.measures.concentration import hhi, hhi_floor
from compute_ledger.shared import rounding

ALL_CHIPS, BOUND_CHIPS = "chips announced", "chips under contract"
MONEY = "dollars"
WIDE_BAR, NARROW_BAR, LETTERS = 470.0, 142.0, 11  # px: a bar of 100% in each drawing, and the names in it


def _nothing(scope: Scope) -> str:
    return f"On {formatting.day(scope.as_of)} no deal of {scope.buyer or 'any buyer'} had a capacity printed as one of chips."


@rounding.inputs
def silicon_shares(by_basis: pd.DataFrame, suppliers: pd.DataFrame) -> pd.DataFrame:
    """Shares of suppliers in three wholes: dollars, gigawatts of chips announced, and of chips under contract.

    `by_basis` from `capacity.by_supplier`, `suppliers` from `commitments.by_supplier`, both by counterparty. Grain:
    one row a whole and a supplier, the largest first. Columns: `whole`, `supplier`, `amount` (USD bn or GW),
    `share_pct`, and of the whole `hhi`, `floor` (0 to 10,000) and `suppliers` (count).
    """
    chips = by_basis[by_basis["basis"] == "chips"].set_index("supplier")
    wholes = {
        MONEY: suppliers.set_index("supplier")["counted"],
        ALL_CHIPS: chips["capacity_gw"] + chips["option_gw"],
        BOUND_CHIPS: chips["contracted_gw"],
    }
    frames = []
    for whole, amounts in wholes.items():
        some = amounts[amounts > 0].sort_values(ascending=False, kind="stable").rename("amount").rename_axis("supplier")
        frames.append(
            some.reset_index().assign(
                whole=whole,
                share_pct=lambda rows: 100 * rows["amount"] / rows["amount"].sum(),
                hhi=hhi(some),
                floor=hhi_floor(len(some)),
                suppliers=len(some),
            )
        )
    return pd.concat(frames, ignore_index=True)


def _wholes(shares: pd.DataFrame) -> pd.DataFrame:
    return shares.drop_duplicates("whole").set_index("whole")


@exhibit("silicon")
@rounding.inputs
def silicon(shares: pd.DataFrame, rows: pd.DataFrame, counted: pd.DataFrame, scope: Scope) -> Exhibit:
    """Three bars of 100%: dollars, chips announced, chips under contract. `shares` from `silicon_shares`.

    `rows` from `capacity.standing_capacity`, `counted` the commitments.
    """
    wholes = _wholes(shares)
    if ALL_CHIPS not in wholes.index:
        return Exhibit.empty(_nothing(scope), scope.as_of)
    words = [
        f"{whole}: {formatting.names(group['supplier'] + ' ' + group['share_pct'].map(lambda share: formatting.pct(share, 0)))}"
        for whole, group in shares.groupby("whole", sort=False)
    ]
    return Exhibit(
        title=_largest(shares),
        subtitle=(
            f"Shares in %, {formatting.day(scope.as_of)}: of {code_labels.COUNTED_LABELS[scope.perimeter]} in dollars, of gigawatts of chips in all deals, options included, "
            "and of gigawatts of chips under contract; beside each bar its HHI"
        ),
        description=f"Stacked bars. {'. '.join(words)}.",
        chart=finish(_chart(shares, scope), height=70 * len(wholes) + 10),
        table=shares,
        columns={
            "whole": ("Whole", ""),
            "supplier": ("Supplier", ""),
            "amount": ("Amount", "USD bn or GW"),
            "share_pct": ("Share", "%"),
            "hhi": ("HHI of the whole", "0 to 10,000"),
            "floor": ("Its floor", "10,000 / n"),
        },
        rests_on={
            "capacities": rows[rows["basis"] == "chips"],
            "deals": counted[counted["counted"] > 0],
        },
        as_of=scope.as_of,
        note="A gigawatt of chips counts with the firm that sells it; a cloud that sells its own chips is one of them. Chips and dollars overlap and are never added.",
    )


def _largest(shares: pd.DataFrame) -> str:
    """'The largest part: Oracle 41% of dollars, Broadcom 32% of chips announced and AMD 69% of chips under contract'."""
    first = shares.drop_duplicates("whole")
    parts = (
        first["supplier"]
        + " "
        + first["share_pct"].map(lambda share: formatting.pct(share, 0))
        + " of "
        + first["whole"]
    )
    return f"The largest part: {formatting.names(parts)}"


@rounding.inputs
def silicon_finding(
    shares: pd.DataFrame, rows: pd.DataFrame, counted: pd.DataFrame, ties: pd.DataFrame, scope: Scope
) -> Finding:
    """The index of chips on paper and under contract, beside that of dollars, and whose chips the clouds buy.

    Frames as in `silicon`; `ties` of the ledger.
    """
    wholes = _wholes(shares)
    if ALL_CHIPS not in wholes.index:
        return Finding(name="silicon", detail=_nothing(scope))
    floors = formatting.names(
        f"{formatting.number(row['floor'], 0)} for {whole}" for whole, row in wholes.iterrows() if row["suppliers"] > 1
    )
    dollars = (
        f"The HHI of dollars is {formatting.number(wholes['hhi'][MONEY], 0)}. "
        if MONEY in wholes.index and wholes["suppliers"][MONEY] > 1 and not scope.no_index
        else ""
    )
    least = "" if floors == "nobody" else f"The least it could be with as many suppliers: {floors}. "
    return Finding(
        name="silicon",
        claim=_title(wholes, scope),
        detail=f"{dollars}{least}{_bought(counted, ties)}What would change it: a contract on the gigawatts that are plans or options so far.",
        rests_on={"capacities": rows[rows["basis"] == "chips"], "deals": counted[counted["counted"] > 0]},
    )


def _bought(counted: pd.DataFrame, ties: pd.DataFrame) -> str:
    """Of whom the suppliers in the commitments buy chips themselves."""
    chips = ties[ties["kind"].eq("buys_chips_from") & ties["from"].isin(counted["counterparty"])]
    if chips.empty:
        return ""
    buyers = chips.groupby("to")["from"].agg(lambda names: sorted(set(names)))
    seller = str(buyers.map(len).sort_values(ascending=False, kind="stable").index[0])
    clouds = buyers[seller]
    verb = "buys its own" if len(clouds) == 1 else "buy their own"
    return f"{formatting.names(clouds)} {verb} chips from {seller}, so part of the dollars ends with that one firm. "


def _title(wholes: pd.DataFrame, scope: Scope) -> str:
    bound = wholes.loc[[BOUND_CHIPS]].iloc[0] if BOUND_CHIPS in wholes.index else None
    contract = "none of them under contract" if bound is None else f"under contract from {_makers(bound)}"
    return f"On paper the chips of {scope.buyer} come from {_makers(wholes.loc[[ALL_CHIPS]].iloc[0], noun=True)}, {contract}"


def _makers(whole: pd.Series, noun: bool = False) -> str:
    """'five makers (HHI 2,711)', 'three (HHI 5,298)', 'AMD alone'."""
    if whole["suppliers"] == 1:
        return f"{whole['supplier']} alone"
    few = formatting.count(int(whole["suppliers"]), "maker")
    return f"{few if noun else few.split()[0]} (HHI {formatting.number(whole['hhi'], 0)})"


def _fitting(shares: pd.DataFrame, bar: float) -> list[str]:
    """The names of suppliers where they fit into their part of a bar of so many px, else ''."""
    return [
        name if text_metrics.width(name, LETTERS) + 2 <= share / 100 * bar else ""
        for name, share in zip(shares["supplier"], shares["share_pct"], strict=True)
    ]


def _frame(shares: pd.DataFrame) -> pd.DataFrame:
    """The parts of each bar, end to end, and what their marks say."""
    end = shares.groupby("whole")["share_pct"].cumsum()
    unit = shares["whole"].eq(MONEY)
    amount = shares["amount"].map(formatting.number)
    return shares[["whole", "supplier", "share_pct"]].assign(
        start=end - shares["share_pct"],
        end=end,
        name=_fitting(shares, WIDE_BAR),
        short=_fitting(shares, NARROW_BAR),
        mark=mark_labels(
            shares["supplier"] + ", " + shares["whole"],
            shares["share_pct"].map(lambda share: formatting.pct(share, 0)),
            ("$" + amount + "bn").where(unit, amount + " GW"),
        ),
    )


def _chart(shares: pd.DataFrame, scope: Scope) -> alt.LayerChart:
    data, order = _frame(shares), shares["whole"].drop_duplicates().tolist()
    axis = alt.Axis(ticks=False, domain=False, labelPadding=6, labelColor=INK, labelLimit=170)
    y = alt.Y("whole:N", sort=order, title=None, axis=axis)
    x = alt.X("start:Q", title=None, axis=None, scale=alt.Scale(domain=domain_when_narrow(150, 125), nice=False))
    names = shares["supplier"].drop_duplicates().tolist()
    shade = alt.Color("supplier:N", scale=colours(names), legend=None)
    totals = _wholes(shares).reset_index().assign(end=100.0)
    totals["label"] = "HHI " + totals["hhi"].map(lambda value: formatting.number(value, 0))
    totals["label"] = totals["label"].mask(totals["suppliers"].eq(1), "one supplier")
    if scope.no_index:
        totals["label"] = totals["label"].mask(totals["whole"].eq(MONEY), "no index")
    middle = data.assign(place=(data["start"] + data["end"]) / 2)
    return alt.layer(
        alt.Chart(data)
        .mark_bar(height=34, stroke=PAPER, strokeWidth=1)
        .encode(y=y, x=x, x2="end:Q", color=shade, description=SPOKEN),
        *text(
            alt.Chart(middle)
            .transform_calculate(shown="narrow ? datum.short : datum.name")
            .encode(y=y, x=alt.X("place:Q", axis=None), text=alt.Text("shown:N")),
            color=INK,
            fontSize=LETTERS,
        ),
        alt.Chart(totals[["whole", "end", "label"]])
        .mark_text(align="left", dx=7, color=INK)
        .encode(y=y, x=alt.X("end:Q", axis=None), text=alt.Text("label:N")),
    )
