"""Who holds the commitments, for every way to count them and every day: see book/static/desk/concentration.js."""

import pandas as pd
from IPython.display import Markdown

from compute_ledger.exhibits import code_labels, formatting, theme
from compute_ledger.exhibits.concentration.commitment_words import FIGURES, RANKED
from compute_ledger.exhibits.concentration.desk.day_tables import deal_rows, ever_counted, index_reasons, ways_rows
from compute_ledger.exhibits.concentration.key_figures import key_figures
from compute_ledger.exhibits.concentration.ranked_suppliers import (
    counted_what,
    index_words,
    leaders_words,
    open_words,
    outside_words,
    ranked_frame,
)
from compute_ledger.exhibits.desk import Amount, Answer, Bar, Choice, Day, Desk, Input
from compute_ledger.exhibits.scope import Scope
from compute_ledger.ledger import Ledger
from compute_ledger.ledger.days import days_of_ledger
from compute_ledger.ledger.grades import GRADES
from compute_ledger.measures import commitments
from compute_ledger.measures.contracts.counted_days import counted_days
from compute_ledger.shared import rounding
from compute_ledger.shared.chart_look import on_page
from compute_ledger.shared.choices import LEVELS, OVERLAPS, TERM_YEARS
from compute_ledger.shared.languages.phrases import phrase, spoken

CHAPTER = "commitment-concentration"


def desk(ledger: Ledger, scope: Scope) -> Desk | Markdown:
    """Inputs for all that this chapter's counting depends on; `ledger` as loaded for the page, whose day is the last.

    Its scripts speak English: in another language a sentence leads to the page where they do.
    """
    if not spoken().is_english:
        return Markdown(phrase("[Try other assumptions](commitment-concentration.html#desk) (in English)."))
    days = days_of_ledger(ledger.folder, ledger.as_of, ["purchase_commitments"])
    changes = counted_days(days.deals)
    rows = ever_counted(days.deals, changes)
    counted = scope.payables(scope.deals(ledger))
    names = sorted({*rows["counterparty"], *rows["counterparty_group"], *rows["layer"]})
    return Desk(
        module="concentration",
        needs=("commitments",),
        chapter=CHAPTER,
        as_of=ledger.as_of,
        inputs=_inputs(ledger, days.deals, scope),
        answer=answer(commitments.by_supplier(counted, scope.level), counted, scope),
        words={
            "ranked": RANKED,
            "figures": FIGURES,
            "counted": code_labels.COUNTED_LABELS,
            "bases": code_labels.BASIS_LABELS,
        }
        | {"layers": code_labels.LAYER_LABELS, "levels": code_labels.LEVEL_LABELS},
        data={
            "grades": GRADES,
            "buyers": ledger.buyers,
            "names": names,
            "colours": [on_page(theme.colour(name)) for name in names],
            "deals": deal_rows(rows, ledger.buyers, names),
            "ways": ways_rows(rows, changes),
            "no_index": index_reasons(days, ledger.buyers),
        },
    )


def _inputs(ledger: Ledger, deals: pd.DataFrame, scope: Scope) -> tuple[Input, ...]:
    known = deals.drop_duplicates("deal").groupby("buyer")["known_on"]
    ticks = {str(buyer): list(days.unique()) for buyer, days in known}
    grades = [(grade, f"{grade} or better") for grade in GRADES]
    return (
        Day(
            name="as_of",
            label="As known on",
            value=ledger.as_of,
            low=deals["known_on"].min(),
            high=ledger.as_of,
            ticks=ticks,
        ),
        _choice("perimeter", "Counted", scope.perimeter, code_labels.PERIMETER_LABELS),
        _choice("basis", "Amounts", scope.basis, code_labels.BASIS_LABELS),
        _choice(
            "overlaps",
            "Contracts inside others",
            scope.overlaps,
            {name: code_labels.OVERLAP_LABELS[name] for name in OVERLAPS},
        ),
        _choice("level", "By", scope.level, {name: code_labels.LEVEL_LABELS[name] for name in LEVELS}),
        Choice(name="min_grade", label="Lowest grade of source", value=ledger.min_grade, options=grades),
        Choice(name="buyer", label="Buyer", value=scope.buyer, options=[(buyer, buyer) for buyer in ledger.buyers]),
        Amount(
            name="default_term_years",
            label="Term where none is published",
            value=scope.default_term_years,
            low=TERM_YEARS[0],
            high=TERM_YEARS[1],
            unit="years",
        ),
    )


def _choice(name: str, label: str, value: str, words: dict[str, str]) -> Choice:
    options = [(code, formatting.capital(text)) for code, text in words.items()]
    return Choice(name=name, label=label, value=value, options=options)


@rounding.inputs
def answer(suppliers: pd.DataFrame, counted: pd.DataFrame, scope: Scope) -> Answer:
    """What the desk says. Frames from `by_supplier` and `payables`."""
    figures = key_figures(suppliers, counted, scope)
    if suppliers.empty:
        detail = RANKED["nothing"].format(day=formatting.day(scope.as_of), what=counted_what(scope))
        return Answer(claim="", detail=detail, figures=figures)
    if scope.no_index:
        return Answer(claim="", detail=scope.no_index, figures=figures, bars=_bars(suppliers, scope.level))
    sentences = [*index_words(suppliers, scope), *open_words(suppliers, scope.level), *outside_words(counted)]
    return Answer(
        claim=leaders_words(suppliers, scope),
        detail=" ".join(sentences),
        figures=figures,
        bars=_bars(suppliers, scope.level),
    )


def _bars(suppliers: pd.DataFrame, level: str) -> list[Bar]:
    rows = ranked_frame(suppliers, level)
    part = 100 / rows["end"].max()
    lengths, starts, ends = ((part * rows[name]).tolist() for name in ("counted", "counted_low", "counted_high"))
    has_interval = (rows["counted_low"] < rows["counted_high"]).tolist()
    return [
        Bar(
            name=name,
            label=label,
            length=rounding.rounded(length, 1),
            start=rounding.rounded(start, 1) if is_wide else None,
            end=rounding.rounded(end, 1) if is_wide else None,
            colour=on_page(theme.colour(supplier)),
        )
        for name, label, length, start, end, is_wide, supplier in zip(
            rows["supplier"], rows["label"], lengths, starts, ends, has_interval, suppliers["supplier"], strict=True
        )
    ]
