"""How wide words are, and where names break."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compute_ledger.exhibits.drawing.text_metrics import (
    LABEL_GAP,
    TEXT_SIZE,
    broken,
    plot_beside,
    row_name,
    scale_end,
    width,
)


@pytest.mark.parametrize(("words", "px"), [("", 0), ("il", 5.22), ("Mm", 16.85), ("a b", 13.5), ("i\nam\nl", 14.07)])
def test_a_text_is_as_wide_as_its_widest_line(words, px):
    assert width(words, 10) == pytest.approx(px, abs=0.01)


@pytest.mark.parametrize(
    ("words", "room", "text"),
    [
        ("Samsung and SK hynix", 200, "Samsung and SK hynix"),
        ("Samsung and SK hynix", 70, "Samsung\nand SK hynix"),
        ("Oracle and Related Digital", 82, "Oracle and\nRelated Digital"),
        ("Donaudampfschiffahrt", 30, "Donaudampfschiffahrt"),
    ],
)
def test_names_break_where_the_lines_are_even(words, room, text):
    assert broken(words, room, 11) == text


@given(st.text("abc d", max_size=60), st.floats(1, 300))
def test_breaking_changes_nothing_but_one_space(words, room):
    text = broken(words, room, 12)
    assert text.replace("\n", " ") == words
    assert text.count("\n") <= 1
    assert width(text, 12) <= max(width(words, 12), 1e-9)


def test_a_row_has_its_key_and_a_name_for_each_drawing():
    assert row_name("1", "Samsung and SK hynix", (200, 12), (70, 11)).split("\t") == [
        "1",
        "Samsung and SK hynix",
        "Samsung\nand SK hynix",
    ]


@given(st.lists(st.tuples(st.floats(0.01, 5_000), st.text("0,.$ bilon", max_size=14)), min_size=1), st.floats(160, 700))
def test_no_label_beside_a_mark_reaches_over_the_edge(rows, room):
    ends, labels = zip(*rows, strict=True)
    last = scale_end(ends, labels, room)
    for end, label in rows:
        reach = end / last * room + LABEL_GAP + width(label, TEXT_SIZE)
        assert reach <= room + 1e-6
    assert scale_end([], [], room) == 1


def test_a_plot_has_the_room_that_names_leave():
    assert plot_beside(["AWS", "Google Cloud"], 340, 130) == 320 - width("Google Cloud", 12)
    assert plot_beside(["Samsung and SK hynix, all of it"], 340, 130) == 190
