"""All payment schedules of a family: each contract over its term, under a ramp that nobody has published."""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from compute_ledger.measures.payment_schedule import year_fraction
from compute_ledger.shared import rounding
from compute_ledger.shared.choices import TERM_YEARS, one_of, within

# Contracts that share a ramp: all, those with one supplier, or none.
RAMP_GROUPS = ("common", "supplier", "contract")
LEAST_EXPONENT, MOST_EXPONENT = 0.5, 4.0
STEPS = (0.01, 0.02, 0.05, 0.1, 0.25, 0.5)  # of exponents, finest first; each ladder has 1 (flat), 2 and 3 on it
MOST_SCHEDULES = 2**21


def share_paid(elapsed: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    r"""Part of a contract that has been paid after the part `elapsed` (u, 0 to 1) of its term.

    An exponent below 1 pays most early, 1 evenly, 2 and 3 are the linear and the back-loaded ramp of
    `payment_schedule.share_due`. To nine decimals, which every processor computes alike.

    Formula: $g(u) = u^p$, with an exponent $p$ from 0.5 to 4
    Reference: convention of this report: no contract has published its ramp
    """
    part = rounding.array(np.clip(elapsed, 0.0, 1.0), rounding.FINER)  # a root would make much of a last bit
    return np.asarray(rounding.array(np.power(part, exponent), rounding.FINER))


def exponent_ladder(groups: int, term_choices: int = 1) -> np.ndarray:
    """The finest even ladder of exponents with which all combinations of `groups` ramps stay computable.

    `term_choices`: combinations of terms beside those of ramps. ValueError when there is none: more than seven groups.

    No formula: a list of exponents.
    """
    for step in STEPS:
        rungs = int((MOST_EXPONENT - LEAST_EXPONENT) / step + 0.5) + 1
        if rungs**groups * term_choices <= MOST_SCHEDULES:
            return np.asarray(rounding.array(np.linspace(LEAST_EXPONENT, MOST_EXPONENT, rungs), rounding.FINER))
    raise ValueError(f"{groups} ramps and {term_choices} choices of terms are too many: let contracts share a ramp")


@dataclass(frozen=True)
class ScheduleFamily:
    """Schedules as the combinations of one ramp (and term) from each group: axis i of an array is group i.

    `contracts`: rows of `due_deals` with an amount, with `ramp_group` and `begins_at` (calendar years). `options`: the
    ramps of each group, in rows of exponent and term (years; of contracts whose term is not published).
    """

    contracts: pd.DataFrame
    options: dict[str, np.ndarray]

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(options) for options in self.options.values())

    @functools.cached_property
    def _rows_of_group(self) -> dict[str, "_Rows"]:
        groups = self.contracts.groupby("ramp_group", sort=False)
        return {str(group): _Rows.of(rows, self.options[str(group)]) for group, rows in groups}

    def paid_between(self, start: float, end: float, counterparty: str | None = None) -> np.ndarray:
        """What each schedule pays from `start` to `end` (calendar years), of all or to one party: USD bn.

        Zero to a party without a contract in the family. No contract at all: one schedule, which pays nothing.
        """
        by_group = [self._rows_of_group[group].to(counterparty).paid(start, end) for group in self.options]
        return np.asarray(functools.reduce(np.add.outer, by_group, np.zeros(())))

    def mean_years_left(self, counterparty: str, day: pd.Timestamp) -> np.ndarray:
        r"""How long, on average by dollar, payments to one party after `day` are away from it, for each schedule.

        What suppliers print as the mean duration of a backlog. Missing where nothing is left to pay.

        Formula: $\frac{\sum_i a_i w_i}{\sum_i a_i (1 - u_i^p)}$ with
        $w_i = (b_i - t)(1 - u_i^p) + T_i \frac{p}{p + 1} (1 - u_i^{p + 1})$, amounts $a_i$, starts $b_i$, terms $T_i$
        and the part $u_i$ of the term that is over on day $t$
        Reference: arithmetic
        """
        at = float(year_fraction(pd.Series([day])).iloc[0])
        by_group = [self._rows_of_group[group].to(counterparty).waits(at) for group in self.options]
        waited, unpaid = (
            np.asarray(functools.reduce(np.add.outer, [part[place] for part in by_group], np.zeros(())))
            for place in (0, 1)
        )
        return np.divide(waited, unpaid, out=np.full(unpaid.shape, np.nan), where=unpaid > 0)


