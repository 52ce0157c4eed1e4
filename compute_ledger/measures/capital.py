"""Whose money goes round: ties as flows of money, flows as legs, and legs as loops."""

import functools
from collections.abc import Iterator
from itertools import islice
from operator import or_

import pandas as pd

from compute_ledger.shared import rounding
from compute_ledger.shared.choices import any_of, one_of

KINDS = ("pays", "owns", "lends", "buys_chips_from", "earns_from", "guarantees")
STRENGTHS = ("all", "firm", "not_firm")
FORMS = {
    "pays": "services",
    "earns_from": "services",
    "buys_chips_from": "chips",
    "owns": "equity",
    "lends": "credit",
    "guarantees": "guarantee",
}
# What a leg or a loop rests on, strongest first: the best of a leg's flows, the weakest of a loop's legs.
RESTS_ON = ("firm", "shares", "intent")
SHORTEST, LONGEST = 2, 6
MOST_LOOPS = 200
PAIR = ["payer", "payee"]


def select(ties: pd.DataFrame, *, kinds: str = "all", strength: str = "all") -> pd.DataFrame:
    """Ties of the chosen kinds; firm: signed contracts and paid stakes only, not_firm: all others.

    No formula: rows are picked.
    """
    one_of("strength", strength, STRENGTHS)
    chosen = ties[ties["kind"].isin(any_of("kinds", kinds, KINDS))]
    return chosen if strength == "all" else chosen[chosen["binding"] == (strength == "firm")]


def flows(ties: pd.DataFrame, deals: pd.DataFrame, buyer: str, day: pd.Timestamp) -> pd.DataFrame:
    """Ties standing on `day`, each as money going from `payer` to `payee`, no flow counted twice.

    Grain: one row a tie that counts. Columns: those of `ties`, and `payer`, `payee`, `form` (services, chips,
    equity, credit, shares, guarantee). pays, buys_chips_from: from customer to supplier. owns: from owner to
    owned. lends: from lender to borrower. guarantees: no money until called, so no leg of a loop.

    earns_from is the same flow as pays, seen from the other end: it is turned round, the newest period of a
    pair counts, and it is dropped where a payment as binding as itself stands. A stake printed only as a
    percentage is dropped where the amount paid for a stake between the same two stands. Shares that the
    buyer got from its supplier with an order (see `shares_received`) go from the supplier to the buyer.

    No formula: rows are picked and turned round.
    """
    standing = _standing(ties, day)
    received = shares_received(standing, deals, buyer)
    turned = received | standing["kind"].eq("earns_from")
    rows = standing.assign(
        payer=standing["from"].mask(turned, standing["to"]),
        payee=standing["to"].mask(turned, standing["from"]),
        form=standing["kind"].map(FORMS).mask(received, "shares"),
    )
    rows = rows[rows["payer"] != rows["payee"]]
    return rows[~(_mirrors(rows) | _stakes_in_percent(rows))].sort_values([*PAIR, "tie_id"])


