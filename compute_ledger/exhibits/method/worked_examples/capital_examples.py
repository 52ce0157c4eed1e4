"""Examples of equity from suppliers, of loops, and of money by pair and year."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.method.worked_examples.example_rows import (
    BUYER,
    DAY,
    Example,
    deals,
    figures,
    number,
    span,
    ties,
)
from compute_ledger.measures import capital, investors
from compute_ledger.measures.payments import cash_by_pair

STAKE = {"kind": "equity", "layer": "equity", "direction": "buyer_receives"}
CONTRACTS = deals(
    {},
    {**STAKE, "amount_usd_bn": 30},
    {**STAKE, "counterparty": "Bank", "amount_usd_bn": 60},
    {**STAKE, "counterparty": "Bank and others", "amount_usd_bn": 10},
)
ROUND = ties({"from": BUYER, "to": "Alpha", "kind": "pays", "amount_usd_bn": 100}, {"amount_usd_bn": 30})
PAID = {"form": "services", "standing": "paid", "rests_on": ("one row",)}


def _legs() -> pd.DataFrame:
    return capital.legs(capital.flows(ROUND, deals({}).iloc[:0], BUYER, DAY))


def _loop() -> str:
    rows, _ = capital.loops(_legs(), BUYER)
    return formatting.names(rows["loop"] + ", smallest leg " + rows["smallest_usd_bn"].map(number))


def _ceiling() -> str:
    rows, _ = capital.loops(_legs(), BUYER)
    return number(capital.ceiling(capital.turning_legs(rows, _legs(), BUYER)))


def _equity() -> pd.DataFrame:
    return investors.equity_into(CONTRACTS, ROUND.iloc[:0], BUYER, DAY)


def _supplier_equity() -> str:
    row = investors.supplier_equity(_equity(), CONTRACTS, DAY).iloc[0]
    return f"{span(row['share_low_pct'], row['share_high_pct'])}%"


def _by_investor() -> str:
    row = investors.by_investor(_equity(), CONTRACTS, DAY).set_index("investor").loc["Alpha"]
    return f"{number(row['could_return_usd_bn'])} could return"


def _pair() -> str:
    rows = pd.DataFrame(
        [
            {"payer": payer, "payee": payee, "year": 2025, "value_usd_bn": value, **PAID}
            for payer, payee, value in (("Alpha", "Beta", 5.0), ("Beta", "Alpha", 3.0))
        ]
    )
    return f"{number(cash_by_pair.cash_by_pair(rows)['net_to_second_usd_bn'].iloc[0])} net"


def _share() -> str:
    tie = ties({"from": "Alpha", "to": "Beta", "kind": "earns_from", "share_pct": 67, "until": "2025-12-31"})
    row = cash_by_pair.paid_by_share(tie, figures({"entity": "Alpha", "value": 5.13})).iloc[0]
    return f"{number(row['value_usd_bn'])}, from {span(row['low_usd_bn'], row['high_usd_bn'])}"


EXAMPLES: tuple[Example, ...] = (
    (capital.loops, "100 to Alpha, 30 back for shares: ", _loop),
    (capital.ceiling, "100 to Alpha, 30 back for shares: ", _ceiling),
    (investors.supplier_equity, "30 from a supplier, 60 from a bank, 10 from a bank and others: ", _supplier_equity),
    (investors.by_investor, "30 from Alpha, with a contract of 100: ", _by_investor),
    (cash_by_pair.cash_by_pair, "5 paid by Alpha, 3 by Beta in one year: ", _pair),
    (cash_by_pair.paid_by_share, "67% of 5.13: ", _share),
)
