"""Who pays whom, as a matrix: a column a payer, a row a payee, a tile a form of money."""

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.capital.flow_style import (
    FORMS,
    MONEY_NOTE,
    by_form,
    colour_of_form,
    flow_words,
    shape_of_form,
    word,
)
from compute_ledger.exhibits.drawing import text_metrics
from compute_ledger.exhibits.drawing.key import Swatch
from compute_ledger.exhibits.drawing.text_metrics import broken
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import GRID, INK, MUTED, NARROW, WIDTH, finish, when_narrow
from compute_ledger.shared import rounding

MOST_PAYERS, MOST_PAYEES = 14, 22
# Geometry of the matrix in px: one unit of height, the head, and the margin for names, wide and narrow.
UNIT, HEAD, MARGIN, NARROW_MARGIN = 32, 76, 150, 76


@exhibit("flow-matrix")
@rounding.inputs
def flow_matrix(flows: pd.DataFrame, scope: Scope) -> Exhibit:
    """Who pays whom: a column a payer, a row a payee, a tile a form of money. `flows` from `measures.capital.flows`."""
    if flows.empty:
        return Exhibit.empty(f"No tie of the chosen kinds was known on {formatting.day(scope.as_of)}.", scope.as_of)
    summed = by_form(flows)
    payers, payees = _sides(summed, scope.buyer)
    flow_rows = summed[summed["payer"].isin(payers) & summed["payee"].isin(payees)]
    tiles, rows, height = _tiles(flow_rows, payers, payees)
    binding_flows = summed[summed["binding"].astype(bool)]
    left_out = _left_out(summed, payers, payees)
    return Exhibit(
        title=_both_ways(summed, scope.buyer),
        subtitle=(
            f"Money from the firm above to the firm at the left, USD bn, as known on {formatting.day(scope.as_of)}; ? where no amount is published, "
            "+ where a part has none"
        ),
        key=_key(tiles),
        description=_matrix_description(flow_rows, tiles, binding_flows, scope.buyer, payers, payees),
        chart=_matrix_chart(flow_rows, tiles, rows, payers, height),
        table=flows.assign(
            words=flows["form"].map({form: words for form, (words, _, _) in FORMS.items()}),
            strength=flows["binding"].astype(bool).map({True: "binding", False: "not binding"}),
        ),
        columns={
            "payer": ("Money from", ""),
            "payee": ("Money to", ""),
            "words": ("Who gives", ""),
            "amount_usd_bn": ("Amount", "USD bn"),
            "strength": ("Strength", ""),
            "known_on": ("Known on", ""),
            "note": ("Note", ""),
        },
        rests_on={"ties": flows},
        as_of=scope.as_of,
        evidence=("ties", "tie_id"),
        note=f"{MONEY_NOTE} Amounts are headlines over terms that differ; they are not yearly sums.{left_out}",
    )


def _left_out(summed: pd.DataFrame, payers: list[str], payees: list[str]) -> str:
    """How many parties have no room."""
    dropped = len(set(summed["payer"]) - set(payers)) + len(set(summed["payee"]) - set(payees))
    return (
        f" {formatting.capital(formatting.count(dropped, 'smaller party', 'smaller parties'))} left out."
        if dropped
        else ""
    )


def _matrix_description(
    flow_rows: pd.DataFrame,
    tiles: pd.DataFrame,
    binding_flows: pd.DataFrame,
    buyer: str,
    payers: list[str],
    payees: list[str],
) -> str:
    return (
        f"Matrix of {formatting.count(len(payers), 'payer')} and {formatting.count(len(payees), 'payee')} with {formatting.count(len(tiles), 'tile')}; "
        f"{formatting.count(flow_rows.loc[flow_rows['payer'].eq(buyer), 'payee'].nunique(), 'firm')} with money or a promise from {buyer}, "
        f"{formatting.count(flow_rows.loc[flow_rows['payee'].eq(buyer), 'payer'].nunique(), 'firm')} with money, shares or a promise for it. Largest binding amount: {_largest(binding_flows)}."
    )


def _matrix_chart(
    flow_rows: pd.DataFrame, tiles: pd.DataFrame, rows: pd.DataFrame, payers: list[str], height: int
) -> alt.LayerChart:
    """Names of payers and payees round a grid with a tile for each form of money."""
    columns = pd.DataFrame(
        {"name": [_short(name, 21) for name in payers], "short": [_short(name) for name in payers]}
    ).assign(
        x=[MARGIN + (i + 0.5) * _column(len(payers)) for i in range(len(payers))],
        xn=[NARROW_MARGIN + (i + 0.5) * _column(len(payers), narrow=True) for i in range(len(payers))],
    )
    return finish(
        alt.layer(*_grid(rows, columns, height), *_marks(tiles, flow_rows, height)),
        height=height + 40,
        narrow_height=height + 80,
        narrow={"config": {"legend": {"columns": 2}}},
    )


