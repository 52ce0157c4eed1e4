"""Flows, loops and investors against graphs worked on paper, and properties that hold for every set of ties."""

import itertools
import math
import random
import re
from dataclasses import replace
from itertools import pairwise

import networkx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compute_ledger.exhibits import Scope
from compute_ledger.exhibits import capital as show
from compute_ledger.exhibits.capital.loop_choices import loop_choices
from compute_ledger.exhibits.capital.network_layout import ring
from compute_ledger.ledger import load
from compute_ledger.measures import capital as m
from compute_ledger.measures import investors
from compute_ledger.report.charts.vega_svg import draw
from tests.chapters import EXHIBIT, ROOT, VEGA_LITE, run_chapter, said
from tests.ledger_copy import WORKED_OUT_ON

DAY = pd.Timestamp("2026-01-01")
OF_B = Scope(as_of=DAY, buyer="B")
VISIBLE_LABEL = re.compile("<title>(.*?)</title>")


def ties_of(*rows):
    """Ties from (from, kind, to) and a dict of what else is known."""
    full = [
        {
            "tie_id": f"t{i}", "from": a, "kind": kind, "to": b, "amount_usd_bn": math.nan, "share_pct": math.nan,
            "since": "2025-01-01", "until": None, "known_on": "2025-01-01", "binding": True, "note": "",
            "source_id": "s", "source_ids": ("s",),
        } | more
        for i, (a, kind, b, more) in enumerate(rows)
    ]  # fmt: skip
    columns = ["tie_id", "from", "to", "kind", "amount_usd_bn", "share_pct", "since", "until", "known_on", "binding",
               "note", "source_id", "source_ids"]  # fmt: skip
    frame = pd.DataFrame(full, columns=columns)
    dated = {column: pd.to_datetime(frame[column]) for column in ("since", "until", "known_on")}
    return frame.assign(
        **dated, amount_usd_bn=frame["amount_usd_bn"].astype(float), binding=frame["binding"].astype(bool)
    )


def deals_of(*rows):
    """Deals from their id and a dict of what differs from a firm purchase known in January 2025."""
    blank = {
        "buyer": "B", "counterparty": "S", "counterparty_group": "S", "layer": "cloud", "kind": "contract",
        "title": "t",
        "announced_on": "2025-01-01", "known_on": "2025-01-01", "ended_on": None, "start_on": None,
        "term_years": math.nan, "amount_usd_bn": math.nan, "amount_low_usd_bn": math.nan,
        "amount_high_usd_bn": math.nan, "direction": "buyer_pays", "status": "in_force", "status_before": None,
        "part_of": None, "replaces": None, "source_id": "s", "source_ids": ("s",),
    }  # fmt: skip
    frame = pd.DataFrame([blank | {"deal_id": deal} | more for deal, more in rows], columns=["deal_id", *blank])
    return frame.assign(
        **{column: pd.to_datetime(frame[column]) for column in ("announced_on", "known_on", "ended_on", "start_on")}
    )


NO_DEALS = deals_of()


def legs_of(ties, deals=NO_DEALS, day=DAY):
    return m.legs(m.flows(ties, deals, "B", day))


def loops_of(ties, deals=NO_DEALS, day=DAY, longest=4):
    return m.loops(legs_of(ties, deals, day), "B", longest)[0]


def test_two_firms_that_pay_each_other_are_one_loop():
    loops = loops_of(ties_of(("B", "pays", "S", {"amount_usd_bn": 9}), ("S", "owns", "B", {"amount_usd_bn": 4})))
    assert loops["loop"].tolist() == ["B → S → B"]
    assert loops["rests_on"].tolist() == ["firm"]
    assert loops["smallest_usd_bn"].tolist() == [4]  # min(9, 4)
    assert loops["through_buyer"].all()


def test_three_firms_in_a_ring_are_one_loop_and_one_tie_less_is_none():
    rows = [("B", "pays", "S", {}), ("S", "buys_chips_from", "C", {}), ("C", "owns", "B", {"amount_usd_bn": 5})]
    assert loops_of(ties_of(*rows))["members"].tolist() == [("B", "S", "C")]
    assert loops_of(ties_of(*rows), longest=2).empty
    for left_out in range(3):
        assert loops_of(ties_of(*rows[:left_out], *rows[left_out + 1 :])).empty


def test_money_goes_from_buyer_to_seller_from_owner_to_owned_from_lender_to_borrower():
    flows = m.flows(
        ties_of(
            ("B", "pays", "S", {}), ("B", "buys_chips_from", "C", {}), ("V", "owns", "B", {}), ("L", "lends", "B", {}),
            ("E", "earns_from", "B", {"share_pct": 10}),
        ),
        NO_DEALS, "B", DAY,
    )  # fmt: skip
    assert set(zip(flows["payer"], flows["payee"], flows["form"], strict=True)) == {
        ("B", "S", "services"), ("B", "C", "chips"), ("V", "B", "equity"), ("L", "B", "credit"), ("B", "E", "services"),
    }  # fmt: skip


