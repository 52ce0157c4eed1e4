"""What the chapter on the commitment concentration shows; its notebook takes all of it from here."""

from compute_ledger.exhibits.concentration.backlog import backlog, customers
from compute_ledger.exhibits.concentration.capacity_chart import capacity_beside_money, capacity_finding
from compute_ledger.exhibits.concentration.dependence_chart import needs, needs_finding
from compute_ledger.exhibits.concentration.history import counted_ever, effective_history, hhi_history, history_finding
from compute_ledger.exhibits.concentration.influence import (
    influence_finding,
    leave_one_out,
    undisclosed,
    undisclosed_finding,
)
from compute_ledger.exhibits.concentration.key_figures import key_figures
from compute_ledger.exhibits.concentration.ranked_suppliers import counted_table, measures_table, ranked, ranked_finding
from compute_ledger.exhibits.concentration.specification_chart import curve, curve_finding, swings_table

__all__ = [
    "backlog",
    "capacity_beside_money",
    "capacity_finding",
    "counted_ever",
    "counted_table",
    "curve",
    "curve_finding",
    "customers",
    "effective_history",
    "hhi_history",
    "history_finding",
    "influence_finding",
    "key_figures",
    "leave_one_out",
    "measures_table",
    "needs",
    "needs_finding",
    "ranked",
    "ranked_finding",
    "swings_table",
    "undisclosed",
    "undisclosed_finding",
]
