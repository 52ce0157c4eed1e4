"""Concentration of amounts among suppliers, as numbers and as exact intervals."""

import numpy as np
import pandas as pd

from compute_ledger.measures.bounds.bounded_amounts import largest_hhi, most_even_amounts
from compute_ledger.measures.commitments import COUNTED_COLUMNS, by_supplier, days_of_change, payables
from compute_ledger.shared import rounding
from compute_ledger.shared.choices import LEVELS, PERIMETERS, one_of

LEAST_NAMED_PCT = 50.0  # of what a buyer files: below it an index of the named part would say nothing of the whole
LOST_BESIDE_ONE = 1e-16  # a smaller number added to 1 is 1


def _shares(amounts: pd.Series | np.ndarray) -> np.ndarray:
    """Positive amounts as shares that sum to 1; empty when there are none."""
    values = np.asarray(amounts, dtype=float)
    values = values[values > 0]
    return values / values.sum() if values.size else values


def hhi(amounts: pd.Series | np.ndarray) -> float:
    r"""Herfindahl-Hirschman index, 0 to 10,000: 10,000 times the sum of squared shares.

    NaN when no amount is positive.

    Formula: $\text{HHI} = 10{,}000 \sum_i s_i^2$, with shares $s_i$ that sum to 1
    In words: 10,000 × Σ s², s the shares that sum to 1; 10,000 for one supplier, 10,000 / n for n equal ones
    Reference: Hirschman 1964, American Economic Review 54(5), 761; lines of 1,000 and 1,800: US Merger Guidelines 2023,
    Guideline 1, and the page of the US Department of Justice on the HHI
    """
    shares = _shares(amounts)
    return float(10_000 * (shares * shares).sum()) if shares.size else float("nan")


def hhi_floor(suppliers: int) -> float:
    r"""The least that the HHI of so many suppliers can be: that of equal ones. NaN for none.

    Formula: $\frac{10{,}000}{n}$, for $n$ suppliers
    In words: 10,000 / n; five suppliers cannot be below 2,000, however even they are
    Reference: arithmetic
    """
    return 10_000 / suppliers if suppliers > 0 else float("nan")


def normalised_hhi(amounts: pd.Series | np.ndarray) -> float:
    r"""How far the HHI lies between its floor for so many suppliers (0) and that of one supplier (1).

    NaN for no supplier and for one, of which floor and ceiling are the same. Comparable between markets of different
    numbers of suppliers, and silent about that number: print n beside it.

    Formula: $H^* = \frac{H - \frac{1}{n}}{1 - \frac{1}{n}}$, with $H = \sum_i s_i^2$ over $n$ positive shares
    In words: (H − 1/n) / (1 − 1/n), from 0 (equal suppliers) to 1
    Reference: Cracau and Durán Lima 2016, International Journal on Food System Dynamics 7(4)
    """
    shares = _shares(amounts)
    if shares.size < 2:
        return float("nan")
    least = 1 / shares.size
    return max(0.0, float(((shares * shares).sum() - least) / (1 - least)))


def effective_number(amounts: pd.Series | np.ndarray) -> float:
    r"""Effective number of suppliers, 1 over the sum of squared shares.

    Formula: $N = \frac{1}{\sum_i s_i^2} = \frac{10{,}000}{\text{HHI}}$
    In words: 1 / Σ s²: as many equal suppliers would give the same HHI
    Reference: Laakso and Taagepera 1979, Comparative Political Studies 12(1), 3–27; as numbers equivalent: Adelman
    1969, Review of Economics and Statistics 51(1), 99–101
    """
    return 10_000 / hhi(amounts)


def concentration_ratio(amounts: pd.Series | np.ndarray, k: int) -> float:
    r"""CRk in percent: what the k largest suppliers hold together.

    Formula: $\text{CR}_k = 100 \sum_{i=1}^{k} s_i$, with shares in order of size, $s_1 \ge s_2 \ge \dots$
    In words: sum of the largest, of the three largest shares
    Reference: Kvålseth 2018, Heliyon 4(10), e00846
    """
    shares = np.sort(_shares(amounts))[::-1]
    return float(100 * shares[:k].sum()) if shares.size else float("nan")


def normalised_entropy(amounts: pd.Series | np.ndarray) -> float:
    r"""Shannon entropy of the shares over its maximum ln n, 0 to 1; 0 for a single supplier.

    Formula: $E = -\frac{\sum_i s_i \ln s_i}{\ln n}$ over $n$ positive shares
    In words: −Σ s ln s / ln n, from 0 (one supplier) to 1 (n equal ones)
    Reference: Shannon 1948, Bell System Technical Journal 27; Theil 1967, Economics and Information Theory
    """
    shares = _shares(amounts)
    if shares.size == 0:
        return float("nan")
    if shares.size == 1:
        return 0.0
    return float(-(shares * np.log(shares)).sum() / np.log(shares.size))


