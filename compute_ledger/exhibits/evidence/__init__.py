"""What the chapter on the evidence shows; its notebook takes all of it from here."""

from compute_ledger.exhibits.evidence.buyers_evidence import about_buyer
from compute_ledger.exhibits.evidence.claims import (
    DOWNLOADS,
    by_article,
    by_grade,
    claims_explorer,
    counts_finding,
    dataset,
    linked_claims,
)
from compute_ledger.exhibits.evidence.conflict_charts import all_conflicts, conflict_chart, conflict_table, of_buyer
from compute_ledger.exhibits.evidence.holdings import holdings
from compute_ledger.exhibits.evidence.records.all_records import records
from compute_ledger.exhibits.evidence.strength_table import strength, strength_finding, strength_table, with_strength

__all__ = [
    "DOWNLOADS",
    "about_buyer",
    "all_conflicts",
    "by_article",
    "by_grade",
    "claims_explorer",
    "conflict_chart",
    "conflict_table",
    "counts_finding",
    "dataset",
    "holdings",
    "linked_claims",
    "of_buyer",
    "records",
    "strength",
    "strength_finding",
    "strength_table",
    "with_strength",
]