def _partners(moving: pd.DataFrame, buyer: str) -> tuple[set[str], set[str]]:
    """Who puts something into the buyer, and which of these are also paid by it."""
    into = set(moving.loc[moving["payee"] == buyer, "payer"])
    return into, into & set(moving.loc[moving["payer"] == buyer, "payee"])


def _both_ways(summed: pd.DataFrame, buyer: str) -> str:
    """How many of those who put money or shares into the buyer are also paid by it, or would."""
    moving = summed[summed["form"] != "guarantee"]
    into, both = _partners(moving, buyer)
    firmly, firmly_both = _partners(moving[moving["binding"].astype(bool)], buyer)
    if moving.empty:
        return "These ties move no money"
    if not into:
        return f"These ties bring no money to {buyer}; they bring it to {formatting.names(sorted(set(moving['payee'])), limit=3)}"
    if len(into) == 1:
        puts = "puts" if firmly else "would put"
        paid = "is" if firmly_both == both else "would be"
        return f"{next(iter(into))} {puts} money or shares into {buyer}" + (f" and {paid} paid by it" if both else "")
    part = "none" if not both else "all" if both == into else word(len(both))
    one = len(both) < 2
    also = "sells to it too" if part == "none" else f"also {'sells' if one else 'sell'} to it"
    plan = "" if both == firmly_both else f", or {'plans' if one else 'plan'} to"
    return f"{part.capitalize()} of {buyer}'s {word(len(into))} backers, in money or shares, {also}{plan}"


def _largest(binding_flows: pd.DataFrame) -> str:
    priced = binding_flows[binding_flows["amount_usd_bn"].notna()]
    if priced.empty:
        return "none published"
    row = priced.nlargest(1, "amount_usd_bn").iloc[0]
    return f"{row['payer']} to {row['payee']}, {formatting.usd_bn(row['amount_usd_bn'])}"


def _sides(summed: pd.DataFrame, buyer: str) -> tuple[list[str], list[str]]:
    """Payers and payees in order: the buyer, then its own partners by amount, then the others."""

    def order(side: str, other: str, most: int) -> list[str]:
        is_of_buyer = summed[other].eq(buyer)
        weight = summed.assign(mine=is_of_buyer, known=summed["amount_usd_bn"].fillna(0.0)).groupby(side)[
            ["mine", "known"]
        ]
        ranked = weight.agg({"mine": "max", "known": "sum"}).reset_index()
        ranked = ranked.assign(first=ranked[side].eq(buyer))
        return ranked.sort_values(
            ["first", "mine", "known", side], ascending=[False, False, False, True], key=rounding.column
        )[side].tolist()[:most]

    return order("payer", "payee", MOST_PAYERS), order("payee", "payer", MOST_PAYEES)


def _column(payers: int, narrow: bool = False) -> float:
    """Width of a column in px."""
    width, margin, most = (NARROW, NARROW_MARGIN, 50.0) if narrow else (WIDTH, MARGIN, 90.0)
    return min((width - 10 - margin) / payers, most)


def _tiles(flow_rows: pd.DataFrame, payers: list[str], payees: list[str]) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """One row a tile and one row a payee, in px, and the height of the whole; tiles of one cell stand below each other."""
    flow_rows = flow_rows.assign(place=flow_rows.groupby(["payer", "payee"]).cumcount())
    in_cell = flow_rows.groupby(["payer", "payee"])["form"].transform("size")
    units = in_cell.groupby(flow_rows["payee"]).max().reindex(payees)
    top = HEAD + UNIT * (units.cumsum() - units)
    rows = pd.DataFrame({"name": payees, "top": top.to_numpy(), "middle": (top + UNIT * units / 2).to_numpy()})
    rows = rows.assign(
        short=[broken(name, NARROW_MARGIN - 4, 11) for name in payees],
        name=[broken(name, MARGIN - 6, 12) for name in payees],
    )
    place, first = flow_rows["payer"].map({name: i for i, name in enumerate(payers)}), flow_rows["payee"].map(top)
    wide, narrow = _column(len(payers)), _column(len(payers), narrow=True)
    tall = UNIT * flow_rows["payee"].map(units) / in_cell
    tiles = flow_rows.assign(
        x=MARGIN + place * wide + 2,
        x2=MARGIN + (place + 1) * wide - 2,
        xn=NARROW_MARGIN + place * narrow + 1,
        xn2=NARROW_MARGIN + (place + 1) * narrow - 1,
        y=first + tall * flow_rows["place"] + 2,
        y2=first + tall * (flow_rows["place"] + 1) - 2,
        name=flow_words(flow_rows),
    )
    height = int(HEAD + UNIT * units.sum() + 4)
    return (
        tiles.drop(columns=["form", "place", "unpriced", "rank", "amount_usd_bn"]).pipe(rounding.frame, 2),
        rows,
        height,
    )


