"""The drawn key of a chart: what each form and colour of its marks stands for.

A key stands under the subtitle in the page and in the pictures to take along, as swatches with words; no text of a chart
names a colour, which another theme or a printer may change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from compute_ledger.shared.chart_look import KEY_FORMS

MOST_COLOURS = 3


@dataclass(frozen=True)
class Swatch:
    """One entry of a key: a form of `KEY_FORMS`, the colours in which the chart has it (the first few are shown), words."""

    form: str
    colours: str | Sequence[str]
    words: str

    def __post_init__(self) -> None:
        if self.form not in KEY_FORMS:
            raise ValueError(f"no key shows a {self.form!r}; known: {', '.join(KEY_FORMS)}")

    def entry(self) -> dict[str, Any]:
        """What the page gets: `form`, `colours`, `words`."""
        several = [self.colours] if isinstance(self.colours, str) else dict.fromkeys(self.colours)
        return {"form": self.form, "colours": list(several)[:MOST_COLOURS], "words": self.words}


def drawn_only(swatches: Iterable[tuple[bool, Swatch]]) -> list[Swatch]:
    """Of the entries that a chart may have those of which it draws a mark."""
    return [swatch for is_drawn, swatch in swatches if is_drawn]
