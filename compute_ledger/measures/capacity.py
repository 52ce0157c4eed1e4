"""Gigawatts by what they measure: of which supplier, how firm, and what is inside what. Bases are never mixed."""

import pandas as pd

from compute_ledger.measures.commitments import COMPUTE_LAYERS, standing_on, without_overlaps
from compute_ledger.shared import rounding
from compute_ledger.shared.choices import CAPACITY_BASES, LEVELS, one_of

OVER = ("superseded", "cancelled", "talks")
OF_THE_DEAL = ["deal_id", "counterparty", "counterparty_group", "layer", "kind", "title", "amount_usd_bn"]
DEAL_PART_OF = "deal_part_of"
LEVEL_COLUMNS = {"counterparty": "counterparty", "group": "counterparty_group", "layer": "layer"}


def deals_with_capacity(deals: pd.DataFrame, capacities: pd.DataFrame) -> pd.DataFrame:
    """`deals` with the capacity that each prints: `capacity_gw` (GW) and its `capacity_basis`, missing without one.

    The newest whole figure. Of a deal that prints several bases the one that says most: IT load, site load, chips,
    then what is announced without a basis. For showing one deal; sums need one basis, see `total`.

    No formula: rows are picked.
    """
    whole = _current(capacities)
    whole = whole[whole["part_of"].isna() | ~whole["part_of"].map(_deal_of(capacities)).eq(whole["deal_id"])]
    rank = whole["basis"].map({basis: place for place, basis in enumerate(CAPACITY_BASES)})
    first = whole.assign(rank=rank).sort_values("rank", kind="stable").drop_duplicates("deal_id").set_index("deal_id")
    return deals.assign(
        capacity_gw=deals["deal_id"].map(first["capacity_gw"]).astype(float),
        capacity_basis=deals["deal_id"].map(first["basis"]).astype("str"),
    )


