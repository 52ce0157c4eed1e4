"""Amounts in words: computed sums to two digits, printed ones as printed."""

import pytest

from compute_ledger.exhibits import formatting


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (132.1, "$130 billion"),
        (49.87, "$50 billion"),
        (8.62, "$8.6 billion"),
        (-16.2, "−$16 billion"),
        (9.96, "$10 billion"),
        (99.6, "$100 billion"),
        (997, "$1 trillion"),
        (1400, "$1.4 trillion"),
    ],
)
def test_computed_sums_have_two_digits(amount, words):
    assert formatting.about_usd(amount) == words


def test_a_range_from_nothing_says_so():
    assert formatting.about_usd_between(0.0, 370.0) == "nothing to $370 billion"
    assert formatting.about_usd_between(370.0, 372.0) == "$370 billion"


def test_a_missing_sum_is_not_a_number():
    assert formatting.about_usd(float("nan")) == "n/a"


@pytest.mark.parametrize(
    ("amount", "words", "label"),
    [
        (138, "$138 billion", "$138bn"),
        (730.4, "$730 billion", "$730bn"),
        (6.5, "$6.5 billion", "$6.5bn"),
        (9.96, "$10 billion", "$10bn"),
        (999.6, "$1 trillion", "$1tn"),
        (-2481, "−$2.5 trillion", "−$2.5tn"),
    ],
)
def test_printed_amounts_keep_their_digits(amount, words, label):
    assert (formatting.usd_whole(amount), formatting.usd_whole_short(amount)) == (words, label)


@pytest.mark.parametrize(("period", "name"), [("2025Q3", "Q3 2025"), ("FY2026Q2", "Q2 FY2026"), ("2023FY", "FY 2023")])
def test_quarters_and_whole_years_are_named(period, name):
    assert formatting.quarter(period) == name
