"""The key figures of the chapter under its own parameters: on its cards, in a sweep's table, in a comparison."""

import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.concentration.commitment_words import FIGURES
from compute_ledger.exhibits.formatting import number_or_na
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.exhibits.scope import Scope
from compute_ledger.measures.concentration import hhi_floor, summary
from compute_ledger.shared import rounding


@rounding.inputs
def key_figures(suppliers: pd.DataFrame, counted: pd.DataFrame, scope: Scope) -> KeyFigures:
    """What is counted and how concentrated it is. Frames from `payables` and `by_supplier`."""
    numbers, rows = summary(suppliers), counted[counted["counted"].notna()]
    if scope.no_index:
        numbers = dict.fromkeys(numbers, float("nan"))
    amount = _counted(suppliers, rows, perimeter=scope.perimeter, basis=scope.basis)
    return KeyFigures(
        scope.as_of, (amount, *_largest(suppliers, numbers, rows), _index(suppliers, numbers, rows, scope.level))
    )


def _counted(suppliers: pd.DataFrame, rows: pd.DataFrame, *, perimeter: str, basis: str) -> KeyFigure:
    has_amounts = len(suppliers) > 0
    total = summary(suppliers)["total"] if has_amounts else float("nan")
    ends = _ends(suppliers)
    way = FIGURES["way_and_ends" if ends else "way"]
    a_year = " a year" if basis == "annualised" else ""
    return KeyFigure(
        id="counted_usd_bn",
        label="Commitments counted",
        value=total,
        unit=f"USD bn{a_year}",
        text=f"{formatting.usd_whole(total)}{a_year}" if has_amounts else FIGURES["none"],
        note=way.format(
            counted=code_labels.COUNTED_LABELS[perimeter], basis=code_labels.BASIS_LABELS[basis], ends=ends
        ),
        href="#ranked-shares",
        rests_on={"deals": rows},
    )


def _ends(suppliers: pd.DataFrame) -> str:
    """'at least $708 billion', '$30 billion to $31 billion', or nothing where both ends print alike."""
    low, high = suppliers["counted_low"].sum(), suppliers["counted_high"].sum()
    if high == float("inf"):
        return FIGURES["open_end"].format(low=formatting.usd_whole(low))
    return (
        FIGURES["ends"].format(low=formatting.usd_whole(low), high=formatting.usd_whole(high))
        if formatting.usd_whole(low) != formatting.usd_whole(high)
        else ""
    )


def _largest(suppliers: pd.DataFrame, numbers: dict[str, float], rows: pd.DataFrame) -> tuple[KeyFigure, ...]:
    leader = suppliers["supplier"].iloc[0] if len(suppliers) else ""
    return (
        KeyFigure(
            id="counted_leader_share_pct",
            label="Share of the largest",
            value=numbers["cr1_pct"],
            unit="%",
            text=formatting.pct(numbers["cr1_pct"], 0),
            note=code_labels.LAYER_LABELS.get(leader, leader),
            href="#ranked-shares",
            rests_on={"deals": rows},
        ),
        KeyFigure(
            id="counted_three_share_pct",
            label="Share of the three largest",
            value=numbers["cr3_pct"],
            unit="%",
            text=formatting.pct(numbers["cr3_pct"], 0),
            href="#ranked-shares",
            rests_on={"deals": rows},
        ),
    )


def _index(suppliers: pd.DataFrame, numbers: dict[str, float], rows: pd.DataFrame, level: str) -> KeyFigure:
    """The index with the number of equal suppliers that would give it, and the least that it could be."""
    many, has_index = len(suppliers), len(suppliers) > 0 and pd.notna(numbers["hhi"])
    note = ""
    if has_index:
        note = FIGURES["index_note"].format(
            equal=formatting.number(numbers["effective_suppliers"], 1),
            suppliers=many,
            level=code_labels.LEVEL_LABELS[level],
            floor=formatting.number(hhi_floor(many), 0),
        )
    one = many == 1 and has_index
    return KeyFigure(
        id="counted_hhi",
        label="HHI",
        value=numbers["hhi"],
        unit="0 to 10,000",
        text=FIGURES["one"] if one else number_or_na(numbers["hhi"], 0),
        note=FIGURES["one_note"] if one else note,
        href="#ranked-shares",
        rests_on={"deals": rows},
    )
