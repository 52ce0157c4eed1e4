"""How a claim's figure is shown: as the page prints it where somebody saw that, else as the ledger recorded it."""

import pandas as pd

from compute_ledger.exhibits import formatting

AS_RECORDED = "figure as recorded"
# What follows the number; the units that are not here (a year, a count, a statement) are shown without a word.
UNIT_WORDS = {
    "usd_bn": " USD bn",
    "usd_bn_per_year": " USD bn a year",
    "usd_bn_per_gw": " USD bn a GW",
    "usd": " USD",
    "gw": " GW",
    "pct": "%",
    "years": " years",
}


def figures(claims: pd.DataFrame) -> pd.Series:
    """'$38 billion' where the print was seen, 'figure as recorded: 38 USD bn' where not; the index is that of `claims`.

    Columns that are read: `as_printed`, `value`, `low`, `high`, `unit`, `value_date` and `value_precision` of claims.
    """
    recorded = _numbers(claims).fillna(_days(claims)).fillna("a statement")
    printed = claims["as_printed"]
    # A bare number of a table, in thousands or millions, says nothing without what it was read as.
    is_bare = printed.str.fullmatch(r"[0-9.,]+").fillna(False).astype(bool) & claims["unit"].isin(list(UNIT_WORDS))
    return printed.mask(is_bare, printed + ", read as " + recorded).fillna(AS_RECORDED + ": " + recorded)


def _numbers(claims: pd.DataFrame) -> pd.Series:
    """'38 USD bn', 'at least 20 USD bn', '32 to 34%'; missing for a day and for a statement."""
    value, low, high = (_written(claims[side], claims["unit"]) for side in ("value", "low", "high"))
    text = value.fillna(low + " to " + high).fillna("at least " + low).fillna("at most " + high)
    return text + claims["unit"].map(UNIT_WORDS).fillna("").astype("string")


def _written(numbers: pd.Series, units: pd.Series) -> pd.Series:
    """The numbers as text, calendar years without a comma."""
    text = numbers.map(lambda value: formatting.number(value, 4), na_action="ignore").astype("string")
    return text.mask(units.eq("year").fillna(False), text.str.replace(",", ""))


def _days(claims: pd.DataFrame) -> pd.Series:
    """'2025-11-03', '2025-11' or '2025', as precise as the claim."""
    day = claims["value_date"].dt.strftime("%Y-%m-%d").astype("string")
    month, year = (claims["value_precision"].eq(name).fillna(False) for name in ("month", "year"))
    return day.mask(month, day.str[:7]).mask(year, day.str[:4])