def test_what_one_earns_and_the_other_pays_is_one_flow():
    pays, earns = ("B", "pays", "S", {"amount_usd_bn": 250}), ("S", "earns_from", "B", {"share_pct": 45})
    assert m.flows(ties_of(pays, earns), NO_DEALS, "B", DAY)["tie_id"].tolist() == ["t0"]
    assert len(m.flows(ties_of(earns), NO_DEALS, "B", DAY)) == 1
    # A payment that only talks promise does not replace revenue that was earned.
    talks = ("B", "pays", "S", {"amount_usd_bn": 250, "binding": False})
    assert len(m.flows(ties_of(talks, earns), NO_DEALS, "B", DAY)) == 2


def test_of_yearly_shares_of_revenue_the_newest_known_counts():
    ties = ties_of(
        ("S", "earns_from", "B", {"share_pct": 35, "since": "2023-01-01", "until": "2023-12-31"}),
        ("S", "earns_from", "B", {"share_pct": 62, "since": "2024-01-01", "until": "2024-12-31"}),
        ("S", "earns_from", "B", {"share_pct": 67, "since": "2025-01-01", "known_on": "2026-04-30"}),
    )
    assert m.flows(ties, NO_DEALS, "B", DAY)["share_pct"].tolist() == [62]
    assert m.flows(ties, NO_DEALS, "B", pd.Timestamp("2026-04-30"))["share_pct"].tolist() == [67]


def test_a_stake_printed_in_percent_is_not_counted_beside_what_was_paid_for_it():
    stake = ("S", "owns", "B", {"share_pct": 27})
    paid = ("S", "owns", "B", {"amount_usd_bn": 10})
    assert m.flows(ties_of(stake, paid), NO_DEALS, "B", DAY)["tie_id"].tolist() == ["t1"]
    assert len(m.flows(ties_of(stake), NO_DEALS, "B", DAY)) == 1


def test_shares_that_came_with_an_order_go_from_seller_to_buyer():
    ties = ties_of(("B", "pays", "S", {"amount_usd_bn": 22}), ("B", "owns", "S", {"amount_usd_bn": 0.35}))
    equity = {"layer": "equity", "kind": "equity", "amount_usd_bn": 0.35}
    bought = deals_of(("d", equity | {"direction": "buyer_pays"}))
    got = deals_of(("d", equity | {"direction": "buyer_receives"}))
    other_day = deals_of(("d", equity | {"direction": "buyer_receives", "announced_on": "2024-05-05"}))
    assert loops_of(ties, bought).empty
    assert loops_of(ties, other_day).empty
    loops = loops_of(ties, got)
    assert loops["rests_on"].tolist() == ["shares"]
    assert loops["smallest_usd_bn"].tolist() == [0.35]
    # What the seller gave is no money that an investor brought.
    assert investors.equity_into(got, ties, "B", DAY).empty
    assert len(investors.equity_into(other_day, ties, "B", DAY)) == 1


def test_a_loop_rests_on_its_weakest_leg_and_a_leg_on_its_strongest_tie():
    firm = ("B", "pays", "S", {"amount_usd_bn": 138})
    letter = ("S", "owns", "B", {"amount_usd_bn": 35, "binding": False})
    paid = ("S", "owns", "B", {"amount_usd_bn": 15})
    intent = loops_of(ties_of(firm, letter))
    assert (intent["rests_on"].item(), intent["smallest_usd_bn"].item()) == ("intent", 35)
    both = loops_of(ties_of(firm, letter, paid))
    # Of the firm leg only the firm 15 counts; the conditional 35 stands apart.
    assert (both["rests_on"].item(), both["smallest_usd_bn"].item()) == ("firm", 15)
    back = legs_of(ties_of(firm, letter, paid)).set_index("payer").loc["S"]
    assert (back["firm_usd_bn"], back["intent_usd_bn"]) == (15, 35)


def test_parallel_ties_are_one_leg_and_one_loop():
    ties = ties_of(
        ("B", "pays", "S", {"amount_usd_bn": 11.9}), ("B", "pays", "S", {"amount_usd_bn": 4}),
        ("B", "pays", "S", {"amount_usd_bn": 6.5}), ("B", "pays", "S", {}), ("S", "owns", "B", {"amount_usd_bn": 30}),
    )  # fmt: skip
    out = legs_of(ties).set_index("payer").loc["B"]
    assert out["firm_usd_bn"] == pytest.approx(11.9 + 4 + 6.5)
    assert out["unpriced"] == 1
    assert len(loops_of(ties)) == 1
    assert loops_of(ties)["smallest_usd_bn"].item() == pytest.approx(22.4)


def test_a_guarantee_closes_nothing_and_nobody_is_tied_to_itself():
    assert loops_of(ties_of(("B", "pays", "S", {}), ("S", "guarantees", "B", {}))).empty
    assert m.flows(ties_of(("B", "owns", "B", {})), NO_DEALS, "B", DAY).empty


def test_unknown_amounts_stay_unknown():
    loops = loops_of(ties_of(("B", "pays", "S", {}), ("S", "owns", "B", {})))
    assert math.isnan(loops["smallest_usd_bn"].item())
    assert loops["unpriced_legs"].item() == 2


