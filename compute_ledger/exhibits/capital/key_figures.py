"""The key figures of the chapter under its own parameters: on its cards, in a sweep's table, in a comparison."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.evidence_links import Behind
from compute_ledger.exhibits.outputs import KeyFigure, KeyFigures
from compute_ledger.exhibits.scope import Scope
from compute_ledger.measures.capital import ceiling
from compute_ledger.shared import rounding


@rounding.inputs
def key_figures(
    partners: pd.DataFrame,
    behind: Behind,
    turning: pd.DataFrame,
    flows: pd.DataFrame,
    shares: pd.DataFrame,
    equity: pd.DataFrame,
    scope: Scope,
) -> KeyFigures:
    """What partners put in, their contracts, the part of the equity from firms that are paid, and what could go round.

    `partners` and `behind` as in `cash_ledger.cash_by_partner`; `turning` from `measures.capital.turning_legs`; `shares` from
    `measures.investors.supplier_equity`, of which the row of suppliers under contract and binding equity counts.
    """
    return KeyFigures(
        scope.as_of,
        (*_cash(partners, behind, scope.buyer), *_equity(shares, equity), _round(turning, flows, scope.buyer)),
    )


def _cash(partners: pd.DataFrame, behind: Behind, buyer: str) -> tuple[KeyFigure, ...]:
    invested = float(partners["invested"].sum(min_count=1)) if len(partners) else float("nan")
    both = partners[(partners["invested"] > 0) & partners["contracts"].notna()]
    contracts = float(both["contracts"].sum(min_count=1)) if len(both) else float("nan")
    return (
        KeyFigure(
            id="partner_equity_usd_bn",
            label=f"Put into {buyer or 'the buyer'} by named partners",
            value=invested,
            unit="USD bn",
            text=formatting.usd_or_na(invested),
            note="for shares, paid or bound",
            href="#loop-cash",
            rests_on=behind,
        ),
        KeyFigure(
            id="investor_contracts_usd_bn",
            label="Contracts with those of them that sell to it",
            value=contracts,
            unit="USD bn",
            text=formatting.usd_or_na(contracts),
            note="full value, where published",
            href="#loop-cash",
            rests_on=behind,
        ),
    )


def _round(turning: pd.DataFrame, flows: pd.DataFrame, buyer: str) -> KeyFigure:
    most = ceiling(turning)
    return KeyFigure(
        id="loop_ceiling_usd_bn",
        label=f"Could go round through {buyer or 'the buyer'}, at most",
        value=most,
        unit="USD bn",
        text=formatting.usd_or_na(most),
        note="on contracts and paid stakes alone",
        href="#flow-network",
        rests_on={"ties": flows},
    )


def _equity(shares: pd.DataFrame, equity: pd.DataFrame) -> tuple[KeyFigure, ...]:
    firm_shares = shares[(shares["suppliers"] == "firm") & (shares["counted"] == "firm") & (shares["total_usd_bn"] > 0)]
    low, high = (
        float(firm_shares[f"share_{end}_pct"].iloc[0]) if len(firm_shares) else float("nan") for end in ("low", "high")
    )
    return (
        KeyFigure(
            id="supplier_equity_low_pct",
            label="Equity from firms paid under contract, at least",
            value=low,
            unit="%",
            text=formatting.pct(low, 0),
            note="of what is paid or bound",
            href="#supplier-shares",
            rests_on={"deals": equity},
        ),
        KeyFigure(
            id="supplier_equity_high_pct",
            label="The same, at most",
            value=high,
            unit="%",
            text=formatting.pct(high, 0),
            note="if every unnamed investor is such a firm",
            href="#supplier-shares",
            rests_on={"deals": equity},
        ),
    )
