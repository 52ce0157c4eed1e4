"""What the chapter on the partnership timeline shows; its notebook takes all of it from here."""

from compute_ledger.exhibits.timeline.cumulative import cumulative, payables_finding
from compute_ledger.exhibits.timeline.key_figures import key_figures
from compute_ledger.exhibits.timeline.outcomes import changed_announcements, outcome_squares, outcomes_finding
from compute_ledger.exhibits.timeline.pace import deal_list, deal_strip
from compute_ledger.exhibits.timeline.quoted import quoted_totals
from compute_ledger.exhibits.timeline.swimlanes import lanes, lanes_finding

__all__ = [
    "changed_announcements",
    "cumulative",
    "deal_list",
    "deal_strip",
    "key_figures",
    "lanes",
    "lanes_finding",
    "outcome_squares",
    "outcomes_finding",
    "payables_finding",
    "quoted_totals",
]