def test_the_ceiling_of_all_firm_loops_together_is_what_comes_back():
    ties = ties_of(
        ("B", "pays", "S", {"amount_usd_bn": 250}), ("S", "owns", "B", {"amount_usd_bn": 11}),
        ("B", "pays", "O", {"amount_usd_bn": 300}), ("O", "buys_chips_from", "N", {}),
        ("S", "pays", "N", {}), ("N", "owns", "B", {"amount_usd_bn": 30}),
        ("L", "owns", "B", {"amount_usd_bn": 71}), ("B", "pays", "G", {"amount_usd_bn": 7}),
    )  # fmt: skip
    legs = legs_of(ties)
    turning = m.turning_legs(m.loops(legs, "B")[0], legs, "B")
    # Back by S (11) and N (30), out by S (250) and O (300); what comes from L and goes to G is on no loop.
    assert turning.loc[turning["side"] == "back", "firm_usd_bn"].sum() == 11 + 30
    assert turning.loc[turning["side"] == "out", "firm_usd_bn"].sum() == 250 + 300
    assert m.ceiling(turning) == 11 + 30
    # An unpriced way back lifts that ceiling; the other side still gives one.
    more = pd.concat([ties, ties_of(("S", "owns", "B", {})).assign(tie_id="more")])
    legs = legs_of(more)
    assert m.ceiling(m.turning_legs(m.loops(legs, "B")[0], legs, "B")) == 550


def test_a_ceiling_without_any_complete_side_is_missing():
    legs = legs_of(ties_of(("B", "pays", "S", {}), ("S", "owns", "B", {})))
    assert math.isnan(m.ceiling(m.turning_legs(m.loops(legs, "B")[0], legs, "B")))
    assert math.isnan(m.ceiling(m.turning_legs(loops_of(ties_of()), legs, "B")))


def test_no_ties_no_flows_no_loops():
    none = ties_of()
    flows = m.flows(none, NO_DEALS, "B", DAY)
    legs = m.legs(flows)
    loops, complete_to = m.loops(legs, "B")
    assert flows.empty
    assert legs.empty
    assert loops.empty
    assert complete_to == 4
    assert m.legs_of(loops).empty
    before = ties_of(("B", "pays", "S", {}), ("S", "owns", "B", {}))
    assert loops_of(before, day=pd.Timestamp("2024-12-31")).empty


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: m.select(ties_of(), strength="firms"), "did you mean 'firm'"),
        (lambda: m.select(ties_of(), kinds="own"), "did you mean 'owns'"),
        (lambda: loops_of(ties_of(), longest=1), "longest_loop is 1"),
        (lambda: loops_of(ties_of(), longest=7), "from 2 to 6"),
        (lambda: investors.paid_groups(NO_DEALS, DAY, "all"), "suppliers is 'all'"),
    ],
)
def test_an_impossible_choice_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_select_keeps_the_kinds_and_the_strength_asked_for():
    ties = ties_of(("B", "pays", "S", {}), ("S", "owns", "B", {"binding": False}), ("L", "lends", "B", {}))
    assert m.select(ties, kinds="owns, lends")["tie_id"].tolist() == ["t1", "t2"]
    assert m.select(ties, strength="firm")["tie_id"].tolist() == ["t0", "t2"]
    assert m.select(ties, strength="not_firm")["tie_id"].tolist() == ["t1"]


FIRMS = "BCDEF"
edges = st.sets(st.tuples(st.sampled_from(FIRMS), st.sampled_from(FIRMS)).filter(lambda pair: pair[0] != pair[1]))


def from_edges(pairs, binding=lambda _: True):
    return ties_of(*((a, "pays", b, {"amount_usd_bn": 1 + i, "binding": binding(i)}) for i, (a, b) in enumerate(pairs)))


def brute_force(pairs, longest):
    """Every loop, by trying all orders of all groups of firms."""
    return {
        frozenset(zip(order, (*order[1:], order[0]), strict=True))
        for size in range(2, longest + 1)
        for order in itertools.permutations(FIRMS, size)
        if all(step in pairs for step in zip(order, (*order[1:], order[0]), strict=True))
    }


def as_sets(loops):
    return {frozenset(m.pairs(members)) for members in loops["members"]}


@settings(max_examples=20, deadline=None)
@given(edges, st.integers(2, 5))
def test_loops_are_those_that_trying_every_order_finds(pairs, longest):
    loops = loops_of(from_edges(sorted(pairs)), longest=longest)
    assert as_sets(loops) == brute_force(pairs, longest)
    assert len(loops) == len(as_sets(loops))


@settings(max_examples=20, deadline=None)
@given(edges.filter(bool), st.data())
def test_removing_a_tie_never_adds_a_loop(pairs, data):
    lost = data.draw(st.sampled_from(sorted(pairs)))
    assert as_sets(loops_of(from_edges(sorted(pairs - {lost})))) <= as_sets(loops_of(from_edges(sorted(pairs))))


