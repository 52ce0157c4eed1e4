"""Frames become the rows of a chart as Altair itself makes them."""

import altair as alt
import numpy as np
import pandas as pd
import pytest

from compute_ledger.exhibits.drawing import chart_data

KINDS = {
    "text": pd.Series(["a", None, "=b"], dtype="str"),
    "number": [1.5, np.nan, -np.inf],
    "whole": [1, 2, 3],
    "yes": [True, False, True],
    "day": pd.to_datetime(["2025-01-02", None, "2024-12-31T10:30"], format="ISO8601"),
    "whole or none": pd.array([1, None, 3], dtype="Int64"),
    "any": ["a", None, [1, 2]],
    "one of": pd.Categorical(["a", None, "b"]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_column_is_as_altair_makes_it(kind):
    frame = pd.DataFrame({kind: KINDS[kind], "beside": [0.5, 0.25, 0.125]})
    for rows in (frame, frame[:0], frame[1:]):
        assert repr(chart_data.records(rows)) == repr(alt.default_data_transformer(rows))


@pytest.mark.parametrize("beside", ["number", "one of"])
def test_floats_are_rounded_before_altair_names_data_by_their_hash(beside):
    datasets = [chart_data.records(pd.DataFrame({"x": [x], "beside": KINDS[beside][:1]})) for x in (0.1 + 0.2, 0.3)]
    assert datasets[0] == datasets[1]
    assert datasets[0]["values"][0]["x"] == 0.3


def test_too_many_rows_are_refused_as_ever():
    with pytest.raises(alt.MaxRowsError):
        chart_data.records(pd.DataFrame({"x": range(5001)}))


def test_the_setting_of_whoever_uses_altair_comes_back():
    with chart_data.fast():
        assert alt.data_transformers.active == chart_data.NAME
    assert alt.data_transformers.active == "default"
