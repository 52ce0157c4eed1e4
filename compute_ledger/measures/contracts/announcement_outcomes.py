"""What became of what was announced: each deal as it was first, and as it stands."""

import pandas as pd

from compute_ledger.measures.timeline import without_sums
from compute_ledger.shared import rounding

# What became of an announcement, best first. Signed: a binding deal took its place, of which nothing can be compared.
# Replaced: by something that is no deal of its own, an amendment of rights or the parts of another deal.
OUTCOMES = (
    "grown",
    "shrunk",
    "signed",
    "completed",
    "in force",
    "conditional",
    "not final",
    "replaced",
    "paused",
    "cancelled",
    "talks",
)
BINDING = ("contract", "reported_contract", "lease", "equity", "loan", "warrant")
STANDS = ("grown", "shrunk", "signed", "completed", "in force")
OUTCOME_COLUMNS = [
    "deal_id", "newest_id", "counterparty", "layer", "announced_on", "kind", "kind_now", "amount_then_usd_bn",
    "amount_now_usd_bn", "capacity_then_gw", "capacity_now_gw", "outcome", "changed_on", "days", "part_of", "deal_ids",
]  # fmt: skip


def chains(deals: pd.DataFrame) -> pd.DataFrame:
    """Each deal with the first and the newest of those that it replaced or that took its place.

    Grain: one row a deal; adds `first_id`, `newest_id` and `place` (0 for the first). Of several that replace one the
    latest goes on with its chain; the others are chains of their own, as is a deal whose predecessor is not given.

    No formula: rows are linked.
    """
    ordered = deals.sort_values(["announced_on", "known_on", "deal_id"])
    successors = ordered.dropna(subset="replaces").drop_duplicates("replaces", keep="last")
    following = dict(zip(successors["replaces"], successors["deal_id"], strict=True))
    preceding = {successor: deal for deal, successor in following.items() if deal in set(deals["deal_id"])}
    first = deals["deal_id"].map(lambda deal: _last(deal, preceding))
    newest = deals["deal_id"].map(lambda deal: _last(deal, following))
    place = deals.assign(first_id=first).loc[ordered.index].groupby("first_id").cumcount()
    return deals.assign(first_id=first, newest_id=newest, place=place)


def _last(deal: str, links: dict[str, str]) -> str:
    """The end of the links from `deal` on; the loader has refused circles."""
    while deal in links:
        deal = links[deal]
    return deal