@settings(max_examples=20, deadline=None)
@given(edges, st.permutations(FIRMS))
def test_other_names_change_nothing_but_names(pairs, names):
    new = dict(zip(FIRMS, names, strict=True))
    pairs = sorted(pairs)
    ties = from_edges(pairs, binding=lambda i: i % 3 > 0)
    renamed = ties.assign(**{"from": ties["from"].map(new), "to": ties["to"].map(new)})
    one, _ = m.loops(m.legs(m.flows(ties, NO_DEALS, "B", DAY)), "B")
    two, _ = m.loops(m.legs(m.flows(renamed, NO_DEALS, new["B"], DAY)), new["B"])

    def facts(loops, rename):
        return {
            (frozenset((rename[a], rename[b]) for a, b in m.pairs(row["members"])), row["rests_on"],
             row["smallest_usd_bn"], row["through_buyer"])
            for _, row in loops.iterrows()
        }  # fmt: skip

    assert facts(one, new) == facts(two, {name: name for name in FIRMS})


@settings(max_examples=20, deadline=None)
@given(edges, st.randoms(use_true_random=False))
def test_the_order_of_ties_changes_nothing(pairs, shuffle):
    ties = from_edges(sorted(pairs))
    order = list(range(len(ties)))
    shuffle.shuffle(order)
    pd.testing.assert_frame_equal(loops_of(ties), loops_of(ties.iloc[order]))


def test_a_ledger_in_which_everybody_pays_everybody_ends_with_the_short_loops():
    firms = [f"F{i:02d}" for i in range(16)]
    legs = legs_of(ties_of(*((a, "pays", b, {}) for a in firms for b in firms if a != b)))
    loops, complete_to = m.loops(legs, "F00", longest=6)
    # 16 x 15 / 2 = 120 pairs, but 16 x 15 x 14 / 3 = 1,120 loops of three more: those of two are listed, all of them.
    assert (len(loops), complete_to) == (120, 2)
    crowd = [f"F{i:02d}" for i in range(40)]
    legs = legs_of(ties_of(*((a, "pays", b, {}) for a in crowd for b in crowd if a != b)))
    loops, complete_to = m.loops(legs, "F00", longest=6)
    assert (len(loops), complete_to) == (m.MOST_LOOPS, 1)


def test_paths_that_close_no_short_loop_are_not_followed(monkeypatch):
    """Layers of firms, each tied to all of the next layer, and the last layer to one of the first: loops have eight
    parties or none. The work is the edges that a search for loops is given, here for twice and four times the firms."""
    edge_counts = []
    search = networkx.simple_cycles
    monkeypatch.setattr(
        networkx,
        "simple_cycles",
        lambda graph, **bound: edge_counts.append(graph.number_of_edges()) or search(graph, **bound),
    )
    for firms in (4, 8, 16):
        layers = [[f"L{layer}-{i:02d}" for i in range(firms)] for layer in range(8)]
        onward = [(a, "pays", b, {}) for one, next_one in pairwise(layers) for a in one for b in next_one]
        legs = legs_of(
            ties_of(*onward, (layers[-1][0], "pays", layers[0][0], {}), ("B", "pays", "C", {}), ("C", "pays", "B", {}))
        )
        loops, complete_to = m.loops(legs, "B", longest=6)
        assert (loops["members"].tolist(), complete_to) == ([("B", "C")], 6)
    assert edge_counts == [2] * len(edge_counts)
    assert len(edge_counts) == 3 * 5


# The ledger itself. Each sum is written as its parts, so that it can be followed on paper.
MICROSOFT_IN = 1 + 2 + 10
COREWEAVE = 11.9 + 4 + 6.5


def real(as_of):
    """The ledger of a day with the ties that the chapter counts: those of other buyers are left out."""
    ledger = load(ROOT / "data", as_of=as_of)
    scope = Scope.of(ledger, "OpenAI")
    ledger, deals = replace(ledger, ties=scope.ties(ledger)), scope.deals(ledger)
    legs = m.legs(m.flows(ledger.ties, deals, scope.buyer, ledger.as_of))
    return ledger, deals, legs, m.loops(legs, scope.buyer)[0].set_index("loop")


def test_loops_of_november_2025_on_paper():
    _, _, legs, loops = real("2025-11-07")
    assert len(loops) == 13
    nvidia = loops.loc["OpenAI → Nvidia → OpenAI"]
    assert (nvidia["rests_on"], nvidia["smallest_usd_bn"]) == ("intent", 100)  # the letter; no price for the chips
    assert nvidia["unpriced_legs"] == 1
    assert "OpenAI → Amazon → OpenAI" not in loops.index  # Amazon put money in only in 2026
    microsoft = loops.loc["OpenAI → Microsoft → OpenAI"]
    assert (microsoft["rests_on"], microsoft["smallest_usd_bn"]) == ("firm", min(250, MICROSOFT_IN))
    # By way of CoreWeave only its shares come back.
    round_about = loops.loc["OpenAI → Microsoft → CoreWeave → OpenAI"]
    assert (round_about["rests_on"], round_about["smallest_usd_bn"]) == ("shares", 0.35)
    assert loops["rests_on"].value_counts().to_dict() == {"intent": 7, "shares": 4, "firm": 2}
    turning = m.turning_legs(loops.reset_index(), legs, "OpenAI")
    assert m.ceiling(turning) == MICROSOFT_IN


