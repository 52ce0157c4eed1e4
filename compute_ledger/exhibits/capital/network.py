"""Flows of money as arrows between firms, on places computed by `layout`."""

import altair as alt
import numpy as np
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.capital.flow_style import (
    MONEY_NOTE,
    by_form,
    colour_of_form,
    flow_words,
    shape_of_form,
    word,
)
from compute_ledger.exhibits.capital.loop_choices import loop_choices
from compute_ledger.exhibits.capital.network_layout import Box, Places, curve, oval, placed, ring, symbol_places
from compute_ledger.exhibits.drawing.key import Swatch, drawn_only
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import GREY, INK, NARROW, PAPER, finish, text, when_narrow
from compute_ledger.measures.capital import pairs, turning_legs
from compute_ledger.shared import rounding

MOST_FIRMS, MOST_ARROWS = 22, 90
# The drawing and the ellipse in it, see `layout.Box`.
WIDE_BOX, NARROW_BOX = (540, 540, 200, 215), (NARROW, 560, 118, 222)
COLUMNS = {
    "payer": ("Money from", ""),
    "payee": ("Money to", ""),
    "words": ("Who gives", ""),
    "amount_usd_bn": ("Amount", "USD bn"),
    "strength": ("Strength", ""),
    "unpriced": ("Ties without an amount", "count"),
    "on_loop": ("On a loop", ""),
}


@exhibit("flow-network")
@rounding.inputs
def network(flows: pd.DataFrame, legs: pd.DataFrame, loops: pd.DataFrame, scope: Scope) -> Exhibit:
    """Arrows from payer to payee, coloured where they lie on a loop; a reader picks a loop out.

    `loops` from `measures.capital.loops`.
    """
    if flows.empty:
        return Exhibit.empty(f"No tie of the chosen kinds was known on {formatting.day(scope.as_of)}.", scope.as_of)
    near_flows, left_out = near(flows, scope.buyer)
    summed = by_form(near_flows).head(MOST_ARROWS)
    hub = scope.buyer if scope.buyer in set(summed["payer"]) | set(summed["payee"]) else _busiest(summed)
    order = ring(summed, hub)
    weight = pd.concat([summed["payer"], summed["payee"]]).value_counts()
    wide, narrow = (placed(order, hub, weight, box) for box in (WIDE_BOX, NARROW_BOX))
    on_loop = {pair for members in loops["members"] for pair in pairs(members)}
    arrows = _arrows(summed, hub, on_loop, wide, narrow)
    firms = _firms(order, hub, wide, narrow)
    looping = len(on_loop & set(zip(legs["payer"], legs["payee"], strict=True)))
    outside = f" Without a path to {hub} and so not drawn: {formatting.names(left_out)}." if left_out else ""
    return Exhibit(
        title=_title(loops, legs, scope.buyer),
        subtitle=(
            f"Who pays whom, arrows in the direction of the money, as known on {formatting.day(scope.as_of)}; amounts in USD bn where published."
        ),
        key=_key(arrows),
        description=_network_description(legs, summed, hub, order, looping),
        chart=_network_chart(summed, arrows, firms),
        table=_worded(summed, on_loop),
        columns=COLUMNS,
        rests_on={"ties": flows[flows["tie_id"].isin(loops["tie_ids"].explode())] if looping else flows},
        # Ties on no loop are drawn too.
        source_ids=formatting.lead_sources(flows),
        choices=loop_choices(loops, flows),
        as_of=scope.as_of,
        note=f"{MONEY_NOTE} Width grows with the amount; amounts run over different terms.{outside}",
    )


def _worded(summed: pd.DataFrame, on_loop: set[tuple[str, str]]) -> pd.DataFrame:
    looping = [
        "yes" if pair in on_loop and form != "guarantee" else "no"
        for pair, form in zip(zip(summed["payer"], summed["payee"], strict=True), summed["form"], strict=True)
    ]
    strength = summed["binding"].astype(bool).map({True: "binding", False: "not binding"})
    return summed.assign(strength=strength, on_loop=looping)


