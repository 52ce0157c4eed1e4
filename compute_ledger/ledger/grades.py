"""Grades of sources, best first, and how to admit them from a lowest grade on."""

import difflib

from compute_ledger.ledger.tables.problems import LedgerError

GRADES = ("A", "A-", "B", "C")


def admitted_grades(min_grade: str) -> tuple[str, ...]:
    """Grades at least as good as `min_grade`; `LedgerError` names the nearest grade when there is none such."""
    if min_grade in GRADES:
        return GRADES[: GRADES.index(min_grade) + 1]
    near = difflib.get_close_matches(str(min_grade).strip().upper(), GRADES, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise LedgerError(f"unknown min_grade {min_grade!r}: {hint}Choose one of {', '.join(GRADES)}")