def test_loops_of_july_2026_on_paper():
    _, _, legs, loops = real(WORKED_OUT_ON)
    assert len(loops) == 15
    amazon = loops.loc["OpenAI → Amazon → OpenAI"]
    assert (amazon["rests_on"], amazon["smallest_usd_bn"]) == ("firm", min(38 + 100, 15))  # the 35 hangs on a condition
    assert loops.loc["OpenAI → Nvidia → OpenAI", "rests_on"] == "intent"  # the order is still a letter of intent
    oracle = loops.loc["OpenAI → Oracle → Nvidia → OpenAI"]
    assert (oracle["rests_on"], oracle["smallest_usd_bn"]) == ("firm", min(300, 30))
    assert loops.loc["OpenAI → CoreWeave → Nvidia → OpenAI", "smallest_usd_bn"] == pytest.approx(min(COREWEAVE, 30))
    four = loops.loc["OpenAI → Microsoft → CoreWeave → Nvidia → OpenAI"]
    assert (four["rests_on"], four["smallest_usd_bn"]) == ("firm", min(250, 30))
    assert loops["rests_on"].value_counts().to_dict() == {"firm": 7, "shares": 4, "intent": 4}
    turning = m.turning_legs(loops.reset_index(), legs, "OpenAI")
    assert m.ceiling(turning) == MICROSOFT_IN + 15 + 30
    out = turning.loc[turning["side"] == "out", "firm_usd_bn"].sum()
    assert out == pytest.approx(300 + 250 + (38 + 100) + COREWEAVE)


def test_no_ledger_tie_is_counted_on_two_legs():
    _, _, legs, _ = real(WORKED_OUT_ON)
    ids = [tie for ties in legs["tie_ids"] for tie in ties]
    assert len(ids) == len(set(ids))
    assert "microsoft-earns-from-openai" not in ids
    assert "openai-pays-amazon-2025-11" not in ids


def test_of_a_total_and_its_parts_each_dollar_counts_once():
    into = {"layer": "equity", "kind": "equity", "direction": "buyer_receives", "status": "completed"}
    of_t = into | {"counterparty": "T", "counterparty_group": "T"}
    several = into | {"counterparty": "S, T and others", "counterparty_group": "Several investors"}
    ended = {"status": "superseded", "status_before": "not_finalised", "ended_on": "2025-06-01"}
    deals = deals_of(
        ("round", several | {"amount_usd_bn": 20, "status": "conditional"}),
        ("s", into | {"amount_usd_bn": 12, "part_of": "round", "status": "conditional"}),
        ("s-first", into | {"amount_usd_bn": 4, "part_of": "s"}),
        ("s-later", into | {"amount_usd_bn": 8, "part_of": "s", "status": "conditional"}),
        ("t", of_t | {"amount_usd_bn": 5, "part_of": "round"}),
        ("old", of_t | ended | {"kind": "letter_of_intent", "amount_usd_bn": 50}),
        ("warrant", into | {"counterparty": "W", "kind": "warrant", "amount_usd_bn": 1}),
        ("order", {"amount_usd_bn": 100, "term_years": 5}),
    )
    equity = investors.equity_into(deals, ties_of(), "B", DAY)
    assert sorted(equity["deal_id"]) == ["round", "s-first", "s-later", "t"]
    rest = equity.set_index("deal_id").loc["round"]
    # 20 - (12 + 5) = 3 of investors who are not named; the condition is that of s-later, so the rest is firm.
    assert (rest["amount_usd_bn"], bool(rest["firm"]), bool(rest["named"])) == (3, True, False)
    assert equity["amount_usd_bn"].sum() == 20
    shares = investors.supplier_equity(equity, deals, DAY).set_index(["suppliers", "counted"])
    firm = shares.loc[("firm", "firm")]
    assert firm["total_usd_bn"] == 4 + 5 + 3
    assert firm["share_low_pct"] == pytest.approx(100 * 4 / 12)
    assert firm["share_high_pct"] == pytest.approx(100 * (4 + 3) / 12)
    assert shares.loc[("firm", "announced"), "share_low_pct"] == pytest.approx(100 * 12 / 20)
    table = investors.by_investor(equity, deals, DAY).set_index("investor")
    assert table.loc["S", ["firm_usd_bn", "conditional_usd_bn", "promised_usd_bn", "could_return_usd_bn"]].tolist() == [
        4,
        8,
        100,
        4,
    ]
    assert table["buys"].to_dict() == {"S": "contract", "T": "nothing", "Unnamed in: t": "unknown"}
    # Before the letter ended it counted, as not firm.
    then = investors.equity_into(deals, ties_of(), "B", pd.Timestamp("2025-05-01"))
    assert not then.set_index("deal_id").loc["old", "firm"]