def _network_chart(summed: pd.DataFrame, arrows: pd.DataFrame, firms: pd.DataFrame) -> alt.LayerChart:
    """Arrows, their heads and symbols, and the firms on top."""
    chart = finish(
        alt.layer(*_lines(arrows), *_heads(arrows), *_symbols(arrows, summed), *_names(firms)),
        height=WIDE_BOX[1],
        narrow_height=NARROW_BOX[1],
    )
    chart["width"] = WIDE_BOX[0]  # the list of loops stands beside it
    return chart


def _network_description(legs: pd.DataFrame, summed: pd.DataFrame, hub: str, order: list[str], looping: int) -> str:
    count = formatting.count(
        len(set(zip(summed["payer"], summed["payee"], strict=True))), "pair of firms", "pairs of firms"
    )
    priced = legs[legs["firm_usd_bn"].notna()].nlargest(1, "firm_usd_bn")
    most = (
        f" The largest binding leg is {priced.iloc[0]['payer']} to {priced.iloc[0]['payee']}, {formatting.usd_bn(priced.iloc[0]['firm_usd_bn'])}."
        if len(priced)
        else ""
    )
    return f"Network of {len(order) + 1} firms with {hub} in the middle and arrows between {count}, {word(looping) if looping else 'none'} of which {'lies' if looping < 2 else 'lie'} on a closed loop.{most}"


def _title(loops: pd.DataFrame, legs: pd.DataFrame, buyer: str) -> str:
    """The largest binding leg that leaves the buyer on a loop, and the largest that comes back."""
    if loops.empty:
        return "Money that goes out by these ties has no way back" if len(legs) else "These ties move no money"
    turning = turning_legs(loops, legs, buyer)
    priced = turning[turning["firm_usd_bn"].notna()]
    out, back = priced[priced["side"] == "out"].head(1), priced[priced["side"] == "back"].head(1)
    if out.empty or back.empty:
        return f"No loop through {buyer} has a binding amount both ways"
    return (
        f"On binding loops the largest leg out of {buyer} is {formatting.usd_short(out['firm_usd_bn'].iloc[0])} to {out['payee'].iloc[0]}, "
        f"the largest back {formatting.usd_short(back['firm_usd_bn'].iloc[0])} from {back['payer'].iloc[0]}"
    )


def near(flows: pd.DataFrame, buyer: str) -> tuple[pd.DataFrame, list[str]]:
    """Flows with a path to the buyer, of at most MOST_FIRMS firms, and the firms that are left out."""
    firms = sorted(set(flows["payer"]) | set(flows["payee"]))
    near = {buyer} if buyer in firms else set(firms)
    neighbours: dict[str, list[str]] = {firm: [] for firm in firms}
    for payer, payee in zip(flows["payer"], flows["payee"], strict=True):
        neighbours[payer].append(payee)
        neighbours[payee].append(payer)
    ahead = list(near)
    while ahead:
        new_firms = [firm for firm in neighbours[ahead.pop()] if firm not in near]
        near.update(new_firms)
        ahead += new_firms
    if len(near) > MOST_FIRMS:
        ends = pd.concat([flows["payer"], flows["payee"]])
        weight = ends[ends.isin(near) & ends.ne(buyer)].value_counts()
        ranked = sorted(weight.index, key=lambda firm: (-weight[firm], firm))
        near = {buyer, *ranked[: MOST_FIRMS - 1]}
    near_flows = flows[flows["payer"].isin(near) & flows["payee"].isin(near)]
    return near_flows, [firm for firm in firms if firm not in near]


def _busiest(summed: pd.DataFrame) -> str:
    weight = pd.concat([summed["payer"], summed["payee"]]).value_counts()
    return min(weight.index[weight == weight.max()])


