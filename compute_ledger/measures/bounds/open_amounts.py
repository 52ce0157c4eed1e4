"""Amounts as intervals, worded ones with an open end included."""

import numpy as np
import pandas as pd


def amount_ends(value: pd.Series, low: pd.Series, high: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Both ends of each amount: "more than 20" is 20 to infinity, "up to 4" is 0 to 4, a bare 250 is 250 to 250.

    A row with a low end alone has no upper end, one with a high end alone no lower end but zero. Where nothing is
    published both ends are missing. Three series of one index, in one unit.

    No formula: ends are read.
    """
    published = value.notna() | low.notna() | high.notna()
    lower = low.fillna(value.where(high.isna(), 0.0)).where(published)
    upper = high.fillna(value.where(low.isna(), np.inf)).where(published)
    return lower.astype(float), upper.astype(float)


def deal_ends(deals: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Both ends of each deal's amount, USD bn: `amount_ends` of the three columns of amounts.

    No formula: ends are read.
    """
    return amount_ends(deals["amount_usd_bn"], deals["amount_low_usd_bn"], deals["amount_high_usd_bn"])
