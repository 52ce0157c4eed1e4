"""What an entrant of any size would change, by whom it takes its share from: see book/static/desk/entry.js."""

from typing import Any

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.desk import Amount, Answer, Bar, Choice, Desk, Input
from compute_ledger.exhibits.market.what_ifs.entry import (
    by_all_rules,
    claim_words,
    others_words,
    reach_words,
    smallest_supplier,
    worth_words,
)
from compute_ledger.exhibits.market.what_ifs.entry_words import ENTRY, FIGURES, RULE_LABELS
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.theme import ACCENT, GREY, INK
from compute_ledger.ledger import Ledger
from compute_ledger.measures.market.market_entry import change_interval
from compute_ledger.measures.market.market_estimates import largest_first
from compute_ledger.shared import rounding
from compute_ledger.shared.chart_look import on_page
from compute_ledger.shared.choices import ENTRANT_SHARE_PCT

CHAPTER = "cloud-market-shares"
NOW, CHOSEN, OTHER = map(on_page, (INK, ACCENT, GREY))


def desk(
    shares: pd.DataFrame,
    hhi: tuple[float, float],
    size_usd_bn: float,
    comparison: pd.DataFrame,
    entrant_share_pct: float,
    entry_rule: str,
    ledger: Ledger,
    scope: Scope,
    *,
    quarter: str,
    estimate: str,
) -> Desk:
    """Inputs for the entrant's share and the rule; what is compared stays as on the page. Arguments as in `answer`."""
    return Desk(
        module="entry",
        chapter=CHAPTER,
        as_of=scope.as_of,
        inputs=_inputs(entrant_share_pct, entry_rule),
        fixed={
            "as_of": formatting.iso_day(scope.as_of),
            "min_grade": ledger.min_grade,
            "buyer": scope.buyer or "auto",
            "estimate": estimate,
            "quarter": quarter or "latest",
        },
        answer=answer(shares, hhi, size_usd_bn, comparison, entrant_share_pct, entry_rule, scope, quarter),
        words={"entry": ENTRY, "figures": FIGURES, "rules": RULE_LABELS},
        data=_data(shares, hhi, size_usd_bn, comparison, scope, quarter),
    )


def _data(
    shares: pd.DataFrame,
    hhi: tuple[float, float],
    size_usd_bn: float,
    comparison: pd.DataFrame,
    scope: Scope,
    quarter: str,
) -> dict[str, Any]:
    """What the script computes with; shares largest first."""
    rows = rounding.frame(largest_first(shares))
    return {
        "buyer": scope.buyer,
        "quarter": formatting.quarter(quarter) if quarter else "",
        "rules": list(RULE_LABELS),
        "shares": rows["share_pct"].tolist(),
        "leader": rows[["low_pct", "high_pct"]].head(1).to_numpy().ravel().tolist(),
        "hhi": [] if shares.empty else list(hhi),
        "size_usd_bn": None if pd.isna(size_usd_bn) else size_usd_bn,
        "smallest": smallest_supplier(rounding.frame(comparison)),
        "colours": {"now": NOW, "chosen": CHOSEN, "other": OTHER},
    }


def _inputs(entrant_share_pct: float, entry_rule: str) -> tuple[Input, ...]:
    low, high = ENTRANT_SHARE_PCT
    rules = [(rule, formatting.capital(label)) for rule, label in RULE_LABELS.items()]
    return (
        Amount(
            name="entrant_share_pct",
            label="Share of the entrant",
            value=entrant_share_pct,
            low=low,
            high=high,
            unit="%",
            step=0.1,
        ),
        Choice(name="entry_rule", label="Taken", value=entry_rule, options=rules),
    )


@rounding.inputs
def answer(
    shares: pd.DataFrame,
    hhi: tuple[float, float],
    size_usd_bn: float,
    comparison: pd.DataFrame,
    entrant_share_pct: float,
    entry_rule: str,
    scope: Scope,
    quarter: str,
) -> Answer:
    """What the desk says. Arguments as in `entry.entry_finding`."""
    if shares.empty:
        figures = _figures(("n/a", ""), ("n/a", ""), ("n/a", ""), ("n/a", ""), scope)
        return Answer(claim="", detail=ENTRY["nothing"], figures=figures)
    changes = by_all_rules(shares, entrant_share_pct)
    change, before = changes[entry_rule], float((shares["share_pct"] * shares["share_pct"]).sum())
    span = change_interval(shares, hhi, entrant_share_pct, entry_rule)
    sentences = [
        others_words(changes, entry_rule),
        reach_words(span),
        worth_words(size_usd_bn, smallest_supplier(comparison), entrant_share_pct),
    ]
    worth, size = size_usd_bn * entrant_share_pct / 100, formatting.usd_bn(size_usd_bn)
    return Answer(
        claim=claim_words(change, entrant_share_pct, entry_rule, scope.buyer),
        detail=" ".join(filter(None, sentences)),
        figures=_figures(
            (formatting.number(before, 0), FIGURES["before"].format(span=formatting.between(*hhi))),
            (formatting.number(before + change, 0), FIGURES["after"].format(rule=RULE_LABELS[entry_rule])),
            (formatting.number(change, 0), FIGURES["between"].format(span=formatting.between(*span)) if span else ""),
            (formatting.usd_or_na(worth), "")
            if pd.isna(worth)
            else (formatting.usd_bn(worth), FIGURES["quarter"].format(size=size, quarter=formatting.quarter(quarter))),
            scope,
        ),
        bars=_bars(before, changes, entry_rule),
    )


def _figures(
    before: tuple[str, str], after: tuple[str, str], change: tuple[str, str], worth: tuple[str, str], scope: Scope
) -> KeyFigures:
    labels = {
        "HHI without the entrant": before,
        "HHI with it": after,
        "Change of the HHI": change,
        "Revenue of a quarter": worth,
    }
    return KeyFigures(
        scope.as_of,
        [
            KeyFigure(id=f"entry_{place}", label=label, value=None, unit="", text=text, note=note)
            for place, (label, (text, note)) in enumerate(labels.items())
        ],
    )


def _bars(before: float, changes: dict[str, float], entry_rule: str) -> list[Bar]:
    """The index without the entrant, and with it by each rule."""
    indices = {rule: before + change for rule, change in changes.items()}
    part = 100 / max(before, *indices.values())
    now = Bar(
        name=FIGURES["now"],
        label=formatting.number(before, 0),
        length=rounding.rounded(part * before, 1),
        colour=NOW,
    )
    return [now] + [
        Bar(
            name=formatting.capital(RULE_LABELS[rule]),
            label=_moved(index, changes[rule]),
            length=rounding.rounded(part * index, 1),
            colour=CHOSEN if rule == entry_rule else OTHER,
        )
        for rule, index in indices.items()
    ]


def _moved(index: float, change: float) -> str:
    """'1,263 (−128)'"""
    text = formatting.number(change, 0)
    sign = "" if text.startswith("−") or text == "0" else "+"
    return FIGURES["moved"].format(index=formatting.number(index, 0), sign=sign, change=text)
