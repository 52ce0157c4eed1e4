"""What the docstring of a measure says besides its columns: summary, formula, the same in words, reference.

After the text a docstring has paragraphs that begin with a label, as help() and editors show them:

    Formula: $10{,}000 \\sum_i s_i^2$, with shares $s_i$ that sum to 1
    In words: 10,000 × Σ s², s the shares that sum to 1
    Reference: Hirschman 1964, American Economic Review 54(5), 761

LaTeX stands between dollars. A measure that only picks or arranges rows says so instead: "No formula: …".
"""

import inspect
import re
from dataclasses import dataclass

LABELS = ("Formula", "In words", "Reference", "No formula")
LABELLED = re.compile(rf"^({'|'.join(LABELS)}): ", re.MULTILINE)
FIRST_SENTENCE = re.compile(r".*?[.](?=\s|$)|.*", re.DOTALL)


@dataclass(frozen=True)
class MeasureNotes:
    """Each part on one line, "" where the docstring has none; `summary` is its first sentence."""

    summary: str = ""
    formula: str = ""
    in_words: str = ""
    reference: str = ""
    no_formula: str = ""


def measure_notes(docstring: str | None) -> MeasureNotes:
    """The parts of a docstring as it stands in the source or as an object has it."""
    text, *labelled = LABELLED.split(inspect.cleandoc(docstring or ""))
    parts = {label: _one_line(part) for label, part in zip(labelled[::2], labelled[1::2], strict=True)}
    sentence = FIRST_SENTENCE.match(text.partition("\n\n")[0])
    return MeasureNotes(_one_line(sentence[0] if sentence else ""), *(parts.get(label, "") for label in LABELS))


def formula_anchor(address: str) -> str:
    """Where the list of all formulas has that of the measure at `address`: no two modules of measures have one name."""
    return "-".join(["formula", *address.split(".")[-2:]])


def _one_line(text: str) -> str:
    """The paragraph in which a part begins, without its line ends."""
    return " ".join(text.partition("\n\n")[0].split())