def test_equity_of_both_editions_on_paper():
    ledger, deals, _, _ = real(WORKED_OUT_ON)
    equity = investors.equity_into(deals, ledger.ties, "OpenAI", ledger.as_of)
    shares = investors.supplier_equity(equity, deals, ledger.as_of).set_index(["suppliers", "counted"])
    microsoft, amazon, round_of_2026 = 1 + 2 + 10, 15, 122
    firm = microsoft + 6.6 + 41 + (round_of_2026 - 35)
    assert shares.loc[("firm", "firm"), "total_usd_bn"] == pytest.approx(firm)
    assert shares.loc[("firm", "firm"), "share_low_pct"] == pytest.approx(100 * (microsoft + amazon) / firm)
    assert shares.loc[("announced", "announced"), "total_usd_bn"] == pytest.approx(firm + 35)
    table = investors.by_investor(equity, deals, ledger.as_of).set_index("investor")
    assert table.loc["Amazon", "promised_usd_bn"] == 38 + 100
    assert table.loc["Microsoft", "could_return_usd_bn"] == microsoft
    assert table.loc["Nvidia", "buys"] == "announced"
    assert math.isnan(table.loc["Nvidia", "could_return_usd_bn"])

    ledger, deals, _, _ = real("2025-11-07")
    equity = investors.equity_into(deals, ledger.ties, "OpenAI", ledger.as_of)
    shares = investors.supplier_equity(equity, deals, ledger.as_of).set_index(["suppliers", "counted"])
    assert shares.loc[("firm", "firm"), "share_low_pct"] == pytest.approx(100 * 13 / (13 + 6.6 + 10))
    assert shares.loc[("announced", "announced"), "share_low_pct"] == pytest.approx(
        100 * (13 + 100) / (13 + 6.6 + 40 + 100)
    )


def test_no_equity_gives_no_share():
    shares = investors.supplier_equity(investors.equity_into(NO_DEALS, ties_of(), "B", DAY), NO_DEALS, DAY)
    assert shares["share_low_pct"].isna().all()
    assert investors.by_investor(investors.equity_into(NO_DEALS, ties_of(), "B", DAY), NO_DEALS, DAY).empty


def test_charts_of_a_large_ledger_stay_small():
    dice = random.Random(7)
    firms = ["B", *(f"Firm number {i}" for i in range(70))]
    kinds = ["pays", "owns", "lends", "buys_chips_from", "guarantees"]
    rows = []
    for i in range(600):
        a, b = dice.sample(firms, 2) if i % 3 else ("B", dice.choice(firms[1:]))
        day = pd.Timestamp("2025-01-01") + pd.Timedelta(days=dice.randrange(300))
        rows.append((a, dice.choice(kinds), b, {"amount_usd_bn": dice.random(), "binding": i % 4 > 0, "known_on": day}))
    ties = ties_of(*rows)
    flows = m.flows(ties, NO_DEALS, "B", DAY)
    legs = m.legs(flows)
    loops, _ = m.loops(legs, "B")
    exhibit = show.network(flows, legs, loops, OF_B)
    bundle = exhibit._repr_mimebundle_()
    assert all(len(rows) <= 300 for rows in bundle[VEGA_LITE]["datasets"].values())
    assert len(bundle[EXHIBIT]["title"]) < 200
    assert len(bundle[EXHIBIT]["choices"]) <= 60
    assert "not drawn" in exhibit.note


def test_a_loop_is_a_choice_whose_steps_are_its_legs_in_order():
    """B pays S 30 and would pay 5 more; S invests 10 in B and guarantees; C comes between by a letter of intent."""
    ties = ties_of(
        ("B", "pays", "S", {"amount_usd_bn": 30}),
        ("B", "pays", "S", {"amount_usd_bn": 5, "binding": False}),
        ("S", "owns", "B", {"amount_usd_bn": 10}),
        ("S", "guarantees", "B", {"amount_usd_bn": 99}),
        ("S", "pays", "C d", {"binding": False}),
        ("C d", "owns", "B", {"amount_usd_bn": 2}),
    )
    flows = m.flows(ties, NO_DEALS, "B", DAY)
    loops, _ = m.loops(m.legs(flows), "B")
    pair, triangle = loop_choices(loops.iloc[::-1], flows)
    assert (pair.id, pair.name) == ("loop-b-s", "B → S → B")
    assert pair.steps == [["B pays S, $30bn"], ["S invests in B, $10bn"]]
    assert pair.remark == "Rests on contracts and paid stakes; at most $10bn all the way round"
    assert triangle.id == "loop-b-s-c-d"
    assert triangle.steps[1] == ["S would pay C d, no amount, not binding"]
    shown = show.network(flows, m.legs(flows), loops, OF_B)
    labels = set(VISIBLE_LABEL.findall(draw(shown._repr_mimebundle_()[VEGA_LITE], "n", "", "")["wide"]))
    assert {label for choice in shown.choices for step in choice.steps for label in step} <= labels


def test_loops_that_are_written_alike_have_names_of_their_own():
    ties = ties_of(*(row for name in ("Ö", "Ü") for row in (("B", "pays", name, {}), (name, "owns", "B", {}))))
    flows = m.flows(ties, NO_DEALS, "B", DAY)
    loops, _ = m.loops(m.legs(flows), "B")
    assert [choice.id for choice in loop_choices(loops, flows)] == ["loop-b", "loop-b-2"]


