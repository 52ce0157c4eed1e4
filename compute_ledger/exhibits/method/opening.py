"""What the chapter on the method says first: how figures are made, how sure they are, and what would change them."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.method.formulas import measures_with_formula
from compute_ledger.exhibits.scope import Scope
from compute_ledger.ledger import Ledger
from compute_ledger.shared import rounding

WELL_GRADED = ("A", "A-")


@rounding.inputs
def method_finding(counted: pd.DataFrame, ledger: Ledger, scope: Scope) -> Finding:
    """How many formulas there are, how many contracts have no amount, and how well sources are graded.

    `counted` from `commitments.payables`.
    """
    formulas = sum(1 for _ in measures_with_formula())
    undisclosed = int(counted["counted"].isna().sum())
    graded = 100 * ledger.sources["grade"].isin(WELL_GRADED).mean() if len(ledger.sources) else float("nan")
    computed = (
        f"Every figure of this report is computed from rows of a ledger by {formulas} formulas; none is typed by hand"
    )
    sentences = [
        "" if len(counted) else f"{computed}.",
        (
            f"How sure it is: of {formatting.count(len(counted), 'contract')} of {scope.buyer} that {'counts' if len(counted) == 1 else 'count'}, "
            f"{formatting.count(undisclosed, 'has', 'have')} no published amount, and none is ever estimated."
        )
        if len(counted)
        else f"No contract of {scope.buyer or 'any buyer'} was known on {formatting.day(scope.as_of)}.",
        f"{formatting.pct(graded, 0)} of the sources have grade A or A-." if len(ledger.sources) else "",
        "What would change it: a published amount, term or schedule, or a source of a better grade.",
    ]
    return Finding(
        name="method",
        claim=computed if len(counted) else "",
        detail=" ".join(filter(None, sentences)),
        rests_on={"deals": counted} if len(counted) else {},
    )
