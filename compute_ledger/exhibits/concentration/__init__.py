"""What the chapter on the commitment concentration shows; its notebook takes all of it from here."""

from compute_ledger.exhibits.concentration.backlog import backlog, backlog_finding, customers_finding, second_buyer
from compute_ledger.exhibits.concentration.backlog_growth import backlog_rise, backlog_rise_finding
from compute_ledger.exhibits.concentration.capacity_chart import capacity_beside_money
from compute_ledger.exhibits.concentration.dependence_chart import needs, needs_finding
from compute_ledger.exhibits.concentration.desk import desk
from compute_ledger.exhibits.concentration.history import counted_ever, hhi_history, history_finding
from compute_ledger.exhibits.concentration.key_figures import key_figures
from compute_ledger.exhibits.concentration.other_counts import by_supplier_only, other_counts_finding
from compute_ledger.exhibits.concentration.ranked_suppliers import counted_table, ranked, ranked_finding
from compute_ledger.exhibits.concentration.silicon import silicon, silicon_finding, silicon_shares
from compute_ledger.exhibits.concentration.undisclosed import undisclosed_finding

__all__ = [
    "backlog",
    "backlog_finding",
    "backlog_rise",
    "backlog_rise_finding",
    "by_supplier_only",
    "capacity_beside_money",
    "counted_ever",
    "counted_table",
    "customers_finding",
    "desk",
    "hhi_history",
    "history_finding",
    "key_figures",
    "needs",
    "needs_finding",
    "other_counts_finding",
    "ranked",
    "ranked_finding",
    "second_buyer",
    "silicon",
    "silicon_finding",
    "silicon_shares",
    "undisclosed_finding",
]
