import re

import pytest

from compute_ledger.report.outputs import mathml
from compute_ledger.report.pages.markdown import Prose
from compute_ledger.shared import markdown_escape

AMOUNTS = [
    "$50 billion and $38 billion",
    "from $50bn to ($38bn)",
    "US$5 and A$7, or 5$",
    "$5 and A$ in one line",
    "**$50bn** and **$38bn**",
    "$10bn–$20bn a year",
    "$50/$38",
    "$5 million US$",
    "$1.4tn$",
    "a price of $ 5 $ or so",
    r"\$x\$",
    "`$x$`",
    r"\[x\](y) and \(z\)",
    "$HOME/$USER and $x$2",
]


@pytest.mark.parametrize("text", AMOUNTS)
def test_an_amount_is_no_formula(text):
    prose = Prose({})
    assert "<math" not in prose.blocks(text)
    assert prose.problems == []


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("a $x_i^2$ b", "xi2"),
        ("$5x+3$", "5x+3"),
        (r"\\(a*b*c\\)", "a*b*c"),
        ("costs $5, so $x$", "x"),
        ("$$\na < b\n$$", "a<b"),
        (r"\\[ a_1 \\]", "a1"),
        ("* item\n\n  $$y$$", "y"),
        ("|a|\n|-|\n|$x$|", "x"),
        (r"\begin{align}a&=b\end{align}", "a=b"),
    ],
)
def test_a_formula_is_mathml(text, letters):
    html = Prose({}).blocks(text)
    (math,) = re.findall(r"<math.*?</math>", html)
    assert "".join(re.sub("<[^>]*>", "", math).replace("&lt;", "<").split()) == letters


@pytest.mark.parametrize("text", [r"\(x\)", r"\\(x\\)", r"\[x\]", r"\\[x\\]", "$x$", "$$x$$", "[x](y)"])
def test_a_name_out_of_data_is_no_formula(text):
    for written in (markdown_escape.plain(text), markdown_escape.escaped(f"so {markdown_escape.plain(text)} it is")):
        html = Prose({}).blocks(written)
        assert "<math" not in html
        assert text in html.striptags()


@pytest.mark.parametrize("latex", [r"\nosuch{x}", r"\frac{a", r"\frac{a}", "{" * 3000, "x}", "x" * 6000])
def test_what_is_no_formula_is_its_source_and_named(latex):
    prose = Prose({})
    assert mathml.formula(latex, display=False) is None
    assert prose.formula(latex, display=False) == f"<code>{latex}</code>"
    assert prose.problems[0].startswith(f"has the formula '{latex[:200]}'")


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{position:fixed}{x}",
        r"\class{a}{x}",
    ],
)
def test_a_formula_brings_only_mathematics_into_a_page(latex):
    html = str(mathml.formula(latex, display=True))
    assert set(re.findall(r"<(\w+)", html)) <= mathml.ELEMENTS
    assert set(re.findall(r' (\w+)="', re.sub(r' alttext="[^"]*"', "", html))) <= mathml.ATTRIBUTES


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("$$x$$", "x"),
        (r"$\displaystyle x$", r"\displaystyle x"),
        (r"\begin{align*}x\end{align*}", r"\begin{align*}x\end{align*}"),
        (r"\begin{tabular}{l}x\end{tabular}", None),
        ("words and $x$", None),
    ],
)
def test_an_output_is_one_formula_or_none(text, latex):
    assert mathml.lone_formula(text) == latex
