from compute_ledger.measures import concentration
from compute_ledger.shared.measure_notes import MeasureNotes, measure_notes


def test_each_part_of_a_docstring_is_on_one_line():
    docstring = r"""Share of the
    largest, in percent. NaN without any.

    Grain: one row. Formula of nobody: none.

    Formula: $\max_i s_i$, of all
    shares $s_i$
    In words: the largest
    Reference: Somebody 1999,
    A Journal: 1
    """
    assert measure_notes(docstring) == MeasureNotes(
        "Share of the largest, in percent.",
        r"$\max_i s_i$, of all shares $s_i$",
        "the largest",
        "Somebody 1999, A Journal: 1",
    )


def test_a_docstring_may_say_that_there_is_no_formula():
    assert measure_notes("Rows of a day.\n\nNo formula: rows are picked.") == MeasureNotes(
        "Rows of a day.", no_formula="rows are picked."
    )


def test_a_docstring_of_words_alone_has_a_summary_alone():
    assert measure_notes("All of 2.5 GW or more, as help() shows it") == MeasureNotes(
        "All of 2.5 GW or more, as help() shows it"
    )
    assert measure_notes(None) == measure_notes("") == MeasureNotes()


def test_objects_and_sources_say_the_same():
    assert measure_notes(concentration.hhi.__doc__).reference.startswith("Hirschman 1964")
