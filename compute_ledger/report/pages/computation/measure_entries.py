"""The measures that the cells of a page call, as its folds of code describe them: each once, then by a link."""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from markupsafe import Markup, escape

from compute_ledger.report.book.published_sources import PublishedSources
from compute_ledger.report.notebooks.output_contract import Block
from compute_ledger.report.outputs import mathml
from compute_ledger.report.pages.computation.called_measures import Measure, by_cell
from compute_ledger.shared.measure_notes import formula_anchor, measure_notes

WIDE_LATEX = 40  # characters; a shorter formula fits the page of a phone
ALTERNATIVE = re.compile(r' alttext="[^"]*"')
UPRIGHT = re.compile(r"<mi>([^<]{2,}|[^\w<])</mi>")  # ln and brackets: the style sheet slants letters
MARKED = re.compile(r"\$([^$]+)\$|`([^`]+)`")  # LaTeX, and names of the code


class MeasureEntries:
    """The entries of one page, made of the sources of all its `cells` of code.

    `project` is the folder in which modules are looked for; `new_id` makes an id of words that the page has not yet;
    `method` is the page that lists all formulas, or empty.
    """

    def __init__(
        self,
        cells: Iterable[str],
        project: Path,
        sources: PublishedSources,
        new_id: Callable[[str], str],
        method: str = "",
    ) -> None:
        self.called, self.sources, self.method = by_cell(cells, project), sources, method
        addresses = dict.fromkeys(measure.address for measures in self.called.values() for measure in measures)
        # No two modules of measures have one name.
        self.ids = {address: new_id(" ".join(["measure", *address.split(".")[-2:]])) for address in addresses}
        self.described: set[str] = set()

    def next(self, cells: Sequence[str]) -> Block:
        """What the next fold says of what its `cells` call: `measures` in full, `repeated` that a fold above has."""
        called = {measure.address: measure for cell in cells for measure in self.called.get(cell, ())}
        repeated = [measure for address, measure in called.items() if address in self.described]
        new = [measure for address, measure in called.items() if address not in self.described]
        self.described.update(called)
        return {
            "measures": [self._entry(measure) for measure in new],
            "repeated": [{"href": f"#{self.ids[measure.address]}", "text": _name(measure)} for measure in repeated],
        }

    def _entry(self, measure: Measure) -> Block:
        notes, path = measure_notes(measure.docstring), measure.path.as_posix()
        return {
            "id": self.ids[measure.address],
            "signature": measure.signature,
            "summary": typeset(notes.summary),
            "formula": typeset(notes.formula),
            "is_wide": any(len(latex) > WIDE_LATEX for latex, _ in MARKED.findall(notes.formula)),
            "in_method": f"{self.method}#{formula_anchor(measure.address)}" if self.method and notes.formula else "",
            "reference": typeset(notes.reference),
            "place": f"{path}, line {measure.first_line}",
            "href": self.sources.href(path, measure.first_line, measure.last_line),
            "changed_since": self.sources.commit if self.sources.is_changed(path) else "",
        }


def typeset(text: str) -> Markup:
    """Words of a docstring as HTML: LaTeX between dollars as MathML, names between backticks as code."""
    parts, end = [], 0
    for match in MARKED.finditer(text):
        latex, name = match.groups()
        formatted = Markup("<code>{}</code>").format(name)
        if latex:
            math = mathml.formula(latex, display=False)
            # Without the copy of its LaTeX, an eighth of what a fold weighs: MathML is read out as it is.
            slim = UPRIGHT.sub(r'<mi mathvariant="normal">\1</mi>', ALTERNATIVE.sub("", math or ""))
            formatted = Markup(slim) if math else mathml.source(latex)
        parts += [escape(text[end : match.start()]), formatted]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def _name(measure: Measure) -> str:
    return measure.address.rpartition(".")[2]
