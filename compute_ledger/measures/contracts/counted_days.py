"""Which deals count on which day, for every way of counting: `commitments.payables` of all days at once."""

import pandas as pd

from compute_ledger.measures.commitments import in_perimeter, standing_on, without_overlaps
from compute_ledger.shared.choices import OVERLAPS, PERIMETERS

WAYS = [(perimeter, overlaps) for perimeter in PERIMETERS for overlaps in OVERLAPS]


def counted_days(deals: pd.DataFrame) -> pd.DataFrame:
    """When each deal begins or ceases to count.

    deals: those of `days_of_ledger`. Grain: a deal, lowest grade and day on which the ways change in which it counts.
    Columns: `deal`, `min_grade`, `day`, `ways` (sum of 2 to the power of the places in WAYS of those in which it
    counts); none counts before its first day.

    No formula: rows are picked.
    """
    rows = _of_one_buyer(deals)
    standing = standing_on(rows, rows["day"])
    ways = pd.Series(0, index=deals.index)
    for place, (perimeter, overlaps) in enumerate(WAYS):
        ways[without_overlaps(in_perimeter(standing, perimeter), overlaps).index] += 2**place
    every_day = deals.assign(ways=ways).pivot_table("ways", ["deal", "min_grade"], "day", fill_value=0).astype(int)
    each_day = every_day.melt(value_name="ways", ignore_index=False).reset_index()
    before = each_day.groupby(["deal", "min_grade"], sort=False)["ways"].shift(fill_value=0)
    return each_day[each_day["ways"] != before].reset_index(drop=True)


def _of_one_buyer(deals: pd.DataFrame) -> pd.DataFrame:
    """`deals` in which none is part of another buyer's or replaces it: buyers are counted apart."""
    buyer = deals.set_index("deal_id")["buyer"]
    own = {name: deals[name].where(deals[name].map(buyer) == deals["buyer"]) for name in ("part_of", "replaces")}
    return deals.assign(**own)
