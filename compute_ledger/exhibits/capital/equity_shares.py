"""Equity that comes from firms which the buyer pays, beside what it has promised to pay them."""

from collections.abc import Callable

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.table_payload import Columns
from compute_ledger.exhibits.theme import BLUE, GREY, INK, VERMILION, domain_when_narrow, finish, when_narrow
from compute_ledger.shared import rounding

MOST_INVESTORS = 18
# Height in px of a row with and without a second bar.
TALL, LOW = 64, 44
# Width in px after which a name ends in dots on a phone; a reader's letters may be a sixth wider than those measured.
LONGEST_NAME = 280
SUPPLIER_LABELS = {
    "firm": "with a contract in force",
    "announced": "with a contract, framework or letter of intent",
}
COUNTED_LABELS = {
    "firm": "paid or bound",
    "announced": "everything announced, conditions and letters of intent included",
}
BUYS_LABELS = {
    "contract": "contract in force",
    "announced": "framework or letter of intent",
    "nothing": "none known",
    "unknown": "not known",
}
BUYS_NOTES = {
    "contract": "orders under contract, no amount",
    "announced": "orders by framework or letter of intent only",
    "nothing": "no orders known",
    "unknown": "not named one by one",
}


@exhibit("equity-from-suppliers")
@rounding.inputs
def equity_from_suppliers(
    investors: pd.DataFrame,
    shares: pd.DataFrame,
    equity: pd.DataFrame,
    promises: pd.DataFrame,
    scope: Scope,
    strength: str,
) -> Exhibit:
    """Bars of equity by investor, and below each what the buyer has promised to pay the same group.

    `investors`, `shares`, `equity` from `measures.investors`; `promises` are the counted deals behind the promises.
    `strength` (all, firm, not_firm) chooses which equity is drawn.
    """
    rows = _of_strength(investors, strength)
    if rows.empty:
        return Exhibit.empty(_no_equity(scope), scope.as_of)
    drawn = rows.head(MOST_INVESTORS)
    return Exhibit(
        title=_title(shares, scope.buyer),
        subtitle=(
            f"Equity into {scope.buyer} by investor, and firm payables of {scope.buyer} to the same group, published amounts, USD bn, as known on {formatting.day(scope.as_of)}. "
            "Blue: paid or bound (grey where no single investor is named). Hollow: not firm (a condition or a letter of intent). Orange: promised back"
        ),
        description=(
            f"Bar chart of {formatting.count(len(drawn), 'investor or unnamed sum', 'investors and unnamed sums')}: "
            f"{formatting.names(drawn['investor'] + ' ' + (drawn['firm_usd_bn'] + drawn['conditional_usd_bn']).map(formatting.usd_short))}."
        ),
        chart=_chart(drawn),
        table=investors.assign(relation=investors["buys"].map(BUYS_LABELS)),
        columns=_equity_columns(scope.buyer),
        rests_on={"deals": pd.concat([equity, promises])},
        as_of=scope.as_of,
        note=_equity_note(rows),
    )


def _no_equity(scope: Scope) -> str:
    return f"No equity put into {scope.buyer or 'any buyer'} with a published amount was known on {formatting.day(scope.as_of)}."


def _equity_note(rows: pd.DataFrame) -> str:
    cut = f" Drawn are the first {MOST_INVESTORS} of {len(rows)} rows." if len(rows) > MOST_INVESTORS else ""
    return (
        "Only published amounts, parts instead of the totals that hold them. Left out: loans, warrants and shares that suppliers handed over, secondary "
        f"sales (which bring the company nothing), deals that ended. Where a sum names no single investor, nobody is assumed.{cut}"
    )


def _of_strength(investors: pd.DataFrame, strength: str) -> pd.DataFrame:
    """Investors with equity of the chosen strength, that of the other set to zero."""
    rows = investors.assign(
        firm_usd_bn=investors["firm_usd_bn"] if strength != "not_firm" else 0.0,
        conditional_usd_bn=investors["conditional_usd_bn"] if strength != "firm" else 0.0,
    )
    return rows[rows["firm_usd_bn"] + rows["conditional_usd_bn"] > 0].reset_index(drop=True)


def _equity_columns(buyer: str) -> Columns:
    return {
        "investor": ("Investor", ""),
        "firm_usd_bn": ("Equity, paid or bound", "USD bn"),
        "conditional_usd_bn": ("Equity, not firm", "USD bn"),
        "relation": (f"{buyer} buys from it", ""),
        "promised_usd_bn": ("Firm payables to it", "USD bn"),
        "could_return_usd_bn": ("Of the firm equity, could return at most", "USD bn"),
    }


def _title(shares: pd.DataFrame, buyer: str) -> str:
    """The share under contracts, and what frameworks and letters of intent add to it."""
    firm = shares[(shares["suppliers"] == "firm") & (shares["counted"] == "firm")].iloc[0]
    wider = shares[(shares["suppliers"] == "announced") & (shares["counted"] == "firm")].iloc[0]
    if not firm["total_usd_bn"]:
        return f"No equity in {buyer} is paid or bound yet"
    if not wider["from_suppliers_usd_bn"]:
        return f"No named investor with a paid or bound stake in {buyer} is a firm that it pays"
    share, more = formatting.pct(firm["share_low_pct"], 0), formatting.pct(wider["share_low_pct"], 0)
    extra = f", {more} with frameworks and letters of intent" if more != share else ""
    return f"{share} of the equity paid or bound came from firms that {buyer} pays under contract{extra}"


