"""What a buyer has promised to pay: which deals count, what is counted twice, and for how much."""

import pandas as pd

from compute_ledger.shared import rounding
from compute_ledger.shared.choices import BASES, LEVELS, OVERLAPS, PERIMETERS, TERM_YEARS, one_of, within
from compute_ledger.shared.open_ends import open_ends

COMPUTE_LAYERS = ("cloud", "chips", "data_centre")
FIRM_KINDS = ("contract", "reported_contract")
# No order for computing: negotiations, changes of terms, capital, and rent for sites (see the codebook).
NO_ORDER = ("talks", "amendment", "warrant", "loan", "lease")
STANDING = ("in_force", "completed")
DAYS_PER_YEAR = 365.25
COUNTED_COLUMNS = [
    "deal_id",
    "counterparty",
    "counterparty_group",
    "layer",
    "kind",
    "direction",
    "status",
    "status_before",
    "announced_on",
    "known_on",
    "ended_on",
    "start_on",
    "term_years",
    "amount_usd_bn",
    "amount_low_usd_bn",
    "amount_high_usd_bn",
    "part_of",
    "replaces",
]


def buyer_deals(deals: pd.DataFrame, buyer: str) -> tuple[str, pd.DataFrame]:
    """Resolve `buyer` and return its name and its rows.

    'auto' is the buyer whose first deal became known first (alphabetical first on a tie). Any other name must
    occur in the column `buyer`; a ledger without deals gives an empty frame.

    No formula: rows are picked.
    """
    if deals.empty:
        return ("" if buyer == "auto" else buyer), deals
    first_deals = deals.groupby("buyer")["known_on"].min().reset_index().sort_values(["known_on", "buyer"])
    if buyer == "auto":
        buyer = str(first_deals["buyer"].iloc[0])
    one_of("buyer", buyer, sorted(first_deals["buyer"]))
    return buyer, deals[deals["buyer"] == buyer]


def standing_on(deals: pd.DataFrame, day: "pd.Timestamp | pd.Series[pd.Timestamp]") -> pd.DataFrame:
    """Deals known on `day` (one for all, or one for each) and not yet ended then, with `status` as it stood.

    Grain: one row a deal. Needs `known_on`, `ended_on`, `status`, `status_before`. A deal replaced by
    another ends on the day its successor becomes known; its parts are then parts of the successor (`part_of`).

    No formula: rows are picked.
    """
    is_known = deals["known_on"] <= day
    successors = deals[is_known].dropna(subset="replaces").drop_duplicates("replaces").set_index("replaces")["deal_id"]
    replaced = deals["deal_id"].isin(successors.index)
    rows = deals[is_known & ~(deals["ended_on"] <= day) & ~replaced]
    was_otherwise = rows["ended_on"].notna() & rows["status_before"].notna()
    return rows.assign(
        status=rows["status"].where(~was_otherwise, rows["status_before"]),
        part_of=_last_in_line(rows["part_of"], successors),
    )


def _last_in_line(deals: pd.Series, successors: pd.Series) -> pd.Series:
    """Each of the deals, or what took its place in the end; the loader has refused circles."""
    replaced = deals.isin(successors.index)
    while replaced.any():
        deals = deals.mask(replaced, deals.map(successors))
        replaced = deals.isin(successors.index)
    return deals


def in_perimeter(deals: pd.DataFrame, perimeter: str) -> pd.DataFrame:
    """Standing compute deals that the buyer pays for, within one perimeter.

    firm: contracts (published or reported) in force. firm_and_conditional: also contracts, options and
    frameworks that hang on a condition or name no price. announced: also letters of intent and joint
    ventures, whoever pays in the end. Talks, leases, equity and cancelled deals are in none.

    No formula: rows are picked.
    """
    one_of("perimeter", perimeter, PERIMETERS)
    compute = deals["layer"].isin(COMPUTE_LAYERS) & ~deals["kind"].isin(NO_ORDER)
    pays = deals["direction"].eq("buyer_pays")
    firm = compute & pays & deals["kind"].isin(FIRM_KINDS) & deals["status"].isin(STANDING)
    if perimeter == "firm":
        return deals[firm]
    alive = ~deals["status"].isin(["superseded", "cancelled", "talks"])
    conditional = compute & pays & alive & deals["kind"].isin([*FIRM_KINDS, "framework"])
    if perimeter == "firm_and_conditional":
        return deals[firm | conditional]
    paid_by_somebody = deals["direction"].isin(["buyer_pays", "both"])
    return deals[compute & paid_by_somebody & alive]


def without_overlaps(deals: pd.DataFrame, overlaps: str) -> pd.DataFrame:
    """Drop what would be counted twice, following `part_of` within the given rows.

    count_parts drops a deal when a part of it with an amount is present; count_parents drops a deal
    when something it is part of, with an amount, is present; count_both drops nothing.

    No formula: rows are picked.
    """
    one_of("overlaps", overlaps, OVERLAPS)
    if overlaps == "count_both" or deals.empty:
        return deals
    part_deals = deals.dropna(subset="part_of")
    parent: dict[str, str] = dict(zip(part_deals["deal_id"], part_deals["part_of"], strict=True))
    priced = set(deals.loc[deals["amount_usd_bn"].notna(), "deal_id"])
    doubled = _above(priced, parent) if overlaps == "count_parts" else _below(priced, parent)
    return deals[~deals["deal_id"].isin(doubled)]


