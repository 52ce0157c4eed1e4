"""What a chapter shows does not hang on the last bits of its numbers, nor on the processor that makes them."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from benchmarks.reproducible import dispatched, older_processor
from compute_ledger.exhibits.capital import network_layout
from compute_ledger.shared import rounding
from tests import chapters, noise
from tests.tiny_project import REPO

NAMES = [path.stem for path in chapters.NOTEBOOKS]
EARLIER = {"as_of": "2025-11-07", "min_grade": "A-"}
OWN = {
    "capital-loops": {"strength": "not_firm", "longest_loop": 5},
    "cloud-market-shares": {"quarter": "2025Q3", "entry_rule": "from_tail", "entrant_share_pct": 12.5},
    "commitment-concentration": {"basis": "remaining", "level": "group", "perimeter": "announced"},
    "evidence": {"as_of": "2026-03-31"},
    "funding-gap": {"ramp": "back_loaded", "revenue_path": "constant_increase", "perimeter": "announced"},
    "index": {"compare_with": "2025-01-31"},
    "method": {"as_of": "2026-03-31"},
    "partnership-timeline": {"layers": "all", "since": "2019-01-01"},
    "two-buyers": {"basis": "remaining", "second_buyer": "Microsoft"},
}
SETTINGS = {"as it is": (1, {}), "earlier": (2, EARLIER), "own": (3, None)}
TRIED = len(NAMES) * (len(SETTINGS) + 1)  # and a ledger of ties
NUMBER = re.compile(r"(?<![\w.-])-?\d+\.\d+(?:[eE][+-]?\d+)?(?![\w.-])", re.ASCII)


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("chapter", NAMES)
def test_noise_in_the_last_bit_shows_nowhere(chapter, setting):
    seed, parameters = SETTINGS[setting]
    parameters = OWN[chapter] if parameters is None else parameters
    assert differing(chapters.run_chapter(chapter, **parameters), noise.run_chapter(chapter, seed, **parameters)) == []


@pytest.mark.parametrize("chapter", NAMES)
def test_equal_amounts_and_halves_stand_where_they_did(chapter):
    """Every rank a tie, every figure halfway between two that can be printed."""
    still = dict(chapters.cells(chapter, {}, tied))
    assert differing(still, noise.run_chapter(chapter, 5, load=tied)) == []


def test_the_noise_is_there(monkeypatch):
    """Without the border it shows: what the tests above compare has been moved."""
    quiet = chapters.run_chapter("funding-gap")
    monkeypatch.setattr(rounding, "rounded", lambda value, _=6: float(value))
    monkeypatch.setattr(rounding, "array", lambda values, _=6: values)
    assert len(differing(quiet, noise.run_chapter("funding-gap", 1))) > 10


@pytest.mark.parametrize("chapter", NAMES)
def test_no_number_has_more_digits_than_count(chapter):
    """In data, specifications, expressions and sentences alike; days in milliseconds have thirteen."""
    outputs = json.dumps(chapters.run_chapter(chapter), ensure_ascii=False)
    longer = {number for number in NUMBER.findall(outputs) if Decimal(number).as_tuple().exponent < -rounding.FINEST}
    assert longer == set()
    assert "-0.0" not in NUMBER.findall(outputs)


def test_places_of_firms_do_not_hang_on_a_cosine(monkeypatch):
    order, box = [f"Firm {i}" for i in range(8)], (720, 500, 285, 195)
    weight = dict.fromkeys(order, 1)

    def drawn():
        places = network_layout.placed(order, "Hub", weight, box)
        curves = [
            network_layout.curve(network_layout.oval(places["Hub"]), network_layout.oval(places[firm]), 0, 2.0)[0]
            for firm in order
        ]
        symbols = network_layout.symbol_places(curves, ["1"] * 8, ["out"] * 8, places)
        return places, curves, symbols, [y < 250 for _, y in places.values()]

    quiet = drawn()
    moving = noise.Noise(6)
    for name in ("cos", "sin", "hypot", "atan2"):
        monkeypatch.setattr(network_layout, name, noise.noisy(getattr(network_layout, name), moving))
    assert all(drawn() == quiet for _ in range(20))


def test_an_older_processor_computes_the_same_chapters():
    settings = {name: value for name, value in os.environ.items() if name not in older_processor()}
    options = {"cwd": REPO, "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-c", "from tests.shared.test_noise import tell; tell()"]
    runs = [subprocess.Popen(command, env=env, **options) for env in (settings, settings | older_processor())]
    newer, older = (run.communicate()[0].splitlines() for run in runs)
    assert [run.returncode for run in runs] == [0, 0]
    assert newer[1:] == older[1:]
    if newer[0] == older[0]:
        pytest.skip(f"numpy computes the same without {dispatched() or 'anything'} (processor with other instructions)")


def tell():
    """Write what numpy makes of powers and equal values, then all that some chapters show, a line each."""
    random = np.random.default_rng(0)
    powers = random.random(1000) ** random.random(1000)
    order = random.integers(0, 9, 1000).astype(float).argsort()
    sys.stdout.write(f"{powers.tolist()} {order.tolist()}\n")
    for name, setting in (("funding-gap", {}), ("funding-gap", OWN["funding-gap"]), ("commitment-concentration", {})):
        bundles = chapters.run_chapter(name, **setting)
        sys.stdout.writelines(f"{name} {cell}: {json.dumps(bundle)}\n" for cell, bundle in bundles.items())


def tied(*arguments, **keywords):
    ledger = chapters.load_once(*arguments, **keywords)
    amounts = {name: frame["amount_usd_bn"] for name, frame in (("deals", ledger.deals), ("ties", ledger.ties))}
    amounts = {name: column.where(column.isna() | column.eq(0), 12.25) for name, column in amounts.items()}
    shares, figures = ledger.market_shares, ledger.financials["value"]
    ends = {name: ((shares[name] / 10).round() * 10).clip(upper=20) for name in ("share_pct", "low_pct", "high_pct")}
    return replace(
        ledger,
        deals=ledger.deals.assign(amount_usd_bn=amounts["deals"], amount_low_usd_bn=np.nan, amount_high_usd_bn=np.nan),
        ties=ledger.ties.assign(amount_usd_bn=amounts["ties"]),
        market_shares=shares.assign(**ends | {"low_pct": ends["share_pct"] - 2.5, "high_pct": ends["share_pct"] + 2.5}),
        financials=ledger.financials.assign(value=figures.round() + 0.05),
    )


def differing(quiet, noisy):
    """Cells that show something else."""
    assert list(noisy) == list(quiet)
    return [cell for cell in quiet if json.dumps(noisy[cell]) != json.dumps(quiet[cell])]