def test_firms_with_a_tie_stand_beside_each_other_on_the_ring():
    summed = pd.DataFrame({"payer": ["H", "H", "H", "H", "A"], "payee": ["A", "X", "D", "Y", "D"]})
    order = ring(summed, "H")
    assert sorted(order) == ["A", "D", "X", "Y"]
    assert abs(order.index("A") - order.index("D")) in (1, 3)
    assert ring(summed.iloc[::-1], "H") == order


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"as_of": "2019-07-21"}, "no closed loop was known"),
        ({"as_of": WORKED_OUT_ON, "strength": "not_firm"}, "no closed loop was known"),
        ({"as_of": "2018-01-01"}, "No money between OpenAI and its partners"),
        ({"as_of": "2018-01-01"}, "No debt, guarantee or lease that others took on to serve OpenAI"),
        ({"as_of": "2025-06-30"}, "what it pays them is not published"),
        ({"as_of": "2025-11-07"}, "What OpenAI has paid them in any year was not published by 7 November 2025"),
    ],
)
def test_the_chapter_says_in_words_what_it_cannot_draw(parameters, sentence):
    assert sentence in said(run_chapter("capital-loops", **parameters))


@pytest.mark.parametrize("as_of", ["2019-12-31", "2025-04-15", "2025-11-07", "2026-01-15", WORKED_OUT_ON, "2026-10-10"])
def test_an_investor_is_counted_alike_in_deals_and_in_ties(as_of):
    """Equity by named investor, firm and not, and whether the buyer pays it: SoftBank above all."""
    ledger, deals, _, _ = real(as_of)
    equity = investors.equity_into(deals, ledger.ties, "OpenAI", ledger.as_of)
    named = equity[equity["named"].astype(bool) & (equity["counterparty_group"] != "Several investors")]
    flows = m.flows(ledger.ties, deals, "OpenAI", ledger.as_of)
    stakes = flows[flows["payee"].eq("OpenAI") & flows["form"].eq("equity") & flows["amount_usd_bn"].notna()]
    by_deals = named.groupby(["counterparty_group", named["firm"].astype(bool)])["amount_usd_bn"].sum()
    by_ties = stakes.groupby(["payer", stakes["binding"].astype(bool)])["amount_usd_bn"].sum()
    assert by_deals.to_dict() == pytest.approx(by_ties.to_dict())
    table = investors.by_investor(equity, deals, ledger.as_of).query("named")
    table = table[table["investor"] != "Individual investors"]
    paid = set(flows.loc[flows["payer"].eq("OpenAI") & flows["form"].isin(["services", "chips"]), "payee"])
    by_name = dict(zip(table["investor"], table["buys"] != "nothing", strict=True))
    # Ties also know a share of revenue that Microsoft draws; it is no order.
    by_name["Microsoft"] = "Microsoft" in paid
    assert by_name == {name: name in paid for name in by_name}
    assert not by_name.get("SoftBank", False)


def test_ties_that_move_no_money_are_drawn_but_close_nothing():
    ledger, deals, _, _ = real(WORKED_OUT_ON)
    flows = m.flows(m.select(ledger.ties, kinds="guarantees"), deals, "OpenAI", ledger.as_of)
    legs = m.legs(flows)
    loops, complete_to = m.loops(legs, "OpenAI")
    turning = m.turning_legs(loops, legs, "OpenAI")
    scope = Scope(as_of=ledger.as_of, buyer="OpenAI")
    finding = show.loops_finding(loops, turning, flows, scope, 4, complete_to)
    assert finding.claim == ""
    assert "no closed loop was known" in finding.detail
    assert show.network(flows, legs, loops, scope).title == "These ties move no money"
    nothing = show.network(flows.iloc[:0], legs, loops, scope)
    assert nothing.chart is None
    assert "No tie of the chosen kinds" in nothing.note


def test_the_caveat_stands_beside_the_finding():
    ledger, deals, legs, loops = real(WORKED_OUT_ON)
    scope = Scope(as_of=ledger.as_of, buyer="OpenAI")
    flows = m.flows(ledger.ties, deals, "OpenAI", ledger.as_of)
    turning = m.turning_legs(loops.reset_index(), legs, "OpenAI")
    finding = show.loops_finding(loops.reset_index(), turning, flows, scope, 4, 4)
    assert finding.claim.startswith(f"At most ${MICROSOFT_IN + 15 + 30} billion could go round through OpenAI")
    # How many loops there are is no finding: it depends on which ties somebody looked for.
    assert "seven" not in finding.text
    assert "Seven rest on contracts and paid stakes alone" in show.loops_table(loops.reset_index(), flows, scope).note
    assert "it does not show that the same dollars come back" in finding.detail
    assert set(finding.rests_on["ties"]["tie_id"]) == {tie for ties in loops["tie_ids"] for tie in ties}