Place = Callable[[str], alt.X | alt.Y]


def _heights(drawn: pd.DataFrame) -> pd.Series:
    """The height of each row in px: that of two bars where a promise is published."""
    return drawn["promised_usd_bn"].notna().map({True: TALL, False: LOW}).astype(float)


def _equity_frame(drawn: pd.DataFrame) -> pd.DataFrame:
    """What is drawn and said of each investor."""
    firm = drawn["firm_usd_bn"].map(lambda value: f"{formatting.number(value)} in" if value else "")
    hanging = drawn["conditional_usd_bn"].map(lambda value: f"{formatting.number(value)} not firm" if value else "")
    glue = ((drawn["firm_usd_bn"] > 0) & (drawn["conditional_usd_bn"] > 0)).map({True: " + ", False: ""})
    aside = ("; " + drawn["buys"].map(BUYS_NOTES)).mask(drawn["promised_usd_bn"].notna(), "")
    tall = _heights(drawn)
    return pd.DataFrame(
        {
            "investor": drawn["investor"],
            "top": tall.cumsum() - tall,
            "firm": drawn["firm_usd_bn"],
            "both": drawn["firm_usd_bn"] + drawn["conditional_usd_bn"],
            "back": drawn["promised_usd_bn"],
            "into": firm + glue + hanging + aside,
            "short": firm + glue + hanging,
            "returned": drawn["promised_usd_bn"].map(formatting.number) + " promised back",
            "told": drawn["investor"] + ": " + firm + glue + hanging + aside,
            "told_back": drawn["investor"] + ": " + drawn["promised_usd_bn"].map(formatting.number) + " promised back",
            "shade": drawn["named"].astype(bool).map({True: BLUE, False: GREY}),
        }
    ).pipe(rounding.frame, 3)


def _chart(drawn: pd.DataFrame) -> alt.LayerChart:
    """A name, a bar of equity and, where a promise is published, a second bar below it."""
    height = _heights(drawn).sum()
    both = drawn["firm_usd_bn"] + drawn["conditional_usd_bn"]
    longest = float(max(both.max(), drawn["promised_usd_bn"].fillna(0.0).max()))
    scale = alt.Scale(domain=domain_when_narrow(longest * 1.65, longest * 1.25), nice=False)
    heights = alt.Scale(domain=[height, 0], nice=False, zero=False)

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=None, scale=scale)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None, scale=heights)

    base = alt.Chart(_equity_frame(drawn)).transform_calculate(
        zero="0",
        name="datum.top + 9",
        y1="datum.top + 19",
        y2="datum.top + 33",
        y3="datum.top + 36",
        y4="datum.top + 50",
        beside="datum.top + 26",
        below="datum.top + 43",
    )
    back = base.transform_filter("isValid(datum.back)")
    layers = [*_equity_bars(base, x, y), *_promised_bars(back, x, y), *_investor_names(base, x, y)]
    return finish(alt.layer(*layers), height=int(height) + 8)


def _equity_bars(base: alt.Chart, x: Place, y: Place) -> list[alt.Chart]:
    """What is paid or bound, and behind it, hollow, what is not firm."""
    into = base.encode(y=y("y1"), y2=alt.Y2("y2:Q"), description=alt.Description("told:N"))
    return [
        into.transform_filter("datum.firm > 0")
        .mark_rect()
        .encode(x=x("zero"), x2=alt.X2("firm:Q"), color=alt.Color("shade:N", scale=None)),
        into.transform_filter("datum.both > datum.firm")
        .mark_rect(filled=False, stroke=INK, strokeDash=[3, 3], strokeWidth=1.2)
        .encode(x=x("firm"), x2=alt.X2("both:Q")),
    ]


def _promised_bars(back: alt.Chart, x: Place, y: Place) -> list[alt.Chart]:
    """What the buyer has promised the same group, with its amount."""
    description = alt.Description("told_back:N")
    return [
        back.mark_rect(color=VERMILION).encode(
            x=x("zero"), x2=alt.X2("back:Q"), y=y("y3"), y2=alt.Y2("y4:Q"), description=description
        ),
        back.mark_text(align="left", dx=6, fontSize=11).encode(x=x("back"), y=y("below"), text=alt.Text("returned:N")),
    ]


def _investor_names(base: alt.Chart, x: Place, y: Place) -> list[alt.Chart]:
    """The words beside each bar of equity, and the name above it."""
    longest = when_narrow(LONGEST_NAME, 2 * LONGEST_NAME)
    return [
        base.transform_calculate(said="narrow ? datum.short : datum.into")
        .mark_text(align="left", dx=6, fontSize=11)
        .encode(x=x("both"), y=y("beside"), text=alt.Text("said:N")),
        base.mark_text(align="left", fontWeight="bold", fontSize=12, limit=longest).encode(
            x=x("zero"), y=y("name"), text=alt.Text("investor:N")
        ),
    ]


