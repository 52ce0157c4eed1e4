"""The index under other ways of counting, one choice changed at a time, and all of them by supplier together."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.concentration.commitment_words import PERIMETERS
from compute_ledger.exhibits.drawing.mark_labels import SPOKEN, mark_labels
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import BLUE, INK, MUTED, VERMILION, domain_when_narrow, finish, text
from compute_ledger.measures.concentration import hhi_floor
from compute_ledger.measures.specification_curve import CHOICES
from compute_ledger.shared import rounding

THIS_PAGE = "this page"
OPTIONS = {
    "perimeter": PERIMETERS,
    "basis": {"headline": "full values", "annualised": "amounts a year", "remaining": "amounts still to run"},
    "overlaps": {"count_parts": "parts, not their totals", "count_parents": "totals, not their parts"},
    "grade": {"C": "all sources", "B": "sources of B or better", "A-": "sources of A- or better", "A": "sources of A"},
}


def by_supplier_only(combinations: pd.DataFrame) -> pd.DataFrame:
    """The combinations that answer one question: by supplier, of two or more, no promise counted twice.

    `combinations` from `measures.specification_curve`, of which layers, parts beside totals, and what leaves a single
    supplier with an amount are left out.
    """
    once = combinations["overlaps"].isin(list(OPTIONS["overlaps"]))
    some = combinations["suppliers"] > 1
    return combinations[combinations["level"].eq("counterparty") & once & some].reset_index(drop=True)


def _nearest(own: Mapping[str, str]) -> dict[str, str]:
    """The page's own choices, by supplier and counting nothing twice."""
    overlaps = own["overlaps"] if own["overlaps"] in OPTIONS["overlaps"] else "count_parts"
    return {**own, "level": "counterparty", "overlaps": overlaps}


def _one_changed(rows: pd.DataFrame, own: Mapping[str, str]) -> pd.DataFrame:
    """The row of the page's own choices, and those that differ from it in one choice; `way`: what differs."""
    nearest = _nearest(own)
    differs = rows[CHOICES] != pd.Series(nearest)[CHOICES]
    few = rows[differs.sum(axis=1) <= 1]
    changed = differs.loc[few.index].idxmax(axis=1).where(differs.loc[few.index].any(axis=1))
    ways = [
        OPTIONS[name][row[name]] if isinstance(name, str) else THIS_PAGE
        for name, (_, row) in zip(changed, few.iterrows(), strict=True)
    ]
    few = few.assign(way=ways, floor=few["suppliers"].map(hhi_floor))
    return pd.concat([few[few["way"] == THIS_PAGE], few[few["way"] != THIS_PAGE]], ignore_index=True)


def _moving(shown: pd.DataFrame) -> pd.DataFrame:
    """The row of the page, and those that give another index; all of them where the page's own gives none."""
    mine = shown["way"] == THIS_PAGE
    if not mine.any():
        return shown
    moves = (shown["hhi"] - shown.loc[mine, "hhi"].iloc[0]).abs() >= 0.5
    return shown[mine | moves]


def _nothing(rows: pd.DataFrame, scope: Scope) -> str:
    if scope.no_index:
        return scope.nothing_drawn
    return (
        f"No way of counting finds two suppliers to which {scope.buyer} had promised a published amount."
        if rows.empty
        else ""
    )


@exhibit("other-counts")
@rounding.inputs
def other_counts(
    rows: pd.DataFrame, priced: pd.DataFrame, deals: pd.DataFrame, own: Mapping[str, str], scope: Scope
) -> Exhibit:
    """The index of the page and with one other choice each, over the least it could be with as many suppliers.

    `rows` from `by_supplier_only`, `priced` from `measures.specification_curve.priced_deals`, `own` the choices of the
    page; `deals` are those of the ledger at its own grade: only they have evidence in this edition.
    """
    if _nothing(rows, scope):
        return Exhibit.empty(_nothing(rows, scope), scope.as_of)
    shown = _one_changed(rows, own)
    drawn = _moving(shown)
    if len(drawn) < 2:
        moves = "" if drawn.empty else " No single choice moves it."
        return Exhibit.empty(f"{_range(rows, own)}.{moves}", scope.as_of)
    same = formatting.names(shown.loc[~shown["way"].isin(drawn["way"]), "way"], 12)
    return Exhibit(
        title=_range(rows, own),
        subtitle=f"HHI by supplier with one other choice each, {formatting.day(scope.as_of)}; dot: the index; tick: the least it could be with as many suppliers, 10,000 / n",
        description=f"Dots over ticks: {formatting.names(drawn['way'] + ' ' + drawn['hhi'].map(lambda value: formatting.number(value, 0)), 12)}.",
        chart=finish(_chart(drawn), height=30 * len(drawn) + 50),
        table=shown,
        columns={
            "way": ("Counted", ""),
            "hhi": ("HHI", "0 to 10,000"),
            "floor": ("Its floor", "10,000 / n"),
            "suppliers": ("Suppliers", "count"),
            "leader": ("Largest", ""),
            "leader_share_pct": ("Its share", "%"),
        },
        rests_on={"deals": _here(priced, deals)},
        # Also of deals below the page's own grade, which have no claims here.
        source_ids=formatting.lead_sources(priced),
        as_of=scope.as_of,
        note=("" if same == "nobody" else f"Change nothing: {same}. ")
        + "At the printed amounts; choices that leave one supplier with an amount are left out. A deal's grade is that of its best page, which need not print the amount.",
    )


