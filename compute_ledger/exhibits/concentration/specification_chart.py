"""The specification curve: the index under every combination of the choices, and how far each choice moves it."""

from collections.abc import Mapping

import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.concentration.specification_bars import (
    CHOICE_LABELS,
    curve_and_matrix,
    drawn,
    in_words,
    option_label,
)
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import finish
from compute_ledger.measures.market.market_estimates import HIGHLY_CONCENTRATED
from compute_ledger.measures.specification_curve import CHOICES
from compute_ledger.shared import rounding

CHOICE_NAMES = {
    "perimeter": "the perimeter",
    "basis": "the basis",
    "overlaps": "the overlap rule",
    "level": "the level",
    "grade": "the lowest grade",
}
COLUMNS = {
    "hhi": ("HHI", "0 to 10,000"),
    "suppliers": ("Suppliers", "count"),
    "leader": ("Largest", ""),
    "leader_share_pct": ("Its share", "%"),
    **{name: (label, "") for name, label in CHOICE_LABELS.items()},
    "folded": ("Combinations", "count"),
    "mark": ("Where", ""),
}


@exhibit("specification-curve")
@rounding.inputs
def curve(rows: pd.DataFrame, swings: pd.DataFrame, priced: pd.DataFrame, deals: pd.DataFrame, scope: Scope) -> Exhibit:
    """Every distinct specification as a dot, lowest first, with its choices below.

    `rows` (of `distinct`), `swings` and `priced` from `measures.specifications`; `deals` are those of the ledger at
    the page's own grade: only they have evidence in this edition.
    """
    if scope.no_index:
        return Exhibit.empty(scope.nothing_drawn, scope.as_of)
    if len(rows) < 2:
        many = "All combinations give the same shares" if len(rows) else "No combination finds a published amount"
        return Exhibit.empty(f"{many}, so there is no curve to draw.", scope.as_of)
    coloured = str(swings["choice"].iloc[0])
    lowest, highest = rows["hhi"].iloc[0], rows["hhi"].iloc[-1]
    drawn_count = len(drawn(rows))
    thinned = f" Of {len(rows):,} specifications {drawn_count} are drawn, evenly spread; the table has all."
    tinted = CHOICE_LABELS[coloured].lower()
    return Exhibit(
        title=f"{_above(rows)}: it runs from {formatting.number(lowest, 0)} to {formatting.number(highest, 0)}",
        subtitle=(
            f"Herfindahl-Hirschman index, 0 to 10,000, under each different combination of choices, lowest first, {formatting.day(scope.as_of)}. "
            f"Below each dot: its choices; pale marks: options that would change nothing; colour: {tinted}"
        ),
        description=(
            f"Specification curve of {formatting.count(len(rows), 'dot')} from {formatting.number(lowest, 0)} ({in_words(rows.iloc[0])}) to {formatting.number(highest, 0)} "
            f"({in_words(rows.iloc[-1])}), over a matrix of the {formatting.count(len(CHOICES), 'choice')} behind each."
        ),
        chart=finish(curve_and_matrix(rows, coloured), height=520),
        table=_table(rows),
        columns=COLUMNS,
        rests_on={"deals": _here(priced, deals)},
        # Also of deals below the page's own grade, which have no claims here.
        source_ids=formatting.lead_sources(priced),
        as_of=scope.as_of,
        note=(
            "Descriptive: dots are answers to slightly different questions, not draws from a sample, and their share says nothing about probability. "
            "Layers are not suppliers, and counting parts and totals counts some promises twice; both are drawn because readers may choose them. "
            "A deal's grade is that of its best source, which need not print the amount."
            + (thinned if drawn_count < len(rows) else "")
        ),
    )


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    """The specifications with each choice in words, options that change nothing listed after it."""
    words = {
        name: [
            " = ".join(
                option_label(name, option).removeprefix("grade ")
                for option in [row[name], *(o for o in row[f"same_{name}"] if o != row[name])]
            )
            for _, row in rows.iterrows()
        ]
        for name in CHOICES
    }
    leader = rows["leader"].map(lambda name: code_labels.LAYER_LABELS.get(name, name))
    mark = rows["own"].map({True: "this page", False: ""})
    rounded_columns = {
        "hhi": rounding.column(rows["hhi"], 0),
        "leader_share_pct": rounding.column(rows["leader_share_pct"], 1),
    }
    return rows.assign(**words, **rounded_columns, leader=leader, mark=mark)


def _above(rows: pd.DataFrame) -> str:
    """How many specifications lie above the guideline of 1,800."""
    high = int((rows["hhi"] > HIGHLY_CONCENTRATED).sum())
    if len(rows) == 1:
        return f"All combinations give one HHI, {formatting.number(rows['hhi'].iloc[0], 0)}"
    share = f" ({formatting.pct(100 * high / len(rows), 0)})" if 0 < high < len(rows) else ""
    part = "all" if high == len(rows) else "none of the" if high == 0 else f"{high:,} of"
    return f"The HHI is above 1,800 in {part} {len(rows):,} different specifications{share}"