@exhibit("supplier-shares")
@rounding.inputs
def supplier_shares(shares: pd.DataFrame, equity: pd.DataFrame, scope: Scope) -> Table | Exhibit:
    """The share of equity from suppliers under each choice, as an interval. `shares` from `supplier_equity`."""
    priced_shares = shares[shares["total_usd_bn"] > 0]
    if priced_shares.empty:
        return Exhibit.empty(f"No equity into {scope.buyer or 'any buyer'}, so no share of it.", scope.as_of)
    return Table(
        caption=f"How much of the equity into {scope.buyer} comes from firms that it pays, {formatting.day(scope.as_of)}",
        table=priced_shares.assign(
            who=priced_shares["suppliers"].map(SUPPLIER_LABELS),
            what=priced_shares["counted"].map(COUNTED_LABELS),
            names=priced_shares["investors"].map(formatting.names),
        ),
        columns={
            "who": (f"Firms that {scope.buyer} pays: those", ""),
            "what": ("Equity counted", ""),
            "total_usd_bn": ("Equity", "USD bn"),
            "from_suppliers_usd_bn": ("From such firms, named", "USD bn"),
            "unnamed_usd_bn": ("From investors not named one by one", "USD bn"),
            "share_low_pct": ("Share, at least", "%"),
            "share_high_pct": ("Share, at most", "%"),
            "names": ("Named", ""),
        },
        rests_on={"deals": equity},
        as_of=scope.as_of,
        note="At least: none of the sums without a single named investor came from such firms. At most: all of them did.",
    )


@rounding.inputs
def equity_finding(
    investors: pd.DataFrame, shares: pd.DataFrame, equity: pd.DataFrame, promises: pd.DataFrame, scope: Scope
) -> Finding:
    """What part of the equity names a firm that the buyer pays, what the choice does to it, and what could return.

    Frames as in `equity_from_suppliers`.
    """
    firm = shares[(shares["suppliers"] == "firm") & (shares["counted"] == "firm")].iloc[0]
    widest = shares[(shares["suppliers"] == "announced") & (shares["counted"] == "announced")].iloc[0]
    if not widest["total_usd_bn"]:
        return Finding(name="equity", detail=_no_equity(scope))
    bound = f"equity in {scope.buyer} with a published amount that was paid or bound on {formatting.day(scope.as_of)}"
    total = formatting.usd_bn(firm["total_usd_bn"])
    conditional = widest["total_usd_bn"] - firm["total_usd_bn"]
    claim, sentences = "", []
    if not firm["total_usd_bn"]:
        sentences.append(f"No {bound} was known.")
    elif not firm["from_suppliers_usd_bn"]:
        claim = f"None of the {total} of {bound} names a firm that {scope.buyer} pays under a contract in force"
    else:
        claim = (
            f"Of the {total} of {bound}, {formatting.usd_bn(firm['from_suppliers_usd_bn'])}, or {formatting.pct(firm['share_low_pct'])}, "
            f"came from firms that {scope.buyer} pays under a contract in force"
        )
        sentences += _from_suppliers(investors, firm, scope.buyer)
    if conditional > 0:
        more = f"{'A further ' if firm['total_usd_bn'] else ''}{formatting.usd_bn(conditional)}"
        sentences.append(f"{more} hangs on conditions or letters of intent.")
    if widest["from_suppliers_usd_bn"] > firm["from_suppliers_usd_bn"]:
        sentences.append(
            f"With equity that is not firm, and with firms that have no more than a framework or a letter of intent, the share is "
            f"{formatting.between(widest['share_low_pct'], widest['share_high_pct'], 1)}% ({formatting.names(widest['investors'])}): the answer hangs on what counts as a supplier and as money."
        )
    behind = {"deals": pd.concat([equity, promises])}
    return Finding(name="equity", claim=claim, detail=" ".join(sentences), rests_on=behind)


def _from_suppliers(investors: pd.DataFrame, firm: pd.Series, buyer: str) -> list[str]:
    """Who the firms are that invest and are paid, and how much of their equity could come back to them."""
    supplier_investors = investors[investors["buys"].eq("contract") & (investors["firm_usd_bn"] > 0)]
    promised, back = supplier_investors["promised_usd_bn"].sum(), supplier_investors["could_return_usd_bn"].sum()
    sentences = [
        f"That is equity of {formatting.names(firm['investors'])}; the share is at most {formatting.pct(firm['share_high_pct'])}, "
        "if every sum that names no single investor came from such firms."
    ]
    if promised:
        sentences.append(
            f"{buyer} has promised the same firms {formatting.usd_bn(promised)}, {formatting.number(promised / supplier_investors['firm_usd_bn'].sum())} times what they put in. "
            f"Anything from nothing to {formatting.usd_bn(back)} of their equity could come back to them as purchases: no publication follows a dollar. "
            f"Even all of it would pay for {formatting.pct(100 * back / promised)} of those purchases."
        )
    return sentences
