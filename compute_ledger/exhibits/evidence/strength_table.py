"""How strong the evidence behind key figures is: a table, and a line for the card of each figure."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.evidence_links import ROWS
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, KeyFigure, KeyFigures, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.ledger import Ledger
from compute_ledger.measures.evidence.evidence_strength import LEADING, evidence_strength
from compute_ledger.shared import rounding
from compute_ledger.shared.languages.phrases import number_of, phrase


@rounding.inputs
def strength(figures: KeyFigures, ledger: Ledger) -> pd.DataFrame:
    """`evidence_strength` of the key figures that rest on rows of the ledger, by their id."""
    rows = [
        frame.assign(figure=figure.id, table=table, row_id=frame[ROWS[table][0]])[
            ["figure", "table", "row_id", "grade"]
        ]
        for figure in figures.figures
        for table, frame in figure.rests_on.items()
        if len(frame)
    ]
    columns = ["figure", "table", "row_id", "grade"]
    behind = pd.concat(rows) if rows else pd.DataFrame(columns=columns, dtype="str")
    return evidence_strength(behind, ledger.evidence, ledger.claims, ledger.sources, ledger.as_of)


def with_strength(figures: KeyFigures, ledger: Ledger) -> KeyFigures:
    """The same figures, each with its line: 'A- to B · three origins · 45 days old · seen in print'."""
    lines = {row["figure"]: _line(row) for _, row in strength(figures, ledger).iterrows()}
    return replace(figures, figures=[replace(card, strength=lines.get(card.id, "")) for card in figures.figures])


def _line(row: pd.Series) -> str:
    fewest = int(row["fewest_origins"]) if pd.notna(row["fewest_origins"]) else 0
    origins = number_of(int(row["origins"]), "origin") if fewest else str(phrase("no origin"))
    if 0 < fewest < row["origins"]:
        each = number_of(fewest, "for each row", "for each row")
        origins = str(phrase("{origins}, at least {each}", origins=origins, each=each))
    return " · ".join([_grades(row), origins, _age(row["age_days"]), _print(row["seen_pct"])])


def _grades(row: pd.Series) -> str:
    best, lowest = row["best_grade"], row["lowest_grade"]
    return str(best if best == lowest else phrase("{best} to {lowest}", best=best, lowest=lowest))


def _age(days: float) -> str:
    if pd.isna(days):
        return str(phrase("undated"))
    return str(phrase("{days} old", days=number_of(int(days), "day")) if days else phrase("of the same day"))


def _print(seen_pct: float) -> str:
    if pd.isna(seen_pct) or seen_pct == 0:
        return str(phrase("not seen in print"))
    if seen_pct == 100:
        return str(phrase("seen in print"))
    return str(phrase("{part} seen in print", part=formatting.pct(seen_pct, 0)))


@exhibit("strength")
@rounding.inputs
def strength_table(
    figures: KeyFigures, at_grades: Mapping[str, KeyFigures], ledger: Ledger, scope: Scope
) -> Table | Exhibit:
    """Each key figure with its evidence, and what it is from sources of a grade or better (`at_grades`)."""
    measured = strength(figures, ledger)
    if measured.empty:
        return Exhibit.empty(f"No key figure could be computed on {formatting.day(scope.as_of)}.", scope.as_of)
    cards = {card.id: card for card in figures.figures}
    strict = {grade: {card.id: card.text for card in at_grade.figures} for grade, at_grade in at_grades.items()}
    table = measured.assign(
        label=pd.Series(
            [{"text": cards[name].label, "href": cards[name].href} for name in measured["figure"]], dtype=object
        ),
        text=[cards[name].text for name in measured["figure"]],
        **{f"from_{grade}": [texts.get(name, "n/a") for name in measured["figure"]] for grade, texts in strict.items()},
    )
    return Table(
        caption=f"How strong the evidence behind the key figures is, as known on {formatting.day(scope.as_of)}",
        table=table,
        columns={
            "label": ("Figure", ""),
            "text": ("All sources", ""),
            **{f"from_{grade}": (formatting.capital(_or_better(grade)), "") for grade in strict},
            "best_grade": ("Best", "grade"),
            "lowest_grade": ("Lowest", "grade"),
            "origins": ("Origins", "count"),
            "fewest_origins": ("Origins of the least documented row", "count"),
            "age_days": ("Age of the newest source", "days"),
            "seen_pct": ("Leading claims seen in print", "%"),
        },
        rests_on=_rows_behind(figures),
        # The chapters that derive the figures list them.
        source_ids=(),
        as_of=scope.as_of,
        note=(
            "Grades are those of the rows that a figure rests on. An origin is the publisher whose text a page repeats; a page "
            "that does not say where it has its figure from counts as one, so there may be fewer."
        ),
    )


def _rows_behind(figures: KeyFigures) -> dict[str, pd.DataFrame]:
    behind: dict[str, list[pd.DataFrame]] = {}
    for figure in figures.figures:
        for table, frame in figure.rests_on.items():
            behind.setdefault(table, []).append(frame)
    return {table: pd.concat(frames).drop_duplicates(ROWS[table][0]) for table, frames in behind.items()}


@rounding.inputs
def strength_finding(figures: KeyFigures, at_grades: Mapping[str, KeyFigures], own: Ledger, ledger: Ledger) -> Finding:
    """How far the first of the figures stands on the sources of each grade, and how much of all was seen in print.

    `own`: what of the `ledger` is about the buyer.
    """
    measured = strength(figures, ledger)
    first = figures.figures[0]
    row = measured[measured["figure"] == first.id]
    if row.empty:
        return Finding(name="strength", detail=f"Nothing with an amount was known on {formatting.day(ledger.as_of)}.")
    texts = {
        grade: next(figure.text for figure in at_grade.figures if figure.id == first.id)
        for grade, at_grade in at_grades.items()
    }
    leading = own.evidence[own.evidence["role"].isin(LEADING)]
    seen = own.claims.loc[own.claims["claim_id"].isin(leading["claim_id"]), "as_printed"].notna()
    alone = int(measured.loc[measured["fewest_origins"] == 1, "figure"].nunique())
    return Finding(
        name="strength",
        claim=_by_grade(first, texts),
        detail=(
            f"Of {formatting.count(len(measured), 'key figure')} {formatting.count(alone, 'rests', 'rest')} on a row that only one origin bears out. "
            f"Of all claims that lead a row, the wording of {formatting.pct(100 * seen.mean(), 0)} was seen on the page."
            f"{_what_would_change(first.rests_on)}"
        ),
        rests_on=first.rests_on,
    )


def _what_would_change(rests_on: Mapping[str, pd.DataFrame]) -> str:
    """How many of the rows behind a figure have no source of the best grade."""
    grades = pd.concat([frame["grade"] for frame in rests_on.values()])
    weaker = int(grades.ne("A").sum())
    if not weaker:
        return ""
    return (
        f" What would change it: a filing that prints another figure; of the {formatting.count(len(grades), 'row')} behind it "
        f"{formatting.count(weaker, 'has', 'have')} no source of grade A."
    )


def _by_grade(figure: KeyFigure, texts: Mapping[str, str]) -> str:
    """'Computing signed for, $730 billion, is the same from grade A- or better; it is $250 billion from grade A alone'."""
    total = figure.text
    unmoved = [grade for grade, text in texts.items() if text == total]
    moved = [
        f"{text.replace('none published', 'nothing')} from grade {_or_better(grade)}"
        for grade, text in texts.items()
        if text != total
    ]
    stays = f"is the same from grade {_or_better(unmoved[-1])}" if unmoved else ""
    others = (
        f"it is {formatting.names(moved)}" if unmoved and moved else f"is {formatting.names(moved)}" if moved else ""
    )
    return f"{figure.label}, {total}, " + "; ".join(filter(None, (stays, others)))


def _or_better(grade: str) -> str:
    return "A alone" if grade == "A" else f"{grade} or better"