def _above(deals: set[str], parent: dict[str, str]) -> set[str]:
    """All that any of the deals is part of, directly or through others; the loader has refused circles."""
    parents: set[str] = set()
    for deal in deals:
        while deal in parent and parent[deal] not in parents:
            deal = parent[deal]
            parents.add(deal)
    return parents


def _below(deals: set[str], parent: dict[str, str]) -> set[str]:
    """All that is part of any of the deals, directly or through others."""
    parts: dict[str, list[str]] = {}
    for part, parent_deal in parent.items():
        parts.setdefault(parent_deal, []).append(part)
    descendants: set[str] = set()
    ahead = list(deals)
    while ahead:
        new_parts = [part for part in parts.get(ahead.pop(), []) if part not in descendants]
        descendants.update(new_parts)
        ahead += new_parts
    return descendants


def days_of_change(deals: pd.DataFrame, until: pd.Timestamp) -> pd.DatetimeIndex:
    """Days up to `until` on which a compute deal with an amount became known or ended, in order.

    No formula: days are listed.
    """
    priced = deals[deals["amount_usd_bn"].notna() & deals["layer"].isin(COMPUTE_LAYERS)]
    days = pd.DatetimeIndex(pd.concat([priced["known_on"], priced["ended_on"]]).dropna().unique()).sort_values()
    return days[days <= until]


def payables(
    deals: pd.DataFrame,
    day: pd.Timestamp,
    *,
    perimeter: str = "firm",
    overlaps: str = "count_parts",
    basis: str = "headline",
    default_term_years: float = 5.0,
) -> pd.DataFrame:
    r"""Counted deals on one day, with what each counts for.

    Grain: one row a counted deal, deals without a published amount included with missing counts. Adds
    `counted`, `counted_low`, `counted_high` (USD bn; USD bn a year when annualised) and `term_assumed`.

    "Over" has no upper end (infinity), "up to" begins at 0. A term begins on `start_on` (else `announced_on`); an
    unpublished one is `default_term_years`.

    Formula: $a$ (headline), $\frac{a}{T}$ (annualised) or $a \min(1, \max(0, 1 - \frac{t}{T}))$ (remaining), with
    amount $a$, term of $T$ years and $t$ years gone since its start
    Reference: convention of this report
    """
    one_of("basis", basis, BASES)
    within("default_term_years", default_term_years, TERM_YEARS)
    rows = without_overlaps(in_perimeter(standing_on(deals, day), perimeter), overlaps)
    term = rows["term_years"].fillna(default_term_years)
    factor = pd.Series(1.0, index=rows.index)
    if basis == "annualised":
        factor = 1 / term
    elif basis == "remaining":
        start = rows["start_on"].fillna(rows["announced_on"])
        elapsed_years = (day - start).dt.days / DAYS_PER_YEAR
        factor = (1 - elapsed_years / term).clip(0, 1)
        factor = factor.mask(factor < 1e-9, 0.0)  # of the last day nothing is left, whatever a division makes of it
    low, high = open_ends(rows["amount_usd_bn"], rows["amount_low_usd_bn"], rows["amount_high_usd_bn"])
    return rows.assign(
        counted=rows["amount_usd_bn"] * factor,
        counted_low=low * factor,
        counted_high=(high * factor).mask(factor == 0, 0.0),
        term_assumed=rows["term_years"].isna() & (basis != "headline"),
    )


def by_supplier(counted: pd.DataFrame, level: str = "counterparty") -> pd.DataFrame:
    r"""Add counted deals up by counterparty, group or layer, largest first.

    Grain: one row a supplier with a published amount above zero. Columns: `supplier`, `counted`,
    `counted_low`, `counted_high` (unit of `payables`), `share_pct`, `deals` (count), `largest_deal` (id).

    Formula: $s_i = \frac{100\, a_i}{\sum_j a_j}$, with the sum $a_i$ of each supplier
    Reference: arithmetic
    """
    one_of("level", level, LEVELS)
    column = {"counterparty": "counterparty", "group": "counterparty_group", "layer": "layer"}[level]
    priced = counted[counted["counted"] > 0]
    suppliers = (
        priced.sort_values(["counted", "deal_id"], ascending=[False, True], key=rounding.column)
        .groupby(column, observed=True)
        .agg(
            counted=("counted", "sum"),
            counted_low=("counted_low", "sum"),
            counted_high=("counted_high", "sum"),
            deals=("deal_id", "size"),
            largest_deal=("deal_id", "first"),
        )
        .rename_axis("supplier")
        .reset_index()
        .sort_values(["counted", "supplier"], ascending=[False, True], key=rounding.column, ignore_index=True)
    )
    return suppliers.assign(share_pct=100 * suppliers["counted"] / suppliers["counted"].sum())


def unpriced(counted: pd.DataFrame) -> pd.DataFrame:
    """Counted deals for which no amount is published: outside every share, and said to be so.

    No formula: rows are picked.
    """
    return counted[counted["counted"].isna()]