def hhi_interval(low: pd.Series | np.ndarray, high: pd.Series | np.ndarray) -> tuple[float, float]:
    r"""Smallest and largest HHI when each amount lies anywhere in [low, high].

    Minimum, exact: shares are as even as the bounds allow, which is every amount clipped to one common level;
    the best level is a bound or the level at which the free amounts equal the mean square over the mean
    of the fixed ones. Maximum: the HHI is quasi-convex along each amount, so it
    lies at a corner, at 10,000 where an amount has no upper end; exact, but for dozens of overlapping intervals that
    are all different, where it may lie too high, never too low (see `branch_and_bound`).

    Formula: $\min_c \text{HHI}(\min(\max(c, l_i), u_i))$ to $\max \text{HHI}(x)$, each $x_i$ being $l_i$ or $u_i$, for
    amounts from $l_i$ to $u_i$
    In words: smallest: every amount clipped to one common level, the best of all levels; largest: every amount at one
    of its ends, all corners tried
    Reference: Marshall, Olkin and Arnold 2011, Inequalities: Theory of Majorization
    """
    lows, highs = (rounding.array(np.asarray(end, dtype=float), rounding.FINER) for end in (low, high))
    if (lows > highs).any() or (lows < 0).any():
        raise ValueError("each low must lie between 0 and its high")
    if np.isinf(highs).any():
        # One supplier without an upper end may hold nearly everything. The amounts that are most alike lie below the
        # largest of all other ends: beyond it, an amount that grows only stands out more.
        ends = np.concatenate([lows, highs[np.isfinite(highs)]])
        even = np.minimum(highs, ends.max())
        return hhi_interval(lows, even)[0], 10_000.0
    scale = _power_of_two(highs.max(initial=0.0))
    if scale == 0:
        return float("nan"), float("nan")
    lows, highs = lows / scale, highs / scale
    is_visible = highs > LOST_BESIDE_ONE
    lows, highs = np.where(lows > LOST_BESIDE_ONE, lows, 0.0)[is_visible], highs[is_visible]
    if (lows == highs).all():
        return hhi(lows), hhi(lows)
    return hhi(most_even_amounts(lows, highs)), largest_hhi(lows, highs)


def _power_of_two(value: float) -> float:
    """The least power of two above `value`, by which amounts are divided without rounding; 0 for 0."""
    return float(np.ldexp(1.0, np.frexp(value)[1])) if value > 0 else 0.0


def summary(suppliers: pd.DataFrame) -> dict[str, float]:
    """All measures of one frame of `by_supplier`: hhi with its interval, effective number, CR1, CR3, entropy.

    No formula: the measures are put side by side.
    """
    amounts = suppliers["counted"]
    low, high = hhi_interval(suppliers["counted_low"], suppliers["counted_high"])
    return {
        "hhi": hhi(amounts),
        "hhi_low": low,
        "hhi_high": high,
        "effective_suppliers": effective_number(amounts),
        "cr1_pct": concentration_ratio(amounts, 1),
        "cr3_pct": concentration_ratio(amounts, 3),
        "normalised_entropy": normalised_entropy(amounts),
        "total": float(amounts.sum()),
        "suppliers": float(len(suppliers)),
    }


def named_part(suppliers: pd.DataFrame, financials: pd.DataFrame, buyer: str) -> pd.DataFrame:
    r"""The commitments whose supplier is known, beside all that the buyer itself reports.

    `suppliers` from `by_supplier`. Grain: one row, of the newest total (metric purchase_commitments); none where
    the buyer has reported none. Columns of `financials` and `named_usd_bn`, `named_pct` (at most 100), `hhi_low`,
    `hhi_high` (0 to 10,000): the index of the whole, the unnamed rest being spread over ever more suppliers or all of
    it with the largest that is named.

    Formula: $10{,}000 \sum_i (a_i / T)^2$ to $10{,}000 \left(((a_1 + T - N) / T)^2 + \sum_{i>1} (a_i / T)^2\right)$,
    with named amounts $a_1 \ge a_2 \ge \dots$ of the sum $N$ and the reported total $T \ge N$
    Reference: arithmetic
    """
    filed = financials[financials["entity"].eq(buyer) & financials["metric"].eq("purchase_commitments")]
    newest = filed.sort_values(["period_end", "known_on", "financial_id"]).tail(1)
    amounts = np.sort(suppliers["counted"].to_numpy(dtype=float))[::-1]
    named = float(amounts.sum())
    whole = newest["value"].clip(lower=named)
    parts = [amounts / total for total in whole]
    rests = [1 - named / total for total in whole]
    return newest.assign(
        named_usd_bn=named,
        named_pct=100 * named / whole,
        hhi_low=[10_000 * float((part**2).sum()) for part in parts],
        hhi_high=[10_000 * _with_rest(part, rest) for part, rest in zip(parts, rests, strict=True)],
    )


