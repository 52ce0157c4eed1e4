"""What counts as promised: perimeters, overlaps, bases, and how deals stood on a day; all worked by hand."""

import pandas as pd
import pytest

from compute_ledger.measures import commitments as m
from compute_ledger.measures import payment_schedule as s
from compute_ledger.measures import timeline as t

DAY = pd.Timestamp("2026-06-30")
DATES = ["announced_on", "known_on", "ended_on", "start_on"]


def ledger_rows(*rows: dict) -> pd.DataFrame:
    """Deals with the given cells; the rest as in a plain contract of 100 over 5 years signed on 2026-01-01."""
    plain = {
        "buyer": "Exemplar",
        "counterparty": "Alpha",
        "counterparty_group": "Alpha",
        "layer": "cloud",
        "kind": "contract",
        "announced_on": "2026-01-01",
        "known_on": "2026-01-01",
        "date_precision": "day",
        "ended_on": None,
        "start_on": None,
        "term_years": 5.0,
        "amount_usd_bn": 100.0,
        "amount_low_usd_bn": None,
        "amount_high_usd_bn": None,
        "direction": "buyer_pays",
        "status": "in_force",
        "status_before": None,
        "part_of": None,
        "replaces": None,
    }
    frame = pd.DataFrame([{"deal_id": f"d{i}", **plain, **row} for i, row in enumerate(rows)])
    floats = ["term_years", "amount_usd_bn", "amount_low_usd_bn", "amount_high_usd_bn"]
    texts = ["status_before", "part_of", "replaces"]
    frame = frame.astype(dict.fromkeys(floats, "float64") | dict.fromkeys(texts, "str"))
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in DATES})


def counted(deals: pd.DataFrame, day: pd.Timestamp = DAY, **choices) -> dict[str, float]:
    rows = m.payables(deals, day, **choices)
    return dict(zip(rows["deal_id"], rows["counted"], strict=True))


def test_a_deal_counts_from_the_day_the_public_knew():
    deals = ledger_rows({"announced_on": "2025-03-07", "known_on": "2025-03-10"})
    assert counted(deals, pd.Timestamp("2025-03-09")) == {}
    assert counted(deals, pd.Timestamp("2025-03-10")) == {"d0": 100}


def test_a_replaced_deal_counts_until_its_successor_is_known():
    deals = ledger_rows({"amount_usd_bn": 38}, {"amount_usd_bn": 138, "known_on": "2026-02-27", "replaces": "d0"})
    assert counted(deals, pd.Timestamp("2026-02-26")) == {"d0": 38}
    assert counted(deals, pd.Timestamp("2026-02-27")) == {"d1": 138}


def test_parts_of_a_replaced_deal_are_parts_of_its_successor():
    deals = ledger_rows(
        {"amount_usd_bn": 50},
        {"amount_usd_bn": 15, "part_of": "d0"},
        {"amount_usd_bn": 35, "part_of": "d2b"},
        {"deal_id": "d2b", "amount_usd_bn": 50, "known_on": "2026-02-27", "replaces": "d0"},
        {"deal_id": "d3", "amount_usd_bn": 50, "known_on": "2026-03-27", "replaces": "d2b"},
    )
    assert counted(deals, pd.Timestamp("2026-02-26")) == {"d1": 15, "d2": 35}
    for day in ("2026-02-27", "2026-03-27"):
        assert counted(deals, pd.Timestamp(day)) == {"d1": 15, "d2": 35}
        due = s.due_deals(deals, pd.Timestamp(day))
        assert due["due_usd_bn"].sum() == 50


def test_an_ended_deal_stands_as_it_stood_before_its_end():
    deals = ledger_rows({"ended_on": "2026-04-15", "status": "cancelled", "status_before": "in_force"})
    assert counted(deals, pd.Timestamp("2026-04-14")) == {"d0": 100}
    assert counted(deals, pd.Timestamp("2026-04-15")) == {}


PERIMETER = ledger_rows(
    {"deal_id": "contract"},
    {"deal_id": "reported", "kind": "reported_contract"},
    {"deal_id": "option", "status": "conditional"},
    {"deal_id": "framework", "kind": "framework"},
    {"deal_id": "letter", "kind": "letter_of_intent", "status": "not_finalised"},
    {"deal_id": "venture", "kind": "joint_venture", "direction": "both", "layer": "data_centre"},
    {"deal_id": "talks", "kind": "talks", "status": "talks"},
    {"deal_id": "equity", "kind": "equity", "layer": "equity"},
    {"deal_id": "received", "direction": "buyer_receives"},
    {"deal_id": "cancelled", "status": "cancelled", "status_before": "in_force", "ended_on": "2026-02-01"},
    {"deal_id": "amendment", "kind": "amendment", "direction": "both"},
)


@pytest.mark.parametrize(
    ("perimeter", "inside"),
    [
        ("firm", {"contract", "reported"}),
        ("firm_and_conditional", {"contract", "reported", "option", "framework"}),
        ("announced", {"contract", "reported", "option", "framework", "letter", "venture"}),
    ],
)
def test_each_perimeter_holds_what_it_says(perimeter, inside):
    assert set(counted(PERIMETER, perimeter=perimeter)) == inside


