"""The records of a ledger, all at once."""

import pandas as pd

from compute_ledger.exhibits.evidence.conflict_charts import settled
from compute_ledger.exhibits.evidence.records.deal_records import deal_records
from compute_ledger.exhibits.evidence.records.row_records import row_records
from compute_ledger.exhibits.evidence.records.supplier_records import supplier_records
from compute_ledger.exhibits.records import Records
from compute_ledger.exhibits.scope import Scope
from compute_ledger.ledger import Ledger
from compute_ledger.measures import conflicts
from compute_ledger.shared import rounding

SHOWN = ("role", "says", "printed", "source", "grade", "note")


@rounding.inputs
def records(claims: pd.DataFrame, conflict_rows: pd.DataFrame, ledger: Ledger, scope: Scope) -> Records:
    """A record of each deal, supplier and other row. `claims` from `linked_claims`, `conflict_rows` from `all_conflicts`."""
    disputed = settled(conflict_rows, conflicts.positions(conflict_rows, ledger.claims, ledger.sources))
    return Records(
        table="claims",
        columns=SHOWN,
        as_of=scope.as_of,
        records=[*deal_records(claims, disputed, ledger), *supplier_records(ledger), *row_records(ledger)],
    )
