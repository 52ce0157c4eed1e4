"""Figures that are open to one side: "over 300" has no upper end, "up to 100" no lower one."""

import numpy as np
import pandas as pd


def open_ends(value: pd.Series, low: pd.Series, high: pd.Series) -> tuple[pd.Series, pd.Series]:
    """From where to where a figure may lie: a lone low end has no upper end, infinity; a lone high end begins at 0;
    with neither, the print is exact and both are the figure."""
    return (
        low.fillna(value.where(high.isna(), 0.0)),
        high.fillna(value.where(low.isna(), np.inf)),
    )
