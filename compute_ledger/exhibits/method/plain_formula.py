"""Formulas of docstrings as plain text, for cells of a table: LaTeX between dollars becomes signs that a reader knows."""

import re

SIGNS = {
    r"\sum": "Σ",
    r"\le": "≤",
    r"\ge": "≥",
    r"\to": "→",
    r"\dots": "…",
    r"\Delta": "Δ",
    r"\cdot": "·",
    r"\times": "×",
    r"\lfloor": "floor(",
    r"\rfloor": ")",
    r"\lceil": "ceiling(",
    r"\rceil": ")",
    r"\max": "max",
    r"\min": "min",
    r"\ln": "ln",
    r"\left": "",
    r"\right": "",
    r"\,": " ",
}
MARKED = re.compile(r"\$([^$]+)\$")
COMMAND = re.compile(r"\\(?:[A-Za-z]+|,)")
GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
FRACTION, TEXT = re.compile(rf"\\frac{GROUP}{GROUP}"), re.compile(r"\\text\{([^{}]*)\}")
POWERS = {"2": "²", "3": "³"}


def plain_formula(formula: str) -> str:
    """'$\\frac{100\\, a}{B}$, with …' -> '100 a / B, with …'."""
    return MARKED.sub(lambda match: _plain(match[1]), formula)


def _plain(latex: str) -> str:
    text = TEXT.sub(r"\1", latex.replace("{,}", ","))
    while FRACTION.search(text):
        text = FRACTION.sub(lambda match: f"{_whole(match[1])} / {_whole(match[2])}", text)
    text = re.sub(r"\^([23])(?!\d)", lambda match: POWERS[match[1]], text)
    text = re.sub(rf"\^{GROUP}", r"^(\1)", text)
    text = COMMAND.sub(lambda match: SIGNS.get(match[0], match[0][1:]), text)
    return re.sub(r"\s+", " ", text.replace("{", "").replace("}", "")).strip()


def _whole(part: str) -> str:
    """A numerator or denominator in brackets where it has parts."""
    return f"({part})" if re.search(r"[-+−/]|\\sum|\\frac| \S", part.strip()) else part
