"""What the chapter on two buyers shows; its notebook takes all of it from here."""

from compute_ledger.exhibits.two_buyers.buyer_pair import BuyerPair
from compute_ledger.exhibits.two_buyers.capacity_bars import capacity_of_both
from compute_ledger.exhibits.two_buyers.hhi_bands import alike_finding, hhi_bands
from compute_ledger.exhibits.two_buyers.incomparable import (
    breaks,
    contracts_of_both,
    differences_table,
    incomparable_finding,
)
from compute_ledger.exhibits.two_buyers.key_figures import key_figures
from compute_ledger.exhibits.two_buyers.run_rates_compared import run_rates_of_both, times_finding
from compute_ledger.exhibits.two_buyers.shared_suppliers import shared_backlogs, stock, stock_finding

__all__ = [
    "BuyerPair",
    "alike_finding",
    "breaks",
    "capacity_of_both",
    "contracts_of_both",
    "differences_table",
    "hhi_bands",
    "incomparable_finding",
    "key_figures",
    "run_rates_of_both",
    "shared_backlogs",
    "stock",
    "stock_finding",
    "times_finding",
]