def _arrows(
    summed: pd.DataFrame, hub: str, on_loop: set[tuple[str, str]], wide: Places, narrow: Places
) -> pd.DataFrame:
    """Three rows an arrow: points of the wide and the narrow drawing, and on each row what the marks need."""
    summed = summed.assign(
        lane=summed.groupby(["payer", "payee"]).cumcount(),
        width=1.3 + 0.3 * np.sqrt(summed["amount_usd_bn"].fillna(0.0)),
        way=summed["payer"].eq(hub).map({True: "out", False: "across"}).mask(summed["payee"].eq(hub), "back"),
    )
    # Amounts first: they need the room.
    summed = summed.sort_values(
        ["amount_usd_bn", "payer", "payee"], ascending=[False, True, True], key=rounding.column, kind="stable"
    )
    flows, phrases, sides = summed.to_dict("records"), flow_words(summed), []
    for places, lines_of_name, letter in ((wide, [hub], 4.2), (narrow, _two_lines(hub).split("|"), 3.6)):
        rooms = {firm: oval(place) for firm, place in places.items()}
        tall = 9.0 * len(lines_of_name)
        rooms[hub] = oval(places[hub], 4 + letter * max(map(len, lines_of_name)), 11 + tall, tall)
        curves = [curve(rooms[row["payer"]], rooms[row["payee"]], row["lane"], row["width"]) for row in flows]
        lines = [points for points, _ in curves]
        symbols = symbol_places(lines, summed["label"].tolist(), summed["way"].tolist(), places)
        sides.append((lines, [angle for _, angle in curves], symbols))
    ((lines, angles, symbols), (lines_n, angles_n, symbols_n)) = sides
    rows = [
        {
            "arrow": number, "step": step,
            "x": lines[number][step][0], "y": lines[number][step][1],
            "xn": lines_n[number][step][0], "yn": lines_n[number][step][1],
            "mx": symbols[number][0], "my": symbols[number][1],
            "mxn": symbols_n[number][0], "myn": symbols_n[number][1],
            "angle": angles[number], "angle_narrow": angles_n[number],
            "words": flow["words"], "label": flow["label"], "binding": bool(flow["binding"]),
            "shade": flow["shade"] if (flow["payer"], flow["payee"]) in on_loop and flow["form"] != "guarantee" else GREY,
            "width": flow["width"], "head": (7 + 1.3 * flow["width"]) * (7 + 1.3 * flow["width"]) * 0.7,
            "name": phrases[number],
        }
        for number, flow in enumerate(flows)
        for step in range(3)
    ]  # fmt: skip
    return pd.DataFrame(rows).pipe(rounding.frame, 2)


def _key(arrows: pd.DataFrame) -> list[Swatch]:
    soft = arrows[~arrows["binding"]]["shade"].tolist()
    return drawn_only(
        [
            (bool(soft), Swatch("dashed line", soft, "not binding (letter of intent, condition, plan or talks)")),
            (GREY in set(arrows["shade"]), Swatch("line", GREY, "on no closed loop")),
        ]
    )


def _scale(size: int, narrow: int) -> alt.Scale:
    return alt.Scale(domain=alt.ExprRef(f"[0, narrow ? {narrow} : {size}]"), nice=False, zero=False)


def _x(field: str) -> alt.X:
    return alt.X(f"{field}:Q", axis=None, scale=_scale(WIDE_BOX[0], NARROW_BOX[0]))


def _y(field: str) -> alt.Y:
    scale = alt.Scale(domain=alt.ExprRef(f"[narrow ? {NARROW_BOX[1]} : {WIDE_BOX[1]}, 0]"), nice=False, zero=False)
    return alt.Y(f"{field}:Q", axis=None, scale=scale)


def _at(chart: alt.Chart, x: str = "x", y: str = "y") -> alt.Chart:
    return chart.transform_calculate(px=f"narrow ? datum.{x}n : datum.{x}", py=f"narrow ? datum.{y}n : datum.{y}")


def _lines(arrows: pd.DataFrame) -> list[alt.Chart]:
    base = _at(alt.Chart(arrows)).encode(
        x=_x("px"),
        y=_y("py"),
        detail=alt.Detail("arrow:N"),
        order=alt.Order("step:Q"),
        color=alt.Color("shade:N", scale=None),
        strokeWidth=alt.StrokeWidth("width:Q", scale=None),
        description=alt.Description("name:N"),
    )
    # One line is one flow and bears its label: by that the whole arrow is picked out.
    line = {"interpolate": "basis", "fill": None, "ariaRoleDescription": "flow"}
    return [
        base.transform_filter("datum.binding").mark_line(**line),
        base.transform_filter("!datum.binding").mark_line(strokeDash=[5, 4], **line),
    ]


