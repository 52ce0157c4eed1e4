"""The loops in cash: what each partner put into the buyer, what it was paid, and what it is still promised."""

from decimal import Decimal

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.evidence_links import Behind
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BUYERS, INK, PLAIN, domain_when_narrow, finish, when_narrow
from compute_ledger.measures.payments import cash_by_pair
from compute_ledger.shared import rounding

MOST_PARTNERS, MOST_PAIRS = 14, 40
# Height in px of a name, of a bar and of the gap below a partner.
NAME, BAR, GAP = 18, 17, 8
# Column of `by_partner`: what the bar is called on a mark and beside it, its colour, and whether the money has moved or binds.
BARS = {
    "invested": ("put in, paid or bound", "in", PLAIN, True),
    "invested_promised": ("put in only on a condition or plan", "in, not binding", PLAIN, False),
    "paid": ("paid by the buyer for services", "paid", BUYERS[0], True),
    "contracts": ("contracts of the buyer, full value", "in contracts", BUYERS[0], False),
    "placed": ("put into it by the buyer", "placed", INK, True),
    "placed_promised": ("planned for it by the buyer", "planned", INK, False),
}


def rows_behind(
    flows: pd.DataFrame, ties: pd.DataFrame, financials: pd.DataFrame, deals: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The rows of the ledger that the flows of `loop_cash` rest on, by table."""
    ids = set(flows["rests_on"].explode())
    tables = {
        "ties": ties[ties["tie_id"].isin(ids)],
        "financials": financials[financials["financial_id"].isin(ids)],
        "deals": deals[deals["deal_id"].isin(ids)],
    }
    return {name: rows for name, rows in tables.items() if len(rows)}


def _nothing(scope: Scope) -> str:
    return f"No money between {scope.buyer or 'any buyer'} and its partners with a published amount was known on {formatting.day(scope.as_of)}."


@exhibit("loop-cash")
@rounding.inputs
def cash_by_partner(partners: pd.DataFrame, behind: Behind, scope: Scope) -> Exhibit:
    """Bars by partner, drawn by size: in, paid, and under contract. `partners` from `measures.payments.loop_cash`."""
    if partners.empty:
        return Exhibit.empty(_nothing(scope), scope.as_of)
    drawn = partners.head(MOST_PARTNERS)
    cut = f" Drawn are the first {MOST_PARTNERS} of {len(partners)}." if len(partners) > MOST_PARTNERS else ""
    buyer = scope.buyer
    return Exhibit(
        title=_title(partners, buyer),
        subtitle=(
            f"Money between {buyer} and each partner, all years, published amounts, USD bn, as known on {formatting.day(scope.as_of)}"
        ),
        key=_key(drawn, buyer),
        description=f"Bar chart of {formatting.count(len(drawn), 'partner')}: {formatting.names(_spoken(drawn, buyer), limit=8)}.",
        chart=_chart(drawn, buyer),
        table=partners.assign(range=_ranges(partners), left=[_significant(value) for value in partners["left"]]),
        columns={
            "partner": ("Partner", ""),
            "invested": (f"Put into {buyer}, paid or bound", "USD bn"),
            "invested_promised": (f"Put into {buyer}, not binding", "USD bn"),
            "paid": (f"Paid by {buyer}, as reported", "USD bn"),
            "contracts": ("Contracts, full value", "USD bn"),
            "range": ("Range of the contracts", ""),
            "left": ("Left of them, spread evenly", "USD bn"),
            "placed": (f"{buyer}'s money for its shares", "USD bn"),
            "placed_promised": (f"{buyer}'s money, planned", "USD bn"),
        },
        rests_on=behind,
        as_of=scope.as_of,
        note=(
            "An empty cell means that nothing is published, not that nothing was paid. Shares that came with an order and orders without a price are not "
            f"drawn. What is left assumes an even spread over the term, {formatting.number(scope.default_term_years)} years where none is published.{cut}"
        ),
    )


def _significant(value: float) -> float:
    """The value to two digits: more than that no convention of spending bears."""
    if pd.isna(value) or value <= 0:
        return value
    unit = 10.0 ** (Decimal(repr(rounding.rounded(value))).adjusted() - 1)
    return rounding.rounded(value / unit, 0) * unit


def _ranges(partners: pd.DataFrame) -> list[str]:
    """'300 or more', 'up to 22.4', or nothing where the contracts have one amount."""
    return [
        f"{formatting.number(low)} or more"
        if high == float("inf")
        else f"{formatting.number(low)} to {formatting.number(high)}"
        if pd.notna(low) and low < high
        else ""
        for low, high in zip(partners["contracts_low"], partners["contracts_high"], strict=True)
    ]


def _title(partners: pd.DataFrame, buyer: str) -> str:
    both = partners[(partners["invested"] > 0) & partners["contracts"].notna()]
    if len(both):
        return (
            f"{formatting.names(both['partner'])} put {formatting.usd_short(both['invested'].sum())} into {buyer} "
            f"and {'holds' if len(both) == 1 else 'hold'} contracts of {formatting.usd_short(both['contracts'].sum())}"
        )
    if partners["invested"].sum() > 0:
        return f"No partner that put money into {buyer} has a contract with a published amount"
    return f"No named partner with a published amount has put money into {buyer}"


def _spoken(drawn: pd.DataFrame, buyer: str) -> list[str]:
    return [
        f"{row['partner']} "
        + ", ".join(
            f"{formatting.usd_short(row[column])} {words.replace('the buyer', buyer)}"
            for column, (words, *_) in BARS.items()
            if pd.notna(row[column])
        )
        for row in drawn.to_dict("records")
    ]


def _bars(drawn: pd.DataFrame, buyer: str) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """One row a bar and one a partner, with their places in px, and the height of all."""
    bars, names, top = [], [], 0
    for row, bound in zip(drawn.to_dict("records"), _ranges(drawn), strict=True):
        names.append({"partner": row["partner"], "top": top + NAME - 9})
        top += NAME
        for column, (words, short, shade, solid) in BARS.items():
            if pd.isna(row[column]):
                continue
            more = column == "contracts" and bound.endswith("more")
            amount = formatting.number(row[column], 2 if row[column] < 1 else 1)
            bars.append(
                {
                    "partner": row["partner"], "amount": row[column], "top": top, "foot": top + BAR - 4,
                    "middle": top + (BAR - 4) / 2, "beside": f"{amount} or more {short}" if more else f"{amount} {short}",
                    "shade": shade, "solid": solid, "reading": formatting.usd_short(row[column]),
                    "remark": words.replace("the buyer", buyer) + (", open upwards" if more else ""),
                }
            )  # fmt: skip
            top += BAR
        top += GAP
    frame = pd.DataFrame(bars)
    frame = frame.assign(mark=mark_labels(frame["partner"], frame["reading"], frame["remark"]))
    return frame.drop(columns=["reading", "remark", "partner"]).pipe(rounding.frame, 3), pd.DataFrame(names), top


def _key(drawn: pd.DataFrame, buyer: str) -> list[Swatch]:
    words = {
        "invested": f"put into {buyer}, paid or bound",
        "invested_promised": "put in on a condition or planned",
        "paid": f"paid by {buyer} for services",
        "contracts": f"contracts of {buyer}, full value",
        "placed": f"{buyer}'s own money for shares of the partner",
        "placed_promised": "the same, planned",
    }
    return drawn_only(
        (bool(drawn[column].gt(0).any()), Swatch("bar" if solid else "dashed bar", shade, words[column]))
        for column, (_, _, shade, solid) in BARS.items()
    )


def _chart(drawn: pd.DataFrame, buyer: str) -> alt.LayerChart:
    bars, names, height = _bars(drawn, buyer)
    longest = float(bars["amount"].max())
    scale = alt.Scale(domain=domain_when_narrow(longest * 1.75, longest * 1.3), nice=False)
    heights = alt.Scale(domain=[height, 0], nice=False, zero=False)
    base = alt.Chart(bars).transform_calculate(zero="0")
    rects = base.encode(
        x=alt.X("zero:Q", axis=None, scale=scale),
        x2=alt.X2("amount:Q"),
        y=alt.Y("top:Q", axis=None, scale=heights),
        y2=alt.Y2("foot:Q"),
        description=SPOKEN,
    )
    layers = [
        rects.transform_filter("datum.solid").mark_rect().encode(color=alt.Color("shade:N", scale=None)),
        rects.transform_filter("!datum.solid")
        .mark_rect(filled=False, strokeDash=[3, 3], strokeWidth=1.4)
        .encode(stroke=alt.Stroke("shade:N", scale=None)),
        base.mark_text(align="left", dx=6, fontSize=11, color=INK).encode(
            x=alt.X("amount:Q", axis=None, scale=scale),
            y=alt.Y("middle:Q", axis=None, scale=heights),
            text=alt.Text("beside:N"),
        ),
        alt.Chart(names)
        .mark_text(align="left", fontWeight="bold", fontSize=when_narrow(11, 12))
        .encode(x=alt.XValue(0), y=alt.Y("top:Q", axis=None, scale=heights), text=alt.Text("partner:N")),
    ]
    return finish(alt.layer(*layers), height=height + 8)


@exhibit("loop-cash-by-year")
@rounding.inputs
def cash_by_year(flows: pd.DataFrame, behind: Behind, scope: Scope) -> Table | Exhibit:
    """The ledger of the loops: each pair of companies and year. `flows` from `measures.payments.loop_cash`."""
    if flows.empty:
        return Exhibit.empty(_nothing(scope), scope.as_of)
    pairs = _oriented(cash_by_pair.cash_by_pair(flows), scope.buyer)
    shown = pairs.head(MOST_PAIRS)
    cut = f" Shown are the first {MOST_PAIRS} of {len(pairs)} rows." if len(pairs) > MOST_PAIRS else ""
    count = formatting.count(
        shown[["first", "second"]].drop_duplicates().shape[0], "pair of companies", "pairs of companies"
    )
    return Table(
        caption=f"The loops in cash: {count} by year, as known on {formatting.day(scope.as_of)}",
        table=shown,
        columns={
            "first": ("A", ""),
            "second": ("B", ""),
            "period": ("Year", ""),
            "to_second_equity_usd_bn": ("A into B, shares", "USD bn"),
            "to_first_services_usd_bn": ("B to A, paid for services", "USD bn"),
            "to_first_promised_usd_bn": ("B to A, still promised", "USD bn"),
            "to_second_services_usd_bn": ("A to B, paid for services", "USD bn"),
            "to_second_promised_usd_bn": ("A to B, still promised", "USD bn"),
            "to_first_equity_usd_bn": ("B into A, shares", "USD bn"),
            "net_to_second_usd_bn": ("Paid by A less paid by B", "USD bn"),
        },
        rests_on=behind,
        as_of=scope.as_of,
        note=(
            "Shares paid or bound stand in the year in which the agreement was made; those on a condition or planned are still promised. Contracts have no "
            "year: what is left of them, spread evenly over their terms, stands in a row of its own. What one firm earned from another is the "
            f"printed part of its printed revenue. Empty: nothing published.{cut}"
        ),
    )


def _oriented(pairs: pd.DataFrame, buyer: str) -> pd.DataFrame:
    """Pairs with the buyer as the second of its own, these first and by size, and years in words."""
    turn = pairs["first"].eq(buyer)
    swapped = {
        column: pairs[column].mask(turn, pairs[other])
        for way, back in (("to_first", "to_second"), ("to_second", "to_first"))
        for column, other in ((f"{way}_{form}_usd_bn", f"{back}_{form}_usd_bn") for form in cash_by_pair.FORMS)
    }
    rows = pairs.assign(
        first=pairs["first"].mask(turn, pairs["second"]),
        second=pairs["second"].mask(turn, pairs["first"]),
        net_to_second_usd_bn=pairs["net_to_second_usd_bn"].mask(turn, -pairs["net_to_second_usd_bn"]),
        **swapped,
    )
    rows = rows.assign(
        period=rows["year"].map(lambda year: "no year" if pd.isna(year) else f"{year}"),
        size=rows[[column for column in map(str, rows) if column.startswith("to_")]].sum(axis=1),
        apart=rows["second"].ne(buyer),
    )
    whole = rows.groupby(["first", "second"])["size"].transform("sum")
    for column in ("to_first_promised_usd_bn", "to_second_promised_usd_bn"):
        rows[column] = [_significant(value) for value in rows[column]]
    # No money is known to have moved: a net of nothing says less than an empty cell.
    moved = (
        rows[[column for column in map(str, rows) if column.endswith(("_equity_usd_bn", "_services_usd_bn"))]]
        .notna()
        .any(axis=1)
    )
    rows = rows.assign(whole=whole, net_to_second_usd_bn=rows["net_to_second_usd_bn"].where(moved))
    return rows.pipe(rounding.frame, 2).sort_values(
        ["apart", "whole", "first", "second", "period"], ascending=[True, False, True, True, True], ignore_index=True
    )


@rounding.inputs
def cash_finding(
    partners: pd.DataFrame, flows: pd.DataFrame, financials: pd.DataFrame, behind: Behind, scope: Scope
) -> Finding:
    """The published payment beside the investment of the same partner; all investments beside all contracts with the same."""
    if partners.empty:
        return Finding(name="cash", detail=_nothing(scope))
    buyer = scope.buyer
    both = partners[(partners["invested"] > 0) & partners["contracts"].notna()]
    investors = partners[partners["invested"] > 0]
    paid = _largest_payment(flows, partners, buyer)
    sentences = [f"This rests on {formatting.graded(*behind.values())}."]
    if paid is not None:
        compared = "more" if paid["value_usd_bn"] > paid["invested"] else "no more"
        claim = (
            f"In {paid['year']} alone {buyer} paid {paid['payee']} {formatting.usd_bn(paid['value_usd_bn'])}, {compared} than the "
            f"{formatting.usd_bn(paid['invested'])} that {paid['payee']} has ever agreed to put into it"
        )
        sentences.append(_payments(flows, financials, buyer))
    elif len(both):
        claim = (
            f"{formatting.names(both['partner'])} put {formatting.usd_bn(both['invested'].sum())} into {buyer} and "
            f"{'holds' if len(both) == 1 else 'hold'} contracts of {formatting.usd_bn(both['contracts'].sum())} with it"
        )
        sentences.append(f"What {buyer} has paid them in any year was not published by {formatting.day(scope.as_of)}.")
    elif len(investors):
        claim = f"{formatting.names(investors['partner'])} put {formatting.usd_bn(investors['invested'].sum())} into {buyer}; what it pays them is not published"
    else:
        claim = ""
        sentences.append(
            f"No named partner with a published amount had put money into {buyer} by {formatting.day(scope.as_of)}."
        )
    if len(both) and paid is not None:
        sentences.append(_in_and_out(investors, both, buyer, scope))
    sentences += _funded(financials, partners, buyer)
    return Finding(name="cash", claim=claim, detail=" ".join(filter(None, sentences)), rests_on=behind)


def _largest_payment(flows: pd.DataFrame, partners: pd.DataFrame, buyer: str) -> pd.Series | None:
    """The largest payment of a year by the buyer to a partner that put money into it."""
    paid = flows[flows["payer"].eq(buyer) & flows["form"].eq("services") & flows["standing"].ne("promised")]
    rows = paid.merge(partners[["partner", "invested"]], left_on="payee", right_on="partner")
    rows = rows[rows["invested"] > 0]
    return None if rows.empty else rows.sort_values(["value_usd_bn", "payee"], ascending=[False, True]).iloc[0]


def _payments(flows: pd.DataFrame, financials: pd.DataFrame, buyer: str) -> str:
    """How many payments are known at all, and what the ledger notes of the one told."""
    moved = flows[flows["form"].eq("services") & flows["standing"].ne("promised")]
    own = moved[moved["payer"].eq(buyer)]
    notes = financials.set_index("financial_id")["note"].reindex(own["rests_on"].explode()).dropna()
    noted = f" ({notes.iloc[0].partition(';')[0]})" if len(notes) else ""
    years = formatting.count(len(own), "payment of a whole year", "payments of whole years")
    return f"No more than {years} by {buyer} to a partner {'is' if len(own) == 1 else 'are'} published{noted}."


def _in_and_out(investors: pd.DataFrame, both: pd.DataFrame, buyer: str, scope: Scope) -> str:
    left = _significant(float(both["left"].sum()))
    return (
        f"Named partners have paid or bound {formatting.usd_bn(investors['invested'].sum())} for its shares, {formatting.usd_bn(both['invested'].sum())} of it from "
        f"{formatting.names(both['partner'])}, with whom {buyer} has contracts of {formatting.usd_bn(both['contracts'].sum())}; about {formatting.usd_bn(left)} of these "
        f"is still to be paid if each is spent evenly over its term ({formatting.number(scope.default_term_years)} years where none is published)."
    )


def _funded(financials: pd.DataFrame, partners: pd.DataFrame, buyer: str) -> list[str]:
    """What of a partner's commitment had really been paid, where that is published."""
    rows = financials[financials["metric"].eq(f"{buyer.lower()}_investment_funded") & financials["value"].notna()]
    rows = (
        rows.sort_values("period_end", kind="stable")
        .drop_duplicates("entity", keep="last")
        .merge(partners, left_on="entity", right_on="partner")
    )
    return [
        f"Of {row['entity']}'s {formatting.number(row['invested'])}, {formatting.number(row['value'])} had been paid by {formatting.period(row['period'])}."
        for row in rows.to_dict("records")
        if row["invested"] > 0
    ]