def _with_rest(shares: np.ndarray, rest: float) -> float:
    """Sum of squared shares when the largest of them has the rest as well."""
    largest = float(shares[:1].sum())
    return float((shares[1:] ** 2).sum()) + (largest + rest) ** 2


def disclosure(deals: pd.DataFrame, day: pd.Timestamp, overlaps: str = "count_parts") -> pd.DataFrame:
    r"""How many of the deals that count have a published amount, by perimeter and layer.

    Grain: perimeter-layer, and one row a perimeter with layer `all`. Columns: `perimeter`, `layer`, `deals`,
    `unpriced` (counts), `unpriced_pct` and `outside` (tuple: counterparties of the deals without an amount).

    Formula: $p = \frac{100\, m}{n}$, when $m$ of $n$ deals have no published amount
    Reference: arithmetic
    """
    counted = [payables(deals, day, perimeter=name, overlaps=overlaps).assign(perimeter=name) for name in PERIMETERS]
    rows = pd.concat(counted)[["perimeter", "layer", "counterparty", "counted"]]
    rows = pd.concat([rows.assign(layer="all"), rows])
    rows = rows.assign(unpriced=rows["counted"].isna(), outside=rows["counterparty"].where(rows["counted"].isna()))
    table = rows.groupby(["perimeter", "layer"], sort=False).agg(
        deals=("counted", "size"),
        unpriced=("unpriced", "sum"),
        unpriced_pct=("unpriced", lambda missing: 100 * missing.mean()),
        outside=("outside", lambda names: tuple(names.dropna().unique())),
    )
    return table.reset_index()


def most_even(counted: pd.DataFrame, level: str = "counterparty") -> pd.DataFrame:
    r"""The undisclosed amounts that would make the whole least concentrated: a floor that no disclosure can break.

    Amounts of unpriced deals may be anything from zero up; published ones stay. Suppliers with an unpriced deal are
    raised to one common level, sum of squares over sum of the others' amounts; k suppliers without any published
    amount add at most k to the effective number (with H the index over 10,000, it falls to H / (1 + kH)). There is
    no such ceiling but 10,000: one amount may dwarf all others.
    Grain: one row a supplier. Columns: `supplier`, `published`, `needed` (added; unit of `counted`), `unpriced` (bool).

    Formula: $\max(a_i, c)$ with $c = \frac{\sum_f a_f^2}{\sum_f a_f}$, over the suppliers $f$ that are not raised
    Reference: Marshall, Olkin and Arnold 2011, Inequalities: Theory of Majorization
    """
    by_name = counted["counted"].groupby(counted[_column(level)])
    published, unpriced = by_name.sum(), by_name.count() < by_name.size()
    frame = pd.DataFrame({"published": published, "unpriced": unpriced}).rename_axis("supplier").reset_index()
    if not (published > 0).any():
        return frame.assign(needed=float("nan"))
    frame = frame[frame["unpriced"] | (frame["published"] > 0)].reset_index(drop=True)
    lows = frame["published"].to_numpy()
    return frame.assign(needed=most_even_amounts(lows, np.where(frame["unpriced"], lows.max(), lows)) - lows)


def _column(level: str) -> str:
    return {"group": "counterparty_group"}.get(one_of("level", level, LEVELS), level)


def history(deals: pd.DataFrame, until: pd.Timestamp, level: str = "counterparty", **choices: object) -> pd.DataFrame:
    """Concentration at the end of each month and on the day `until`, from the first counted amount on.

    Grain: one row a day. Columns: `day`, those of `summary` and `deal_ids` (tuple: deals with an amount that count
    then). `choices` go to `payables`.

    No formula: `summary` of what counts on each day.
    """
    changes = days_of_change(deals, until)
    slim = deals[COUNTED_COLUMNS]
    rows: list[dict[str, object]] = []
    changes_counted, measured = -1, None
    for day in _month_ends(changes, until):
        changes_known = int(changes.searchsorted(day, side="right"))
        # Between two changes only what is still to run moves with the day.
        if changes_known != changes_counted or choices.get("basis") == "remaining":
            counted = payables(slim, day, **choices)  # type: ignore[arg-type]
            suppliers = by_supplier(counted, level)
            changes_counted, measured = changes_known, summary(suppliers) if len(suppliers) else None
            deal_ids = tuple(counted.loc[counted["counted"] > 0, "deal_id"])
        if measured is not None:
            rows.append({"day": day, **measured, "deal_ids": deal_ids})
    return pd.DataFrame(rows, columns=None if rows else ["day", "deal_ids"])


def _month_ends(changes: pd.DatetimeIndex, until: pd.Timestamp) -> pd.DatetimeIndex:
    if changes.empty:
        return changes
    return pd.date_range(changes[0], until, freq="ME").union(pd.DatetimeIndex([until]))