def announcement_outcomes(deals: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    r"""Each announcement, what it said then, what stands now, and how many days lie between.

    `deals`: those of one buyer, ended ones included. Left out are amendments of rights, sums of deals listed beside
    them (unless they have a chain of their own) and the parts of what another deal replaced as a whole; other parts
    of a deal are rows of their own (`part_of`), so that amounts do not add up. Grain: one row a chain of
    replacements, in order of announcement. Columns: OUTCOME_COLUMNS (`kind` and amounts as first announced and now:
    0 now where the deal was cancelled, missing where nothing was published or the deal was replaced), `outcome`
    (see OUTCOMES: grown or shrunk by amount, else by capacity where both print one on the same basis), `changed_on`
    (the last replacement or end; missing where nothing changed) and `days` (from the announcement to it, else to
    `day`).

    Formula: $t_1 - t_0$ in days, from the announcement $t_0$ to the last change $t_1$
    Reference: arithmetic
    """
    rows = _announcements(deals, day)
    by_id = rows.set_index("deal_id")
    first = rows[rows["deal_id"].eq(rows["first_id"])].sort_values(["announced_on", "deal_id"])
    newest = by_id.loc[first["newest_id"]].set_axis(first.index)
    ended = newest["ended_on"].where(newest["ended_on"] <= day)
    status = newest["status"].mask(ended.isna() & newest["status_before"].notna(), newest["status_before"])
    now = newest[["amount_usd_bn", "capacity_gw"]].mask(status.eq("superseded"))
    now = now.where(status != "cancelled", now * 0.0)
    changed_on = ended.fillna(newest["announced_on"].where(first["newest_id"] != first["deal_id"]))
    result = pd.DataFrame(
        {
            **first[["deal_id", "newest_id", "counterparty", "layer", "announced_on", "kind"]],
            "kind_now": newest["kind"],
            "amount_then_usd_bn": first["amount_usd_bn"],
            "amount_now_usd_bn": now["amount_usd_bn"],
            "capacity_then_gw": first["capacity_gw"],
            "capacity_now_gw": now["capacity_gw"],
            "changed_on": changed_on,
            "days": (changed_on.fillna(day) - first["announced_on"]).dt.days,
            "part_of": first["part_of"],
            "deal_ids": first["deal_id"].map(_chain_ids(rows)),
        }
    )
    same_basis = _basis(first).eq(_basis(newest)) | _basis(first).eq("")
    return result.assign(outcome=_outcomes(result, status, same_basis))[OUTCOME_COLUMNS].reset_index(drop=True)


def _chain_ids(rows: pd.DataFrame) -> pd.Series:
    """The deals of each chain in their order, by its first."""
    return rows.sort_values(["first_id", "place"]).groupby("first_id")["deal_id"].agg(tuple)


def _basis(rows: pd.DataFrame) -> pd.Series:
    """What the capacity of each row measures, '' where that is not said."""
    known = rows["capacity_basis"] if "capacity_basis" in rows else pd.Series(index=rows.index, dtype="str")
    return known.fillna("")


def announcements(deals: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """`announcement_outcomes` by the rule that the report counts deals by: each once, and only what was announced.

    Grain and columns of `announcement_outcomes`, with `part_of`, and without rows that lie inside another row of the
    same kind (a part of a round beside the round), at whatever depth, and without talks that have led to nothing.
    `announced_on` is the day of the first deal that was no talks, `first_on` that of the first of all, from which
    `days` are counted. Adds `title` (of the first deal), `title_now`, `date_precision`, `is_binding_now` (the newest is
    of a binding kind and stands on no condition) and `was_binding` (the first was of a binding kind).

    No formula: rows are picked.
    """
    rows = announcement_outcomes(deals, day)
    row_of = {deal: first for first, ids in zip(rows["deal_id"], rows["deal_ids"], strict=True) for deal in ids}
    kind = dict(zip(rows["deal_id"], rows["kind"], strict=True))
    parts = deals.dropna(subset="part_of")
    whole = dict(zip(parts["deal_id"], parts["part_of"], strict=True))
    inside = [
        any(kind[row_of[around]] == kind[deal] for around in _around(deal, whole) if around in row_of)
        for deal in rows["deal_id"]
    ]
    by_id = deals.set_index("deal_id")
    opening = rows["deal_ids"].map(lambda ids: next((deal for deal in ids if by_id["kind"][deal] != "talks"), ""))
    rows = rows[~pd.Series(inside, index=rows.index, dtype=bool) & opening.ne("")]
    opening = opening.loc[rows.index]
    return rows.assign(
        first_on=rows["announced_on"],
        announced_on=by_id["announced_on"].reindex(opening).set_axis(rows.index),
        title=rows["deal_id"].map(by_id["title"]),
        title_now=rows["newest_id"].map(by_id["title"]),
        date_precision=by_id["date_precision"].reindex(opening).set_axis(rows.index),
        was_binding=rows["kind"].isin(BINDING),
        is_binding_now=rows["kind_now"].isin(BINDING) & rows["outcome"].isin(STANDS),
    ).reset_index(drop=True)


def _around(deal: str, whole: dict[str, str]) -> list[str]:
    """The deals that a deal is part of, the nearest first; the loader has refused circles."""
    around = []
    while deal in whole:
        deal = whole[deal]
        around.append(deal)
    return around


def _announcements(deals: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """`chains` of the deals that are announcements of their own."""
    rows = chains(deals[(deals["known_on"] <= day) & ~deals["kind"].eq("amendment")])
    is_linked = rows.groupby("first_id")["deal_id"].transform("size") > 1
    is_sum = ~rows["deal_id"].isin(without_sums(rows)["deal_id"])
    replaced = set(rows.loc[rows["deal_id"] != rows["newest_id"], "deal_id"])
    inside = rows["part_of"].isin(replaced) & rows["status"].eq("superseded")
    return rows[~(is_sum & ~is_linked) & ~(inside & ~is_linked)]


def _outcomes(rows: pd.DataFrame, status: pd.Series, same_basis: pd.Series) -> pd.Series:
    standing = {
        "in_force": "in force",
        "completed": "completed",
        "conditional": "conditional",
        "not_finalised": "not final",
        "paused": "paused",
        "cancelled": "cancelled",
        "superseded": "replaced",
        "talks": "talks",
    }
    outcome = status.map(standing)
    is_replaced = rows["newest_id"].ne(rows["deal_id"]) & status.isin(["in_force", "completed", "conditional"])
    signed = is_replaced & ~rows["kind"].isin(BINDING) & rows["kind_now"].isin(BINDING)
    outcome = outcome.mask(signed | (is_replaced & rows["kind_now"].isin(BINDING)), "signed")
    capacity = (rows["capacity_now_gw"] - rows["capacity_then_gw"]).where(same_basis)
    more = rounding.column((rows["amount_now_usd_bn"] - rows["amount_then_usd_bn"]).fillna(capacity))
    return outcome.mask(is_replaced & (more > 0), "grown").mask(is_replaced & (more < 0), "shrunk")
