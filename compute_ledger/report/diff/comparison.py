"""Everything that differs between two sides, and the sentence that counts it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from compute_ledger.report.diff import differences
from compute_ledger.report.diff.differences import ChapterChange, ChartChange, FigureChange, TextChange
from compute_ledger.report.diff.sides import Side


class Row(Protocol):
    """A changed row of a ledger: see `compute_ledger.ledger.changed_rows.RowChange`."""

    table: str
    key: str
    column: str
    a: str
    b: str
    only: str


@dataclass(frozen=True)
class Comparison:
    """Everything that differs between sides `a` and `b`; `unread` says why rows could not be compared, if so.

    `grounds` are the day, grade and hash of the data that they rest on, where these differ: (name, of a, of b).
    """

    a: Side
    b: Side
    chapters: Sequence[ChapterChange]
    figures: Sequence[FigureChange]
    rows: Sequence[Row]
    charts: Sequence[ChartChange]
    texts: Sequence[TextChange]
    unread: str = ""

    @property
    def names(self) -> tuple[str, str]:
        """What the two sides are called."""
        return self.a.name, self.b.name

    @property
    def grounds(self) -> list[tuple[str, str, str]]:
        a, b = self.a.provenance, self.b.provenance
        return [(name, a[name], b[name]) for name in a if name in b and a[name] != b[name]]

    @property
    def alike(self) -> bool:
        return not (self.grounds or self.chapters or self.figures or self.rows or self.charts or self.texts)

    @property
    def summary(self) -> str:
        """What differs, in one sentence."""
        both = re.sub("^the ", "The ", f"{self.a.name} and {self.b.name}")
        if self.alike:
            return f"{both} are alike."
        kinds = (
            (len(self.grounds), "fact about their data", "facts about their data"),
            (len(self.chapters), "chapter", "chapters"),
            (len(self.figures), "key figure", "key figures"),
            (len(self.rows), "ledger change", "ledger changes"),
            (len(self.charts), "exhibit", "exhibits"),
            (len(self.texts), "text", "texts"),
        )
        counted = [f"{number:,} {singular if number == 1 else plural}" for number, singular, plural in kinds if number]
        return f"{both} differ in {', '.join(counted)}."


def compare(a: Side, b: Side, rows: Sequence[Row] = (), unread: str = "") -> Comparison:
    """All that differs between what `a` and `b` show; `rows` are those of their ledgers, which others compare."""
    pairs, chapters = differences.paired_chapters(a, b)
    figures = differences.changed_figures(a, b, pairs)
    charts, texts = differences.changed_charts(a, b, pairs), differences.changed_texts(a, b, pairs)
    return Comparison(a, b, chapters, figures, rows, charts, texts, unread)


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The whole comparison for programs."""
    return {
        "a": comparison.a.name,
        "b": comparison.b.name,
        "alike": comparison.alike,
        "rows_not_compared": comparison.unread or None,
        "data": [dict(zip(("name", "a", "b"), ground, strict=True)) for ground in comparison.grounds],
        "chapters": [{"a": chapter.a or None, "b": chapter.b or None} for chapter in comparison.chapters],
        "figures": [vars(f) | {"change": f.change, "change_pct": f.change_pct} for f in comparison.figures],
        "rows": [vars(row) for row in comparison.rows],
        "charts": [
            {
                "chapter": chart.chapter,
                "id": chart.id,
                "title_a": chart.a and chart.a.title,
                "title_b": chart.b and chart.b.title,
                "cells": [vars(cell) for cell in chart.cells],
                "only_a": chart.only_a,
                "only_b": chart.only_b,
                "facets": chart.facets,
            }
            for chart in comparison.charts
        ],
        "texts": [vars(text) for text in comparison.texts],
    }