@rounding.inputs
def other_counts_finding(
    rows: pd.DataFrame, priced: pd.DataFrame, deals: pd.DataFrame, own: Mapping[str, str], scope: Scope
) -> Finding:
    """From where to where the index runs, where the page's own lies, and what moves it most. Frames as above."""
    if _nothing(rows, scope):
        return Finding(name="other-counts", detail=_nothing(rows, scope))
    shown = _one_changed(rows, own)
    mine = shown[shown["way"] == THIS_PAGE]
    others = shown[shown["way"] != THIS_PAGE]
    detail = ""
    if mine.empty:
        detail = "The choices of this page find no two suppliers with an amount. "
    elif len(others):
        move = (others["hhi"] - mine["hhi"].iloc[0]).abs()
        most = others.loc[move.idxmax()]
        detail = (
            f"Of single choices “{most['way']}” moves it furthest, to {formatting.number(most['hhi'], 0)} with {formatting.count(int(most['suppliers']), 'supplier')}. "
            if move.max() >= 0.5
            else "No other single choice moves it. "
        )
    return Finding(
        name="other-counts",
        claim=_range(rows, own),
        detail=f"{detail}Fewer suppliers have an amount under some of them, and then the index cannot be low: compare each with its floor.",
        rests_on={"deals": _here(priced, deals)},
    )


def _here(priced: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    return priced[priced["deal_id"].isin(deals["deal_id"])]


def _range(rows: pd.DataFrame, own: Mapping[str, str]) -> str:
    """Ends of the index over all ways that give other shares, and the place of the page's own among them."""
    distinct = rows.drop_duplicates("shares")["hhi"].sort_values(ignore_index=True, kind="stable")
    ways = formatting.count(len(distinct), "way", "different ways")
    ends = formatting.between(distinct.min(), distinct.max())
    if len(distinct) == 1:
        return f"However it is counted by supplier, the HHI is {ends}"
    nearest = _nearest(own)
    mine = rows[(rows[CHOICES] == pd.Series(nearest)[CHOICES]).all(axis=1)]
    claim = f"Counted by supplier in {ways}, the HHI runs from {ends}"
    if mine.empty:
        return claim
    place = int((distinct < mine["hhi"].iloc[0] - 0.5).sum()) + 1
    which = "the lowest" if place == 1 else "the highest" if place == len(distinct) else f"number {place} from below"
    return f"{claim}; this page's, {formatting.number(mine['hhi'].iloc[0], 0)}, is {which}"


def _chart(shown: pd.DataFrame) -> alt.LayerChart:
    index = shown["hhi"].map(lambda value: formatting.number(value, 0))
    floor = shown["floor"].map(lambda value: formatting.number(value, 0))
    many = shown["suppliers"].map(lambda count: formatting.count(int(count), "supplier"))
    data = shown[["way", "hhi", "floor"]].assign(
        short=index,
        label=index + ", " + many + ", floor " + floor,
        own=shown["way"] == THIS_PAGE,
        mark=mark_labels(shown["way"], "HHI " + index, "floor " + floor, many),
    )
    order = data["way"].tolist()
    axis = alt.Axis(ticks=False, domain=False, labelPadding=6, labelColor=INK, labelLimit=190)
    scale = alt.Scale(
        domain=domain_when_narrow(float(data["hhi"].max()) * 1.35, float(data["hhi"].max()) * 1.6), nice=False
    )
    x = alt.X("hhi:Q", title="HHI", scale=scale, axis=alt.Axis(tickCount=4))
    base = alt.Chart(data).encode(y=alt.Y("way:N", sort=order, title=None, axis=axis))
    words = base.transform_calculate(shown="narrow ? datum.short : datum.label").encode(x=x, text=alt.Text("shown:N"))
    shade = alt.Color("own:N", scale=alt.Scale(domain=[True, False], range=[VERMILION, BLUE]), legend=None)
    return alt.layer(
        base.mark_rule(color=MUTED, strokeWidth=1).encode(x=alt.X("floor:Q", title="HHI"), x2="hhi:Q"),
        base.mark_tick(color=INK, thickness=2, size=14).encode(x=alt.X("floor:Q", title="HHI")),
        base.mark_circle(size=70, opacity=1).encode(x=x, color=shade, description=SPOKEN),
        *text(words, align="left", dx=8),
    )