NESTED = ledger_rows(
    {"deal_id": "whole", "amount_usd_bn": 22.4},
    {"deal_id": "part", "amount_usd_bn": 11.9, "part_of": "whole"},
    {"deal_id": "later-part", "amount_usd_bn": 10.5, "part_of": "whole"},
    {"deal_id": "alone", "amount_usd_bn": 7},
)


@pytest.mark.parametrize(
    ("overlaps", "inside"),
    [
        ("count_parts", {"part", "later-part", "alone"}),
        ("count_parents", {"whole", "alone"}),
        ("count_both", {"whole", "part", "later-part", "alone"}),
    ],
)
def test_each_overlap_rule_counts_what_it_says(overlaps, inside):
    assert set(counted(NESTED, overlaps=overlaps)) == inside


def test_a_whole_without_priced_parts_is_counted_under_either_rule():
    deals = ledger_rows({"deal_id": "whole"}, {"deal_id": "part", "amount_usd_bn": None, "part_of": "whole"})
    assert counted(deals, overlaps="count_parts")["whole"] == 100


def test_parts_of_parts_are_found():
    deals = ledger_rows(
        {"deal_id": "whole"}, {"deal_id": "middle", "part_of": "whole"}, {"deal_id": "leaf", "part_of": "middle"}
    )
    assert set(counted(deals, overlaps="count_parts")) == {"leaf"}
    assert set(counted(deals, overlaps="count_parents")) == {"whole"}


def test_bases_worked_by_hand():
    ahead, half_gone = {"term_years": 8.0, "start_on": "2026-06-30"}, {"term_years": None, "announced_on": "2021-06-30"}
    deals = ledger_rows(ahead, half_gone)
    assert counted(deals, basis="annualised", default_term_years=4) == {"d0": 12.5, "d1": 25}
    remaining = counted(deals, basis="remaining", default_term_years=10)
    assert remaining["d0"] == pytest.approx(100)
    assert remaining["d1"] == pytest.approx(50, abs=0.05)  # five of ten years gone
    assert counted(deals, basis="remaining", default_term_years=2)["d1"] == 0


def test_shares_leave_out_what_has_no_amount():
    deals = ledger_rows(
        {"counterparty": "Alpha", "amount_usd_bn": 60},
        {"counterparty": "Beta", "amount_usd_bn": 20, "amount_low_usd_bn": 10, "amount_high_usd_bn": 40},
        {"counterparty": "Alpha", "amount_usd_bn": 20},
        {"counterparty": "Gamma", "amount_usd_bn": None},
    )
    rows = m.payables(deals, DAY)
    suppliers = m.by_supplier(rows)
    assert suppliers["supplier"].tolist() == ["Alpha", "Beta"]
    assert suppliers["share_pct"].tolist() == [80, 20]
    assert suppliers.loc[1, ["counted_low", "counted_high"]].tolist() == [10, 40]
    assert m.unpriced(rows)["counterparty"].tolist() == ["Gamma"]


def test_a_misspelt_choice_names_the_near_miss():
    with pytest.raises(ValueError, match="did you mean 'annualised'"):
        m.payables(NESTED, DAY, basis="Annualised")
    with pytest.raises(ValueError, match=r"buyer is 'Exemplr'.*did you mean 'Exemplar'"):
        m.buyer_deals(NESTED, "Exemplr")
    with pytest.raises(ValueError, match="default_term_years is 0"):
        m.payables(NESTED, DAY, default_term_years=0)


def test_cumulative_payables_step_when_deals_become_known():
    deals = ledger_rows(
        {"amount_usd_bn": 38, "known_on": "2025-11-03", "ended_on": "2026-02-27", "status_before": "in_force"},
        {"amount_usd_bn": 138, "known_on": "2026-02-27", "replaces": "d0"},
        {"amount_usd_bn": 250, "known_on": "2025-10-28", "counterparty": "Beta"},
    )  # fmt: skip
    growth = t.cumulative_payables(deals, DAY)
    totals = growth.groupby("day")["amount_usd_bn"].sum()
    assert {f"{day:%Y-%m-%d}": total for day, total in totals.items()} == {
        "2025-10-28": 250,
        "2025-11-03": 288,
        "2026-02-27": 388,
        "2026-06-30": 388,
    }


def test_selection_of_deals_refuses_an_impossible_day():
    with pytest.raises(ValueError, match="since is '2025-02-30'"):
        t.select(NESTED, since="2025-02-30")
    assert t.select(NESTED, layers="chips").empty
    assert len(t.select(NESTED, layers="cloud, chips", since="2026-01-01")) == 4
    assert t.select(NESTED, since="2026-01-02").empty


def test_an_amount_worded_over_has_no_upper_end_and_one_worded_up_to_no_lower():
    deals = ledger_rows(
        {"amount_usd_bn": 300, "amount_low_usd_bn": 300},
        {"amount_usd_bn": 22.4, "amount_high_usd_bn": 22.4},
        {"amount_usd_bn": 250},
    )
    counted = m.payables(deals, pd.Timestamp("2026-06-30"))
    assert counted["counted_low"].tolist() == [300, 0, 250]
    assert counted["counted_high"].tolist() == [float("inf"), 22.4, 250]
