"""What the chapter on the funding gap shows; its notebook takes all of it from here."""

from compute_ledger.exhibits.funding.bridge import against_firm, bridge, bridge_finding, bridges_table, estimates_table
from compute_ledger.exhibits.funding.cost_per_gw import cost_per_gigawatt, gigawatt_finding
from compute_ledger.exhibits.funding.coverage import coverage, coverage_finding, money_finding
from compute_ledger.exhibits.funding.key_figures import key_figures
from compute_ledger.exhibits.funding.revenue_path import revenue_points
from compute_ledger.exhibits.funding.schedule import due_table, dues_by_year, dues_finding, paid_finding
from compute_ledger.exhibits.funding.sensitivity import sensitivity, sensitivity_finding

__all__ = [
    "against_firm",
    "bridge",
    "bridge_finding",
    "bridges_table",
    "cost_per_gigawatt",
    "coverage",
    "coverage_finding",
    "due_table",
    "dues_by_year",
    "dues_finding",
    "estimates_table",
    "gigawatt_finding",
    "key_figures",
    "money_finding",
    "paid_finding",
    "revenue_points",
    "sensitivity",
    "sensitivity_finding",
]