def _here(priced: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    return priced[priced["deal_id"].isin(deals["deal_id"])]


@exhibit("choice-swings")
@rounding.inputs
def swings_table(swings: pd.DataFrame, priced: pd.DataFrame, deals: pd.DataFrame, scope: Scope) -> Table | Exhibit:
    """How far each choice alone moves the index. `swings` from `measures.specifications`."""
    if scope.no_index:
        return Exhibit.empty(scope.nothing_drawn, scope.as_of)
    if swings.empty or swings["largest_range"].max() < 0.5:
        return Exhibit.empty("No choice alone moves the index.", scope.as_of)
    return Table(
        caption="How far each choice alone moves the HHI, the four others held",
        table=swings.assign(label=swings["choice"].map(CHOICE_LABELS)).pipe(rounding.frame, 1),
        columns={
            "label": ("Choice", ""),
            "median_range": ("Typical move", "points, median"),
            "largest_range": ("Largest move", "points"),
            "idle_pct": ("Changes nothing", "% of settings"),
            "settings": ("Settings of the others", "count"),
        },
        rests_on={"deals": _here(priced, deals)},
        # Also of deals below the page's own grade, which have no claims here.
        source_ids=formatting.lead_sources(priced),
        as_of=scope.as_of,
        note="A move is the distance between the lowest and the highest index that the options of one choice give.",
    )


@rounding.inputs
def curve_finding(
    rows: pd.DataFrame,
    specifications: pd.DataFrame,
    swings: pd.DataFrame,
    priced: pd.DataFrame,
    deals: pd.DataFrame,
    own: Mapping[str, str],
    scope: Scope,
) -> Finding:
    """Share above 1,800; lowest, median and highest with their choices; what was folded; which choice matters.

    Frames as in `curve`; `own` has the choices of the page, by the names of `CHOICES`.
    """
    if scope.no_index:
        return Finding(name="specifications", detail=scope.nothing_drawn)
    if rows.empty:
        none = f"No combination of the choices finds a published amount promised by {scope.buyer}."
        return Finding(name="specifications", detail=none)
    middle = rows.iloc[(len(rows) - 1) // 2]
    sentences = [
        f"The five choices of this chapter, the grade of sources among them, allow {len(specifications):,} combinations with an amount; "
        f"{len(specifications) - len(rows):,} give suppliers the same shares as another and are folded into it."
    ]
    ends = (("lowest", rows.iloc[0]), ("median", middle), ("highest", rows.iloc[-1])) if len(rows) > 2 else ()
    for name, row in ends:
        sentences.append(f"The {name} index, {formatting.number(row['hhi'], 0)}, takes {in_words(row)}.")
    sentences.append(_own_place(rows, own))
    if len(rows) > 1 and len(swings):
        sentences.append(_which_matters(swings))
    suppliers = specifications[specifications["level"] != "layer"].drop_duplicates("shares")
    if 0 < len(suppliers) < len(rows):
        sentences.append(
            f"Layers are not suppliers: without them {formatting.count(len(suppliers), 'specification')} "
            f"{'is' if len(suppliers) == 1 else 'are'} left, from {formatting.number(suppliers['hhi'].min(), 0)} to {formatting.number(suppliers['hhi'].max(), 0)}."
        )
    return Finding(
        name="specifications", claim=_above(rows), detail=" ".join(sentences), rests_on={"deals": _here(priced, deals)}
    )


def _own_place(rows: pd.DataFrame, own: Mapping[str, str]) -> str:
    own_index = rows.index[rows["own"]]
    if own_index.empty:
        return f"The choices of this page ({in_words(pd.Series(own))}) find no amount and are not on the curve."
    place = int(own_index[0]) + 1
    which = "highest" if place == len(rows) > 1 else f"{_ordinal(place)} lowest" if place > 1 else "lowest"
    return f"The choices of this page give {formatting.number(rows['hhi'][own_index[0]], 0)}, the {which} of {len(rows):,}."


def _which_matters(swings: pd.DataFrame) -> str:
    first, last = swings.iloc[0], swings.iloc[-1]
    if first["median_range"] < 0.5:
        return (
            "In the middle case no choice alone changes the index; "
            f"at most {CHOICE_NAMES[first['choice']]} moves it by {formatting.number(first['largest_range'], 0)} points."
        )
    least = (
        f"; {CHOICE_NAMES[last['choice']]} matters least, with {formatting.number(last['median_range'], 0)}"
        if len(swings) > 1
        else ""
    )
    return (
        f"{formatting.capital(CHOICE_NAMES[first['choice']])} matters most: alone it moves the index "
        f"by {formatting.number(first['median_range'], 0)} points in the middle case{least}."
    )


def _ordinal(place: int) -> str:
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"