def test_both_readings_of_a_supplier_stand_in_one_sentence():
    """28 of 147.6 from Microsoft and Amazon, 58 with Nvidia; SoftBank's 60 is in neither, whoever owns SB Energy."""
    ledger, deals, _, _ = real(WORKED_OUT_ON)
    equity = investors.equity_into(deals, ledger.ties, "OpenAI", ledger.as_of)
    shares = investors.supplier_equity(equity, deals, ledger.as_of)
    scope = Scope(as_of=ledger.as_of, buyer="OpenAI")
    claim = show.equity_finding(shares, equity, investors.promises(equity, deals, ledger.as_of), scope).claim
    assert f"{100 * 28 / 147.6:.0f}% came from firms that OpenAI pays under a contract" in claim
    assert f"and {100 * 58 / 147.6:.0f}% with those that have a framework or letter of intent (Nvidia)" in claim


def test_a_landlord_that_its_investor_owns_in_part_is_no_group_of_the_investor():
    """SB Energy lets sites to OpenAI; SoftBank, which owns a part of it, is paid nothing by that."""
    ledger, deals, _, _ = real("2026-10-10")
    assert set(deals.loc[deals["counterparty"] == "SB Energy", "counterparty_group"]) == {"SB Energy"}
    assert "SoftBank" not in investors.paid_groups(deals, ledger.as_of, "announced")
    equity = investors.equity_into(deals, ledger.ties, "OpenAI", ledger.as_of)
    shares = investors.supplier_equity(equity, deals, ledger.as_of).set_index(["suppliers", "counted"])
    wider = shares.loc[("announced", "firm")]
    # Microsoft 13, Amazon 15 + 35, Nvidia 30, of 147.6 and the 35 that hung on a condition in July.
    assert wider["share_low_pct"] == pytest.approx(100 * (13 + 50 + 30) / (147.6 + 35))


def test_promises_without_a_published_amount_are_not_called_nothing():
    ties = ties_of(("B", "pays", "S", {}), ("S", "owns", "B", {"amount_usd_bn": 4}))
    flows = m.flows(ties, NO_DEALS, "B", DAY)
    loops, complete_to = m.loops(m.legs(flows), "B")
    turning = m.turning_legs(loops, m.legs(flows), "B")
    finding = show.loops_finding(loops, turning, flows, OF_B, 4, complete_to)
    assert finding.claim.startswith("At most $4 billion could go round through B on contracts and paid stakes")
    assert "On the same loops B has signed for an unpublished sum" in finding.detail
    assert "$0" not in finding.text


def equity_finding_of(*rows):
    deals = deals_of(*rows)
    equity = investors.equity_into(deals, ties_of(), "B", DAY)
    shares = investors.supplier_equity(equity, deals, DAY)
    return show.equity_finding(shares, equity, investors.promises(equity, deals, DAY), OF_B)


def test_a_rest_that_counts_as_bound_by_a_rule_is_owned_up_to():
    """A round of 20 on a condition with parts of 12, conditional, and 5, paid: the 3 that are left count as bound."""
    into = {"layer": "equity", "kind": "equity", "direction": "buyer_receives"}
    parts = [
        ("round", into | {"counterparty": "S and others", "amount_usd_bn": 20, "status": "conditional"}),
        ("paid", into | {"amount_usd_bn": 5, "part_of": "round"}),
        ("later", into | {"amount_usd_bn": 12, "part_of": "round", "status": "conditional"}),
    ]
    for status, noted in (("conditional", True), ("completed", False)):
        deals = deals_of((parts[0][0], parts[0][1] | {"status": status}), *parts[1:])
        equity = investors.equity_into(deals, ties_of(), "B", DAY)
        note = show.supplier_shares(investors.supplier_equity(equity, deals, DAY), equity, OF_B).note
        assert ("$3 billion of the equity paid or bound is what rounds hold beyond their listed parts" in note) == noted


def test_equity_that_is_not_bound_is_no_share_of_anything():
    into = {"layer": "equity", "kind": "equity", "direction": "buyer_receives", "amount_usd_bn": 7}
    order = ("order", {"amount_usd_bn": 100})
    bound = equity_finding_of(order, ("in", into))
    assert bound.claim.startswith("Of the $7 billion of equity in B with a published amount that was paid or bound on")
    assert "100% came from firms that B pays under a contract in force (S)" in bound.claim
    assert set(bound.rests_on["deals"]["deal_id"]) == {"order", "in"}
    closed = ("closed", into | {"status": "completed", "amount_usd_bn": 3})
    assert (
        "$3 billion of the total is reported as closed; the rest is bound"
        in equity_finding_of(order, ("in", into), closed).detail
    )
    assert "closed" not in bound.detail + equity_finding_of(order, closed).detail
    stranger = {"counterparty": "T", "counterparty_group": "T"}
    assert "none came from a named firm that B pays" in equity_finding_of(order, ("in", into | stranger)).claim
    hanging = equity_finding_of(order, ("in", into | {"status": "conditional"}))
    assert hanging.claim == ""
    assert "No equity in B with a published amount that was paid or bound on 1 January 2026 was known." in hanging.text
    assert "A further" not in hanging.text
    assert equity_finding_of(order).claim == ""