def _heads(arrows: pd.DataFrame) -> list[alt.Chart]:
    """Triangles at the ends; a triangle that points up is turned by the way in and a quarter."""
    ends = _at(alt.Chart(arrows)).transform_filter("datum.step == 2")
    return [
        ends.transform_calculate(turn="(narrow ? datum.angle_narrow : datum.angle) + 90")
        .mark_point(shape="triangle", filled=True, opacity=1)
        .encode(
            x=_x("px"),
            y=_y("py"),
            angle=alt.Angle("turn:Q", scale=None),
            size=alt.Size("head:Q", scale=None),
            color=alt.Color("shade:N", scale=None),
            description=alt.Description("name:N"),
        )
    ]


def _symbols(arrows: pd.DataFrame, summed: pd.DataFrame) -> list[alt.Chart]:
    """In the middle of each arrow the shape of its form, and its amount."""
    forms = summed["form"].tolist()
    middles = _at(alt.Chart(arrows[arrows["step"] == 1]), "mx", "my").encode(
        x=_x("px"), y=_y("py"), description=alt.Description("name:N")
    )
    shapes = middles.mark_point(filled=True, size=when_narrow(42, 60), opacity=1, stroke=PAPER, strokeWidth=0.8).encode(
        color=colour_of_form(forms), shape=shape_of_form(forms)
    )
    amounts = middles.transform_filter("datum.label != '?'").encode(text=alt.Text("label:N"))
    return [shapes, *text(amounts, align="left", dx=6, fontSize=when_narrow(10, 12), ariaRoleDescription="flow")]


def _firms(order: list[str], hub: str, wide: Places, narrow: Places) -> pd.DataFrame:
    """One row a firm: its place, and where its name stands, outside of the ring."""
    rows = []
    for firm in [hub, *order]:
        (x, y), (xn, yn) = wide[firm], narrow[firm]
        short = _two_lines(firm)
        above = y < WIDE_BOX[1] / 2
        longest = max(map(len, short.split("|")))
        rows.append(
            {
                "firm": firm,
                "x": x,
                "y": y,
                "xn": xn,
                "yn": yn,
                "hub": firm == hub,
                "short": short,
                "lx": x + _aside(x, y, WIDE_BOX, 3.4 * len(firm)),
                "ly": y + (-17 if above else 17),
                "lxn": xn + _aside(xn, yn, NARROW_BOX, 2.9 * longest),
                "lyn": yn + (16 if not above else -29 if "|" in short else -16),
            }
        )
    return pd.DataFrame(rows).pipe(rounding.frame, 2)


def _aside(x: float, y: float, box: Box, half: float) -> float:
    """How far a name moves outwards so that those at the top and at the foot of the ring do not meet."""
    width, height, _, down = box
    if abs(y - height / 2) < 0.8 * down or abs(x - width / 2) < 1:
        return 0.0
    return (half - 14) * (1 if x > width / 2 else -1)


def _two_lines(name: str) -> str:
    """A long name broken at the blank nearest to its middle."""
    blanks = [i for i, letter in enumerate(name) if letter == " "]
    if not blanks or len(name) < 13:
        return name
    at = min(blanks, key=lambda i: (abs(i - len(name) / 2), i))
    return f"{name[:at]}|{name[at + 1 :]}"


def _names(firms: pd.DataFrame) -> list[alt.Chart]:
    dots = _at(alt.Chart(firms)).encode(x=_x("px"), y=_y("py"), description=alt.Description("firm:N"))
    labels = (
        alt.Chart(firms)
        .transform_calculate(
            px="narrow ? datum.lxn : datum.lx",
            py="narrow ? datum.lyn : datum.ly",
            shown="narrow ? split(datum.short, '|') : datum.firm",
        )
        .encode(x=_x("px"), y=_y("py"), text=alt.Text("shown:N"))
    )
    return [
        dots.mark_point(
            shape="circle", filled=True, fill=PAPER, stroke=INK, strokeWidth=1.6, opacity=1, size=when_narrow(90, 130)
        ),
        dots.transform_filter("datum.hub").mark_point(
            shape="circle", filled=True, fill=INK, opacity=1, size=when_narrow(110, 160)
        ),
        *text(labels, fontSize=when_narrow(11, 13), fontWeight="bold"),
    ]