def _key(tiles: pd.DataFrame) -> list[Swatch]:
    soft = tiles.loc[~tiles["binding"].astype(bool), "shade"].tolist()
    words = "not binding (letter of intent, condition, plan or talks)"
    return [Swatch("dashed bar", soft, words)] if soft else []


def _short(name: str, most: int = 12) -> str:
    return name if len(name) <= most else name[: most - 2].rstrip() + "…"


def _px(field: str, narrow: int = NARROW) -> alt.X:
    return alt.X(
        f"{field}:Q", axis=None, scale=alt.Scale(domain=alt.ExprRef(f"[0, narrow ? {narrow} : {WIDTH}]"), nice=False)
    )


def _py(field: str, height: int) -> alt.Y:
    return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False, zero=False))


def _grid(rows: pd.DataFrame, columns: pd.DataFrame, height: int) -> list[alt.Chart]:
    """Lines under the names of the rows, the names, and what the sides mean."""
    lines = alt.Chart(rows).mark_rule(color=GRID, aria=False).encode(y=_py("top", height))
    left = alt.Chart(rows).transform_calculate(shown="narrow ? datum.short : datum.name", px="0")
    above = alt.Chart(columns).transform_calculate(
        px="narrow ? datum.xn : datum.x", py=f"{HEAD - 6}", shown="narrow ? datum.short : datum.name"
    )
    corner = alt.Chart(
        pd.DataFrame({"px": [0, 0], "py": [HEAD - 24, HEAD - 10], "words": ["money from →", "money to ↓"]})
    )
    return [
        lines,
        left.mark_text(
            align="left",
            fontSize=when_narrow(11, 12),
            limit=when_narrow(NARROW_MARGIN - 4, MARGIN - 6),
            lineBreak="\n",
            lineHeight=12,
            dy=text_metrics.lift(12),
        ).encode(x=_px("px"), y=_py("middle", height), text=alt.Text("shown:N")),
        above.mark_text(align="left", angle=when_narrow(300, 325), fontSize=when_narrow(11, 12)).encode(
            x=_px("px"), y=_py("py", height), text=alt.Text("shown:N")
        ),
        corner.mark_text(align="left", color=MUTED, fontSize=11).encode(
            x=_px("px"), y=_py("py", height), text=alt.Text("words:N")
        ),
    ]


def _marks(tiles: pd.DataFrame, flow_rows: pd.DataFrame, height: int) -> list[alt.Chart]:
    """Tiles with the shape of their form and the amount; unfilled and dashed where nothing binds."""
    base = (
        alt.Chart(tiles)
        .transform_calculate(
            px="narrow ? datum.xn : datum.x",
            px2="narrow ? datum.xn2 : datum.x2",
            middle="(narrow ? datum.xn + datum.xn2 : datum.x + datum.x2) / 2",
            py="(datum.y + datum.y2) / 2",
        )
        .encode(color=alt.Color("shade:N", scale=None))
    )
    box = base.encode(
        x=_px("px"), x2=alt.X2("px2:Q"), y=_py("y", height), y2=alt.Y2("y2:Q"), description=alt.Description("name:N")
    )
    forms = flow_rows["form"].tolist()
    middle = base.encode(x=_px("middle"), y=_py("py", height), description=alt.Description("name:N"))
    return [
        box.transform_filter("datum.binding").mark_rect(fillOpacity=0.16, strokeWidth=1.2, filled=True),
        box.transform_filter("datum.binding").mark_rect(filled=False, strokeWidth=1.2),
        box.transform_filter("!datum.binding").mark_rect(filled=False, strokeDash=[3, 3], strokeWidth=1.2),
        middle.mark_point(filled=True, size=34, yOffset=-6, opacity=1).encode(
            color=colour_of_form(forms), shape=shape_of_form(forms)
        ),
        middle.mark_text(dy=8, fontSize=when_narrow(8.5, 12), color=INK).encode(
            text=alt.Text("label:N"), color=alt.ColorValue(INK)
        ),
    ]
