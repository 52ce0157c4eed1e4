"""The desk: inputs with which a reader counts otherwise in the page, and what it answers as published."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.outputs import KeyFigures
from compute_ledger.shared import rounding
from compute_ledger.shared.mime_types import DESK, PLAIN

Bundle = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A parameter that is one of several values: `options` are (value, what it is called)."""

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str]]
    kind: str = "choice"


@dataclass(frozen=True, kw_only=True)
class Amount:
    """A parameter that is a number from `low` to `high`; `unit` stands beside its label."""

    name: str
    label: str
    value: float
    low: float
    high: float
    unit: str
    step: float = 1
    kind: str = "number"


@dataclass(frozen=True, kw_only=True)
class Day:
    """A parameter that is a day from `low` to `high`; `ticks` are days to mark, by the buyer chosen."""

    name: str
    label: str
    value: pd.Timestamp
    low: pd.Timestamp
    high: pd.Timestamp
    ticks: Mapping[str, Sequence[pd.Timestamp]]
    kind: str = "day"


Input = Choice | Amount | Day


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One row of the desk's bars: lengths in % of the longest; `start` and `end` of its interval, if it has one.

    `colour` as `chart_look.on_page` gives it.
    """

    name: str
    label: str
    length: float
    colour: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, kw_only=True)
class CoveredBar(Bar):
    """A bar of which `covered` is covered, in another colour, and where in % `mark` crosses it (None: nowhere)."""

    covered: float
    covered_colour: str
    mark: float | None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the desk says under one choice of its inputs; the texts of `figures` are those of the key figures.

    `key` says what the parts of the bars mean, where that is not plain.
    """

    claim: str
    detail: str
    figures: KeyFigures
    bars: Sequence[Bar] = field(default_factory=tuple)
    key: str = ""

    @property
    def printed(self) -> dict[str, Any]:
        """All that a reader sees of it."""
        return {
            "claim": self.claim,
            "detail": self.detail,
            "figures": [{"text": figure.text, "note": figure.note} for figure in self.figures.figures],
            "bars": [rounding.plain(asdict(bar)) for bar in self.bars],
        } | ({"key": self.key} if self.key else {})


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The inputs of one chapter, as published, with all that its script needs to answer for other values.

    `chapter` is the one whose parameters the inputs are, `fixed` those that stay as on the page (value as on a command
    line). `module` is the script that computes, `needs` those that it calls. `words` are the sentences that Python and
    the script fill alike, `data` are plain JSON.
    """

    module: str
    chapter: str
    inputs: Sequence[Input]
    answer: Answer
    words: Mapping[str, Any]
    data: Mapping[str, Any]
    as_of: pd.Timestamp
    needs: Sequence[str] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        names = ", ".join(each.name for each in self.inputs)
        return {
            DESK: {
                "module": self.module,
                "needs": list(self.needs),
                "chapter": self.chapter,
                "as_of": formatting.iso_day(self.as_of),
                "fixed": dict(self.fixed),
                "inputs": [_plain_input(each) for each in self.inputs],
                "labels": [figure.label for figure in self.answer.figures.figures],
                "answer": self.answer.printed,
                "words": dict(self.words),
                "data": rounding.plain(dict(self.data)),
            },
            PLAIN: f"The desk of {self.chapter}: {names}",
        }


def day_number(day: pd.Timestamp) -> int:
    """Days since 1970, as the script counts them."""
    return (day - pd.Timestamp("1970-01-01")).days


def _plain_input(each: Input) -> dict[str, Any]:
    plain: dict[str, Any] = dict(vars(each))
    if isinstance(each, Day):
        plain["text"] = formatting.day(each.value)
        plain |= {name: day_number(getattr(each, name)) for name in ("value", "low", "high")}
        plain["ticks"] = {buyer: sorted(set(map(day_number, days))) for buyer, days in each.ticks.items()}
    if isinstance(each, Choice):
        plain["options"] = [list(option) for option in each.options]
    return plain
