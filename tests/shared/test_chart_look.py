"""Colours of suppliers: told apart on light and dark pages, by the colour-blind and in grey print."""

import itertools
import math
from functools import partial

import pytest

from compute_ledger.exhibits.theme import colour
from compute_ledger.shared.chart_look import ACCENT, GREY, ON_DARK, PALETTE, PLAIN, dark_rules, on_page

PAPERS = {"light": "#ffffff", "dark": "#14171a"}
LEAST_CONTRAST, LEAST_DIFFERENCE, LEAST_STEP = 3, 15, 14
# As they lie upon another in the chart of what is promised and in that of what falls due, where some have no part.
STACK = ["Oracle", "Microsoft", "AWS", "CoreWeave", "Cerebras"]
SHARES = ["AWS", "Azure", "Google Cloud", "Others"]
# What two kinds of colour blindness see (Machado, Oliveira and Fernandes 2009, severity 1), in linear RGB.
EYES = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}


def dot(row, column):
    return sum(a * b for a, b in zip(row, column, strict=True))


def linear(shade):
    parts = [int(shade[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(light):
    return dot((0.2126, 0.7152, 0.0722), light)


def contrast(one, other):
    low, high = sorted(luminance(linear(shade)) + 0.05 for shade in (one, other))
    return high / low


def lab(shade, eye="usual"):
    seen = [min(max(dot(row, linear(shade)), 0), 1) for row in EYES[eye]]
    rows = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.072175), (0.0193339, 0.119192, 0.9503041))
    white = (0.95047, 1, 1.08883)
    x, y, z = (dot(row, seen) / part for row, part in zip(rows, white, strict=True))
    x, y, z = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def step(one, other):
    """By how much two colours differ in lightness (L* of CIELAB), as in grey print."""
    return abs(lab(one)[0] - lab(other)[0])


def difference(one, other, eye):
    """How far apart two colours are in CIELAB, as that eye sees them."""
    return math.dist(lab(one, eye), lab(other, eye))


def drawn(theme, shade):
    return ON_DARK[shade] if theme == "dark" else shade


@pytest.mark.parametrize("theme", PAPERS)
def test_each_colour_stands_out_from_the_page(theme):
    faint = {
        shade: round(contrast(drawn(theme, shade), PAPERS[theme]), 2)
        for shade in (*PALETTE, GREY, ACCENT, PLAIN)
        if contrast(drawn(theme, shade), PAPERS[theme]) < LEAST_CONTRAST
    }
    assert faint == {}


@pytest.mark.parametrize("theme", PAPERS)
@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("names", [STACK, SHARES])
def test_suppliers_of_a_stack_are_told_apart(names, eye, theme):
    shades = {name: drawn(theme, colour(name)) for name in names}
    close = [
        pair for pair in itertools.combinations(names, 2) if difference(*map(shades.get, pair), eye) < LEAST_DIFFERENCE
    ]
    assert close == []


@pytest.mark.parametrize("theme", PAPERS)
def test_neighbours_of_a_stack_differ_in_grey(theme):
    shades = map(partial(drawn, theme), map(colour, STACK))
    assert [round(step(*pair)) for pair in itertools.pairwise(shades) if step(*pair) < LEAST_STEP] == []


@pytest.mark.parametrize("theme", PAPERS)
@pytest.mark.parametrize("eye", EYES)
def test_the_accent_is_no_suppliers(eye, theme):
    """Nor taken for one in its stack, nor for the bars of nobody beside it."""
    others = [*map(colour, STACK), PLAIN, GREY]
    assert ACCENT not in PALETTE
    accent = drawn(theme, ACCENT)
    assert [shade for shade in others if difference(accent, drawn(theme, shade), eye) < LEAST_DIFFERENCE] == []


def test_a_page_gives_every_colour_its_dark_one():
    assert set(ON_DARK) == {*PALETTE, GREY, ACCENT, PLAIN}
    rules = dark_rules()
    for light, dark in ON_DARK.items():
        name = on_page(light).removeprefix("var(").partition(",")[0]
        assert rules.count(f"{name}: {dark}") == 2
    assert on_page("#123456") == "#123456"
