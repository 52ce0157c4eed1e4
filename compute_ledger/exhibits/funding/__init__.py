"""What the chapter on the funding gap shows; its notebook takes all of it from here."""

from compute_ledger.exhibits.funding.desk import desk
from compute_ledger.exhibits.funding.due_deals import due_table, fork_finding, paid_finding
from compute_ledger.exhibits.funding.gap_chart import gap_chart
from compute_ledger.exhibits.funding.gigawatt_year_bars import gigawatt_finding, gigawatt_years, lease_prices
from compute_ledger.exhibits.funding.key_figures import key_figures
from compute_ledger.exhibits.funding.known_costs import costs_finding
from compute_ledger.exhibits.funding.money_bars import money_finding, pay_finding, sources_and_uses
from compute_ledger.exhibits.funding.quoted_totals import (
    against_firm,
    bridge_finding,
    gigawatt_bridge,
    same_total,
)
from compute_ledger.exhibits.funding.revenue_path import revenue_points
from compute_ledger.exhibits.funding.schedule_lines import dues_finding, left_finding
from compute_ledger.exhibits.funding.uncovered_map import revenue_by_schedule_map, sensitivity_finding

__all__ = [
    "against_firm",
    "bridge_finding",
    "costs_finding",
    "desk",
    "due_table",
    "dues_finding",
    "fork_finding",
    "gap_chart",
    "gigawatt_bridge",
    "gigawatt_finding",
    "gigawatt_years",
    "key_figures",
    "lease_prices",
    "left_finding",
    "money_finding",
    "paid_finding",
    "pay_finding",
    "revenue_by_schedule_map",
    "revenue_points",
    "same_total",
    "sensitivity_finding",
    "sources_and_uses",
]