def standing_capacity(capacities: pd.DataFrame, deals: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Capacities of compute deals that stand on `day`, talks apart, whoever pays, with what they belong to.

    Grain: one row a capacity; figures that a newer one replaced are left out, parts are still beside their wholes.
    Columns: those of `capacities`, of the deal `counterparty`, `counterparty_group`, `layer`, `kind`, `title`,
    `amount_usd_bn` and `deal_part_of`, and `whole`: the capacity that contains this one, missing where none stands.

    No formula: rows are picked.
    """
    standing = standing_on(deals, day)
    standing = standing[standing["layer"].isin(COMPUTE_LAYERS) & ~standing["status"].isin(OVER)]
    standing = standing[~standing["kind"].isin(["talks", "amendment"])]
    standing = standing.rename(columns={"part_of": DEAL_PART_OF})
    known = capacities[capacities["known_on"] <= day]
    rows = _current(known).merge(standing[[*OF_THE_DEAL, DEAL_PART_OF]], on="deal_id")
    return rows.assign(whole=_whole(rows, known))


def _current(capacities: pd.DataFrame) -> pd.DataFrame:
    """Without the figures that another of `capacities` replaced."""
    return capacities[~capacities["capacity_id"].isin(capacities["replaces"].dropna())]


def _deal_of(capacities: pd.DataFrame) -> "pd.Series[str]":
    return capacities.set_index("capacity_id")["deal_id"]


def _whole(rows: pd.DataFrame, known: pd.DataFrame) -> "pd.Series[str]":
    """For each row the nearest standing capacity that contains it, through those that fell or were replaced."""
    replaced = known.dropna(subset="replaces")
    onward = dict(zip(known["capacity_id"], known["part_of"], strict=True))
    # What a newer figure replaced leads to that figure, and only then to what contained it.
    onward |= dict(zip(replaced["replaces"], replaced["capacity_id"], strict=True))
    standing, ahead = set(rows["capacity_id"]), rows["part_of"]
    for _ in range(len(onward)):
        lost = ahead.notna() & ~ahead.isin(standing)
        if not lost.any():
            break
        ahead = ahead.where(~lost, ahead.map(onward))
    return ahead.where(ahead.isin(standing))


def counted_once(rows: pd.DataFrame) -> pd.DataFrame:
    """Of `standing_capacity` those rows whose whole is not among them, so that no gigawatt counts twice.

    No formula: rows are picked.
    """
    inside = rows["whole"].isin(rows["capacity_id"])
    # A part whose whole is left out may still be inside what contains that whole.
    ahead = rows["whole"].map(rows.drop_duplicates("capacity_id").set_index("capacity_id")["whole"])
    return rows[~(inside | ahead.isin(rows["capacity_id"]))]


def total(rows: pd.DataFrame) -> float:
    r"""Gigawatts of `standing_capacity` rows of one basis, each once; 0 without rows.

    ValueError for rows of several bases: a gigawatt of chips, of computers and of a site are not the same thing, and
    no factor between them is published.

    Formula: $\sum_i g_i$ over capacities $g_i$ of one basis that no other of them contains
    Reference: arithmetic
    """
    bases = sorted(rows["basis"].unique())
    if len(bases) > 1:
        raise ValueError(f"capacities on the bases {', '.join(bases)} cannot be added; pick the rows of one basis")
    return float(counted_once(rows)["capacity_gw"].sum())


def under_contract(rows: pd.DataFrame) -> float:
    r"""Gigawatts of `standing_capacity` rows of one basis that are contracted, each once; 0 without rows.

    Contracts inside one whole may be inside one another without saying so: together they are never more than it.
    ValueError for rows of several bases, see `total`.

    Formula: $\sum_w \min(g_w, \sum_{i \in w} g_i)$ over wholes $w$ of $g_w$ and the contracted capacities $g_i$ in each
    Reference: arithmetic
    """
    total(rows)  # refuses several bases
    contracted = counted_once(rows[rows["commitment"] == "contracted"])
    outer, size = (rows.set_index("capacity_id")[column].to_dict() for column in ("whole", "capacity_gw"))
    whole = contracted["capacity_id"]
    for _ in range(len(rows)):
        whole = whole.map(outer).where(whole.map(outer).isin(list(outer)), whole)
    sums = contracted.groupby(whole)["capacity_gw"].sum()
    return float(sums.clip(upper=sums.index.to_series().map(size)).sum())


def by_supplier(rows: pd.DataFrame, level: str = "counterparty") -> pd.DataFrame:
    r"""Capacity by supplier and basis, beside the amounts that the same deals print.

    Grain: one row a supplier and a basis, bases in the order of `CAPACITY_BASES`, the largest supplier first.
    Columns: `supplier`, `basis`, `capacity_gw` (contracted or planned, each gigawatt once), `contracted_gw`,
    `planned_gw` (the rest), `option_gw` (on top), `at_least` and `at_most` (bool: the wording is open above or
    below), `inside` (suppliers in whose capacity all of it lies, tuple), `amount_usd_bn` (printed for the same deals,
    missing where none is), `deal_ids` and `capacity_ids` (tuples). `rows` from `standing_capacity`.

    Rows of two bases are never added, nor rows of two suppliers: what is inside another's would count twice.

    Formula: $g_{s,b} = \sum_i g_i$ over the capacities of supplier $s$ on basis $b$ that no other of them contains
    Reference: arithmetic
    """
    one_of("level", level, LEVELS)
    rows = rows.assign(supplier=rows[LEVEL_COLUMNS[level]])
    keys = ["supplier", "basis"]
    groups = [
        {"supplier": supplier, "basis": basis, **_sums(group), "inside": _containing(group, rows)}
        for (supplier, basis), group in rows.groupby(keys, sort=True)
    ]
    columns = [*keys, "capacity_gw", "contracted_gw", "planned_gw", "option_gw", "at_least", "at_most"]
    columns += ["amount_usd_bn", "deal_ids", "capacity_ids", "inside"]
    table = pd.DataFrame(groups, columns=columns)
    rank = table["basis"].map({basis: place for place, basis in enumerate(CAPACITY_BASES)})
    size = table["capacity_gw"] + table["option_gw"]
    order = table.assign(rank=rank, size=size).sort_values(
        ["rank", "size", "supplier"], ascending=[True, False, True], key=rounding.column
    )
    return table.loc[order.index].reset_index(drop=True)


def _sums(group: pd.DataFrame) -> dict[str, object]:
    """What one supplier has on one basis."""
    option = group["commitment"].eq("option")
    firm = counted_once(group[~option])
    contracted = under_contract(group)
    deals = group.drop_duplicates("deal_id").assign(part_of=lambda rows: rows[DEAL_PART_OF])
    amounts = without_overlaps(deals, "count_parents")["amount_usd_bn"]
    one_sided = firm[firm["low_gw"].isna() != firm["high_gw"].isna()]
    return {
        "capacity_gw": total(group[~option]),
        "contracted_gw": contracted,
        "planned_gw": max(0.0, total(group[~option]) - contracted),
        "option_gw": total(group[option]),
        "at_least": bool(one_sided["low_gw"].notna().any()),
        "at_most": bool(one_sided["high_gw"].notna().any()),
        "amount_usd_bn": amounts.sum(min_count=1),
        "deal_ids": tuple(sorted(deals["deal_id"])),
        "capacity_ids": tuple(sorted(group["capacity_id"])),
    }


def _containing(group: pd.DataFrame, rows: pd.DataFrame) -> tuple[str, ...]:
    """The suppliers in whose capacity all of a supplier's lies; none where some of it stands alone."""
    alone = counted_once(group)
    supplier = rows.drop_duplicates("capacity_id").set_index("capacity_id")["supplier"]
    holders = alone["whole"].map(supplier)
    return () if holders.isna().any() else tuple(sorted(set(holders)))


def without_capacity(counted: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Counted deals (see `commitments.payables`) of suppliers that print no capacity at all.

    No formula: rows are picked.
    """
    return counted[~counted["counterparty"].isin(rows["counterparty"])]
