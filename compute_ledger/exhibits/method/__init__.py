"""What the chapter on the method shows; its notebook takes all of it from here."""

from compute_ledger.exhibits.method.formulas import formulas, worked
from compute_ledger.exhibits.method.opening import method_finding

__all__ = ["formulas", "method_finding", "worked"]