def _standing(ties: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Ties known and not ended on the day; a share of a year's revenue stands until a newer year is known."""
    known = ties[ties["known_on"] <= day]
    yearly = known["kind"].eq("earns_from")
    years = known[yearly].sort_values(["since", "known_on"], kind="stable")
    newest = years.drop_duplicates(["from", "to"], keep="last")
    lasting = known[~yearly & (known["until"].isna() | (known["until"] > day))]
    return pd.concat([lasting, newest]).sort_index()


def shares_received(ties: pd.DataFrame, deals: pd.DataFrame, buyer: str) -> pd.Series:
    """Which ties are shares or warrants that the buyer got with an order: it owns them and did not pay for them.

    True where the buyer owns and an equity deal with the same partner on the same day has the buyer receiving.
    """
    equity_deals = deals[deals["layer"].eq("equity") & deals["direction"].eq("buyer_receives")]
    names = pd.MultiIndex.from_arrays([equity_deals["counterparty"], equity_deals["announced_on"]])
    groups = pd.MultiIndex.from_arrays([equity_deals["counterparty_group"], equity_deals["announced_on"]])
    tie_pairs = pd.MultiIndex.from_arrays([ties["to"], ties["since"]])
    owns = ties["kind"].eq("owns") & ties["from"].eq(buyer)
    return owns & pd.Series(tie_pairs.isin(names) | tie_pairs.isin(groups), index=ties.index)


def _mirrors(rows: pd.DataFrame) -> pd.Series:
    """Revenue shares whose payment is there as well, at least as binding."""
    payments = rows[rows["kind"].isin(["pays", "buys_chips_from"])]
    strongest = payments.groupby(PAIR)["binding"].max()
    pairs = pd.MultiIndex.from_frame(rows[PAIR])
    binding_paid = strongest.reindex(pairs).fillna(-1).astype(int).to_numpy()
    return rows["kind"].eq("earns_from") & (binding_paid >= rows["binding"].astype(int))


def _stakes_in_percent(rows: pd.DataFrame) -> pd.Series:
    """Stakes known as a percentage only, where what was paid for a stake between the same two is known."""
    stakes = rows["form"].eq("equity")
    paid_pairs = pd.MultiIndex.from_frame(rows.loc[stakes & rows["amount_usd_bn"].notna(), PAIR])
    pairs = pd.MultiIndex.from_frame(rows[PAIR])
    return stakes & rows["amount_usd_bn"].isna() & rows["share_pct"].notna() & pairs.isin(paid_pairs)


def legs(flows: pd.DataFrame) -> pd.DataFrame:
    """Flows added up by who pays whom; parallel ties are one leg, guarantees none.

    Grain: one row a pair (payer, payee). Columns: `rests_on` (firm: a contract or a paid stake; shares: only
    shares handed over; intent: only letters of intent, plans, talks and conditions), `firm_usd_bn` and
    `intent_usd_bn` (sums of published amounts, missing where there are none; shares handed over count as firm
    only where no firm money flows), `unpriced` (flows without an amount), `forms` and `tie_ids` (tuples).

    No formula: sums.
    """
    moving = flows[flows["form"] != "guarantee"]
    rank = moving["form"].eq("shares").astype(int).mask(~moving["binding"].astype(bool), 2)
    best = rank.groupby([moving[name] for name in PAIR]).transform("min")
    priced = moving.assign(
        rank=rank,
        firm=moving["amount_usd_bn"].where((rank == best) & (rank < 2)),
        intent=moving["amount_usd_bn"].where(rank == 2),
        open=moving["amount_usd_bn"].isna(),
    )
    grouped = priced.groupby(PAIR)
    sums = grouped[["firm", "intent"]].sum(min_count=1).set_axis(["firm_usd_bn", "intent_usd_bn"], axis=1)
    rest = grouped.agg(rank=("rank", "min"), unpriced=("open", "sum"), forms=("form", tuple), tie_ids=("tie_id", tuple))
    summed_legs = sums.join(rest).reset_index()
    return summed_legs.assign(
        rests_on=summed_legs["rank"].map(dict(enumerate(RESTS_ON))),
        forms=summed_legs["forms"].map(lambda forms: tuple(sorted(set(forms)))),
    )[[*PAIR, "rests_on", "firm_usd_bn", "intent_usd_bn", "unpriced", "forms", "tie_ids"]]


def loops(legs: pd.DataFrame, buyer: str, longest: int = 4) -> tuple[pd.DataFrame, int]:
    r"""Closed chains of legs with 2 to `longest` parties, and the length up to which all of them are listed.

    Grain: one row a loop (each party at most once in it), those through `buyer` first, then by length and
    name. Columns: `loop` (its parties in the direction of the money), `members` (tuple, from the buyer or else the
    first in the alphabet), `parties`, `rests_on` (the weakest of its legs), `smallest_usd_bn` (the smallest
    published amount of a leg, of what it rests on), `unpriced_legs`, `through_buyer`, `tie_ids` (tuple).

    Of more than MOST_LOOPS only shorter ones are listed, bounded as by Gupta and Suzumura 2021, arXiv 2105.10094.
    ValueError for a `longest` outside 2 to 6.

    Formula: $v_1 \to v_2 \to \dots \to v_k \to v_1$, all $v_i$ different, $2 \le k \le$ longest
    In words: a simple cycle in the directed graph of announced money flows, each flow counted once
    Reference: Johnson 1975, SIAM Journal on Computing 4(1), 77–84, as implemented in networkx
    """
    cycles, complete_to = _cycles(legs, longest)
    counted = legs["intent_usd_bn"].where(legs["rests_on"].eq("intent"), legs["firm_usd_bn"])
    by_pair = {(leg["payer"], leg["payee"]): leg for leg in legs.assign(counted=counted).to_dict("records")}
    rows = []
    for cycle in cycles:
        first = cycle.index(buyer if buyer in cycle else min(cycle))
        members = (*cycle[first:], *cycle[:first])
        parts = [by_pair[pair] for pair in pairs(members)]
        amounts = [part["counted"] for part in parts if pd.notna(part["counted"])]
        rows.append(
            {
                "loop": " → ".join((*members, members[0])),
                "members": members,
                "parties": len(members),
                "rests_on": max((part["rests_on"] for part in parts), key=RESTS_ON.index),
                "smallest_usd_bn": min(amounts, default=float("nan")),
                "unpriced_legs": len(parts) - len(amounts),
                "through_buyer": buyer in members,
                "tie_ids": tuple(tie for part in parts for tie in part["tie_ids"]),
            }
        )
    columns = ["loop", "members", "parties", "rests_on", "smallest_usd_bn", "unpriced_legs", "through_buyer", "tie_ids"]
    table = pd.DataFrame(rows, columns=columns)
    order = table.assign(elsewhere=~table["through_buyer"].astype(bool))
    return table.loc[order.sort_values(["elsewhere", "parties", "loop"]).index].reset_index(drop=True), complete_to


def pairs(members: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The legs of a loop, (payer, payee), in the direction of the money.

    No formula: a list in order.
    """
    return zip(members, (*members[1:], members[0]), strict=True)


def _cycles(legs: pd.DataFrame, longest: int) -> tuple[list[list[str]], int]:
    if longest not in range(SHORTEST, LONGEST + 1):
        raise ValueError(f"longest_loop is {longest}, but must be a whole number from {SHORTEST} to {LONGEST}")
    import networkx as nx  # type: ignore[import-untyped]

    names = sorted(set(legs["payer"]) | set(legs["payee"]))
    # Numbers in place of names: the order of the search, and so the list where it is cut, is the same on each run.
    number = {name: i for i, name in enumerate(names)}
    edges = sorted(zip(legs["payer"].map(number), legs["payee"].map(number), strict=True))
    cycles: list[list[int]] = []
    for bound, closing in zip(range(SHORTEST, longest + 1), _on_short_loops(edges, len(names)), strict=False):
        # Each of these edges is on a loop, and a loop has at most `bound` of them: no need to look for so many.
        if cycles and len(closing) > MOST_LOOPS * bound:
            return _named(cycles, names), bound - 1
        listed = list(islice(nx.simple_cycles(nx.DiGraph(closing), length_bound=bound), MOST_LOOPS + 1))
        if len(listed) > MOST_LOOPS:
            return _named(cycles or listed[:MOST_LOOPS], names), bound - 1
        cycles = listed
    return _named(cycles, names), longest


def _on_short_loops(edges: list[tuple[int, int]], nodes: int) -> Iterator[list[tuple[int, int]]]:
    """For loops of at most 2, 3, … parties: the edges that are on one.

    In any others a search would follow all paths of that length, and they are many where loops are none: in eight
    layers of firms, each tied to all of the next layer, and the last to the first, 15 firms a layer have millions.
    """
    onward: list[list[int]] = [[] for _ in range(nodes)]
    for start, end in edges:
        onward[start].append(end)
    # Bits of a number stand for nodes: those that a node leads to within so many steps.
    reached = [1 << node for node in range(nodes)]
    while True:
        reached = [functools.reduce(or_, (reached[end] for end in onward[node]), 1 << node) for node in range(nodes)]
        yield [(start, end) for start, end in edges if reached[end] >> start & 1]


def _named(cycles: list[list[int]], names: list[str]) -> list[list[str]]:
    return [[names[node] for node in cycle] for cycle in cycles]


def legs_of(loops: pd.DataFrame) -> pd.DataFrame:
    """How many loops each leg is part of. Grain: one row a leg. Columns: `payer`, `payee`, `loops`, most first.

    No formula: a count.
    """
    legs = pd.DataFrame([pair for members in loops["members"] for pair in pairs(members)], columns=["payer", "payee"])
    counted = legs.groupby(["payer", "payee"]).size().rename("loops").reset_index()
    return counted.sort_values(["loops", "payer", "payee"], ascending=[False, True, True], ignore_index=True)


def turning_legs(loops: pd.DataFrame, legs: pd.DataFrame, buyer: str) -> pd.DataFrame:
    """The buyer's own legs on firm loops: by which money leaves it and comes back to it.

    Grain: one row a leg, largest first. Columns: those of `legs`, and `side` (out: the buyer pays, back: it is paid).

    No formula: rows are picked.
    """
    firm = loops[loops["rests_on"].eq("firm") & loops["through_buyer"].astype(bool)]
    buyer_legs = legs_of(firm).merge(legs, on=["payer", "payee"])
    buyer_legs = buyer_legs[buyer_legs["payer"].eq(buyer) | buyer_legs["payee"].eq(buyer)]
    side = buyer_legs["payer"].eq(buyer).map({True: "out", False: "back"})
    return buyer_legs.assign(side=side).sort_values(
        ["firm_usd_bn", "payer", "payee"], ascending=[False, True, True], key=rounding.column
    )


def ceiling(turning: pd.DataFrame) -> float:
    r"""The most that could go round through the buyer on all firm loops together, USD bn. From `turning_legs`.

    Every such loop enters the buyer by one leg and leaves it by another, so no more can go round than all
    entering legs carry, nor than all leaving legs do: the smaller sum of firm amounts, of the sides on which every
    flow has a published amount; missing where neither has.

    Formula: $\min(\sum_i o_i, \sum_j b_j)$, with amounts $o_i$ that go out and $b_j$ that come back
    Reference: as the value of a cut: Ford and Fulkerson 1956, Canadian Journal of Mathematics 8, 399–404
    """
    sides = [turning[turning["side"] == side] for side in ("back", "out")]
    priced_sums = [float(side["firm_usd_bn"].sum()) for side in sides if len(side) and not side["unpriced"].any()]
    return min(priced_sums, default=float("nan"))
