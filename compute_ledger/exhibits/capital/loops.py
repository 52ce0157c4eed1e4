"""Whose money could go round: the loops that close, and on what they rest."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.capital.flow_style import RESTS_LABELS, word
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.measures.capital import ceiling
from compute_ledger.shared import rounding


@exhibit("loops")
@rounding.inputs
def loops_table(loops: pd.DataFrame, flows: pd.DataFrame, scope: Scope) -> Table | Exhibit:
    """Every loop, what it rests on and its smallest leg. `loops` from `measures.capital.loops`."""
    if loops.empty:
        return Exhibit.empty(f"No closed loop was known on {formatting.day(scope.as_of)}.", scope.as_of)
    rank = {rests: i for i, rests in enumerate(RESTS_LABELS)}
    rows = loops.assign(
        rests=loops["rests_on"].map(RESTS_LABELS),
        rank=loops["rests_on"].map(rank),
    ).sort_values(["rank", "parties", "loop"])
    return Table(
        caption=f"Closed loops among the ties listed, known on {formatting.day(scope.as_of)}, in the direction of the money",
        table=rows,
        columns={
            "loop": ("Loop", ""),
            "rests": ("Rests on", ""),
            "smallest_usd_bn": ("Smallest published leg", "USD bn"),
            "unpriced_legs": ("Legs without an amount", "count"),
        },
        rests_on={"ties": _on_loops(loops, flows)},
        # Every tie was looked at, also those on no loop.
        source_ids=formatting.lead_sources(flows),
        as_of=scope.as_of,
        note=(
            f"{formatting.capital(_by_strength(loops))}: how many depends on which ties somebody looked for, so their number measures nothing. No more than the smallest leg can go all the "
            "way round; where a leg has no amount it may be less. Of a binding leg only its binding amount counts. Letters of intent, plans, talks and what hangs on a condition do not bind."
        ),
    )


def _on_loops(loops: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """The ties that the loops run along."""
    return ties[ties["tie_id"].isin(loops["tie_ids"].explode())]


@rounding.inputs
def loops_finding(
    loops: pd.DataFrame, turning: pd.DataFrame, flows: pd.DataFrame, scope: Scope, longest: int, complete_to: int
) -> Finding:
    """How much could go round at most, and by which legs it comes back.

    `turning` from `measures.capital.turning_legs`, `flows` those that the loops were found in.
    """
    if loops.empty:
        none = f"On {formatting.day(scope.as_of)} no closed loop was known: along the ties listed here, nothing that a firm paid could come back to it."
        return Finding(name="loops", detail=none)
    claim, sentences = _turned(turning, scope.buyer)
    if complete_to < longest:
        sentences.append(
            f"There are too many loops to list; shown are those of up to {formatting.count(complete_to, 'company', 'companies')}."
        )
    sentences.append(
        "A loop is a pattern of ties: it does not show that the same dollars come back, nor that anybody did wrong."
    )
    return Finding(
        name="loops",
        claim=claim,
        detail=" ".join(sentences),
        rests_on={"ties": _on_loops(loops, flows)},
    )


def _by_strength(loops: pd.DataFrame) -> str:
    """'two rest on contracts and paid stakes alone and ...': how many loops rest on what."""
    counts = loops["rests_on"].value_counts()
    return formatting.names(
        f"{word(int(counts[rests]))} {one if counts[rests] == 1 else several}"
        for rests, one, several in (
            ("firm", "rests on contracts and paid stakes alone", "rest on contracts and paid stakes alone"),
            ("shares", "needs shares that a seller gives its customer", "need shares that a seller gives its customer"),
            (
                "intent",
                "needs a letter of intent, a condition or talks to come true",
                "need a letter of intent, a condition or talks to come true",
            ),
        )
        if rests in counts
    )


def _turned(turning: pd.DataFrame, buyer: str) -> tuple[str, list[str]]:
    """The most that could go round through the buyer on binding loops, and by which legs it comes back."""
    if turning.empty:
        return f"No loop through {buyer} rests on contracts and paid stakes alone", []
    back, out = turning[turning["side"] == "back"], turning[turning["side"] == "out"]
    amounts = back["firm_usd_bn"].map(formatting.usd_short).where(back["firm_usd_bn"].notna(), "no amount")
    ways = formatting.names(back["payer"] + " (" + amounts + ")")
    most, promised = ceiling(turning), out["firm_usd_bn"].sum(min_count=1)
    if pd.isna(most):
        claim = f"On contracts and paid stakes money comes back to {buyer} from {ways} only"
        return claim, ["Amounts are missing, so no ceiling can be given."]
    beside = formatting.usd_bn(promised) if pd.notna(promised) else "an unpublished sum"
    claim = f"At most {formatting.usd_bn(most)} could go round through {buyer} on contracts and paid stakes: it comes back from {ways} only"
    return claim, [
        f"On the same loops {buyer} has signed for {beside}; contracts with companies on no such loop are left out of that sum."
    ]
