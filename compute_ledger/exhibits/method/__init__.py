"""What the chapter on the method shows; its notebook takes all of it from here."""

from compute_ledger.exhibits.method.formulas import formulas, worked

__all__ = ["formulas", "worked"]
