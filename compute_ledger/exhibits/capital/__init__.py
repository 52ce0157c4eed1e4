"""What the chapter on the capital loops shows; its notebook takes all of it from here."""

from compute_ledger.exhibits.capital.balance_sheets import carried_by_others, carried_finding, carried_rows_behind
from compute_ledger.exhibits.capital.cash_ledger import cash_by_partner, cash_by_year, cash_finding, rows_behind
from compute_ledger.exhibits.capital.equity_shares import equity_finding, supplier_shares
from compute_ledger.exhibits.capital.key_figures import key_figures
from compute_ledger.exhibits.capital.loops import loops_finding, loops_table
from compute_ledger.exhibits.capital.network import network

__all__ = [
    "carried_by_others",
    "carried_finding",
    "carried_rows_behind",
    "cash_by_partner",
    "cash_by_year",
    "cash_finding",
    "equity_finding",
    "key_figures",
    "loops_finding",
    "loops_table",
    "network",
    "rows_behind",
    "supplier_shares",
]