@dataclass(frozen=True)
class _Rows:
    """Contracts of one group as arrays: a row a contract, of `years` a column an option."""

    parties: np.ndarray
    begins: np.ndarray
    amounts: np.ndarray
    years: np.ndarray
    exponents: np.ndarray

    @classmethod
    def of(cls, rows: pd.DataFrame, options: np.ndarray) -> "_Rows":
        exponents, terms = options.T
        begins, amounts = (rows[column].to_numpy()[:, None] for column in ("begins_at", "due_usd_bn"))
        is_assumed = rows["term_assumed"].to_numpy(bool)[:, None]
        years = np.where(is_assumed, terms[None, :], rows["years"].to_numpy()[:, None])
        return cls(rows["counterparty"].to_numpy(), begins, amounts, years, exponents[None, :])

    def to(self, counterparty: str | None) -> "_Rows":
        """The contracts with one party, or all."""
        if counterparty is None:
            return self
        mine = self.parties == counterparty
        return _Rows(self.parties[mine], self.begins[mine], self.amounts[mine], self.years[mine], self.exponents)

    def paid(self, start: float, end: float) -> np.ndarray:
        """What each option pays between two days."""
        before, after = (share_paid((day - self.begins) / self.years, self.exponents) for day in (start, end))
        return np.asarray((self.amounts * (after - before)).sum(axis=0))

    def waits(self, at: float) -> tuple[np.ndarray, np.ndarray]:
        """Of each option: dollars left to pay at `at`, times the years that they are away, and alone."""
        elapsed = np.clip((at - self.begins) / self.years, 0.0, 1.0)
        left = 1 - share_paid(elapsed, self.exponents)
        mean_part = self.exponents / (self.exponents + 1) * (1 - share_paid(elapsed, self.exponents + 1))
        waited = (self.amounts * ((self.begins - at) * left + self.years * mean_part)).sum(axis=0)
        return np.asarray(waited), np.asarray((self.amounts * left).sum(axis=0))


def schedule_family(
    due: pd.DataFrame,
    ramp_groups: str = "supplier",
    *,
    exponents: Sequence[float] | None = None,
    assumed_terms: Sequence[float] | None = None,
) -> ScheduleFamily:
    """The schedules of all contracts with an amount, `due` from `payment_schedule.due_deals`.

    `ramp_groups`: contracts that share a ramp (RAMP_GROUPS). `exponents`: those to combine, by default the finest
    ladder that stays computable. `assumed_terms`: terms to try where none is published (years, 1 to 20; the contracts
    of a group share them), by default those that `due` assumes. ValueError for what is not to be had.

    No formula: contracts are put in groups.
    """
    one_of("ramp_groups", ramp_groups, RAMP_GROUPS)
    priced = due[due["due_usd_bn"] > 0]
    common = pd.Series("All", index=priced.index)
    group = {"common": common, "supplier": priced["counterparty"], "contract": priced["deal_id"]}[ramp_groups]
    contracts = priced.assign(ramp_group=group, begins_at=year_fraction(priced["begins_on"]))
    terms = {str(group): _terms(rows, assumed_terms) for group, rows in contracts.groupby("ramp_group")}
    choices = math.prod(len(options) for options in terms.values())
    ladder = exponent_ladder(len(terms), choices) if exponents is None else np.asarray(sorted(set(exponents)))
    if not ladder.size or (ladder < LEAST_EXPONENT).any() or (ladder > MOST_EXPONENT).any():
        raise ValueError(f"exponents must lie between {LEAST_EXPONENT} and {MOST_EXPONENT}, and there must be one")
    if len(ladder) ** len(terms) * choices > MOST_SCHEDULES:
        raise ValueError(f"{len(terms)} ramps of {len(ladder)} exponents are too many: let contracts share a ramp")
    options = {
        group: np.array([(exponent, term) for term in years for exponent in ladder]) for group, years in terms.items()
    }
    return ScheduleFamily(contracts, options)


def _terms(rows: pd.DataFrame, assumed_terms: Sequence[float] | None) -> list[float]:
    """The terms that one group of contracts may take where none is published; one that nothing uses where all are."""
    assumed = rows.loc[rows["term_assumed"], "years"].unique().tolist()
    if not assumed:
        return [float("nan")]
    # Those of `due` were checked where they were chosen, and may since have a last bit more.
    chosen = [within("assumed_terms", term, TERM_YEARS) for term in assumed_terms or ()] or assumed
    return sorted({float(term) for term in chosen})
