"""One check for every choice that a measure offers, so that a typo never becomes a quiet default."""

from collections.abc import Sequence
from numbers import Real

from compute_ledger.shared.text import nearest

PERIMETERS = ("firm", "firm_and_conditional", "announced")
BASES = ("headline", "annualised", "remaining")
OVERLAPS = ("count_parts", "count_parents", "count_both")
# What gigawatts measure, the one that says most first.
CAPACITY_BASES = ("it_load", "site_load", "chips", "announced_total")
LEVELS = ("counterparty", "group", "layer")
ENTRY_RULES = ("proportional", "from_leader", "from_tail")
ESTIMATES = ("synergy", "omdia_canalys")
TERM_YEARS = (1, 20)
ENTRANT_SHARE_PCT = (0, 50)


def one_of(name: str, value: str, allowed: Sequence[str]) -> str:
    """Return `value` when it is one of `allowed`; raise ValueError naming the near miss otherwise."""
    if value in allowed:
        return value
    near = nearest(str(value), allowed)
    hint = f"; did you mean '{near}'?" if near else ""
    raise ValueError(f"{name} is '{value}', but must be one of {', '.join(allowed)}{hint}")


def within(name: str, value: float, limits: tuple[float, float]) -> float:
    """Return `value` when it is a number from the first to the last of `limits`; ValueError otherwise."""
    low, high = limits
    if isinstance(value, bool) or not isinstance(value, Real) or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}, but must be a number from {low:g} to {high:g}")
    return value


def any_of(name: str, value: str, allowed: Sequence[str]) -> list[str]:
    """Split a comma-separated `value` into allowed choices; 'all' stands for every one of them."""
    if value.strip() == "all":
        return list(allowed)
    options = [one_of(name, part.strip(), allowed) for part in value.split(",") if part.strip()]
    if not options:
        raise ValueError(f"{name} is empty; give 'all' or any of {', '.join(allowed)}")
    return list(dict.fromkeys(options))
