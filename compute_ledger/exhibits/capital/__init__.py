"""What the chapter on the capital loops shows; its notebook takes all of it from here."""

from compute_ledger.exhibits.capital.equity_shares import equity_finding, equity_from_suppliers, supplier_shares
from compute_ledger.exhibits.capital.key_figures import key_figures
from compute_ledger.exhibits.capital.loops import loops_finding, loops_over_time, loops_table, time_finding
from compute_ledger.exhibits.capital.matrix import flow_matrix
from compute_ledger.exhibits.capital.network import network

__all__ = [
    "equity_finding",
    "equity_from_suppliers",
    "flow_matrix",
    "key_figures",
    "loops_finding",
    "loops_over_time",
    "loops_table",
    "network",
    "supplier_shares",
    "time_finding",
]
