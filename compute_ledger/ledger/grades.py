"""Grades of sources, best first, and how to admit them from a lowest grade on."""

from compute_ledger.ledger.tables.problems import LedgerError
from compute_ledger.shared.text import nearest

GRADES = ("A", "A-", "B", "C")
HALF = 0.5  # likeness: one character of a grade says more than one of a word


def admitted_grades(min_grade: str) -> tuple[str, ...]:
    """Grades at least as good as `min_grade`; `LedgerError` names the nearest grade when there is none such."""
    if min_grade in GRADES:
        return GRADES[: GRADES.index(min_grade) + 1]
    near = nearest(str(min_grade).strip(), GRADES, HALF)
    hint = f"did you mean {near!r}? " if near else ""
    raise LedgerError(f"unknown min_grade {min_grade!r}: {hint}Choose one of {', '.join(GRADES)}")
