"""The loops as choices beside the network: each names its flows of money in order, as the arrows are labelled."""

import re
from collections.abc import Hashable
from typing import Any

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.capital.flow_style import RESTS_LABELS, by_form, flow_words
from compute_ledger.exhibits.outputs import Choice
from compute_ledger.measures.capital import RESTS_ON, pairs

MOST_CHOICES = 60


def loop_choices(loops: pd.DataFrame, flows: pd.DataFrame) -> list[Choice]:
    """The loops, those on contracts and paid stakes first, and of these the buyer's own; a step is a leg, of the flows that it rests on.

    `loops` from `measures.capital.loops`, `flows` those that they were found in.
    """
    rank = loops["rests_on"].map(RESTS_ON.index)
    elsewhere = ~loops["through_buyer"].astype(bool)
    order = ["rank", "elsewhere", "parties", "loop"]
    ordered = loops.assign(rank=rank, elsewhere=elsewhere).sort_values(order).head(MOST_CHOICES)
    by_leg = _flows_by_leg(flows)
    choices: list[Choice] = []
    for loop in ordered.to_dict("records"):
        steps = [by_leg[pair] for pair in pairs(loop["members"])]
        choices.append(Choice(_name_in_addresses(loop["members"], choices), loop["loop"], _remark(loop), steps))
    return choices


def _flows_by_leg(flows: pd.DataFrame) -> dict[tuple[str, str], list[str]]:
    """The labels of the flows that each leg rests on, by payer and payee: as in `measures.capital.legs`."""
    summed = by_form(flows[flows["form"] != "guarantee"])
    rank = summed["form"].eq("shares").astype(int).mask(~summed["binding"].astype(bool), 2)
    best = rank.groupby([summed["payer"], summed["payee"]]).transform("min")
    counted = summed[rank == best]
    legs: dict[tuple[str, str], list[str]] = {}
    for payer, payee, words in zip(counted["payer"], counted["payee"], flow_words(counted), strict=True):
        legs.setdefault((payer, payee), []).append(words)
    return legs


def _remark(loop: dict[Hashable, Any]) -> str:
    """On what it rests, and how much could go all the way round."""
    smallest = loop["smallest_usd_bn"]
    most = f"; at most {formatting.usd_short(smallest)} all the way round" if pd.notna(smallest) else ""
    return f"Rests on {RESTS_LABELS[str(loop['rests_on'])]}{most}"


def _name_in_addresses(members: tuple[str, ...], others: list[Choice]) -> str:
    """'loop-openai-oracle-nvidia', with a number where another loop is written alike."""
    words = [re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") for name in members]
    name = "-".join(["loop", *filter(None, words)])
    taken = {choice.id for choice in others}
    alike = (f"{name}-{number}" for number in range(2, MOST_CHOICES + 2))
    return name if name not in taken else next(free for free in alike if free not in taken)
