"""What another large cloud would change: shares and concentration after an entrant took its part."""

import numpy as np
import pandas as pd

from compute_ledger.measures.market.market_estimates import largest_first
from compute_ledger.shared import rounding
from compute_ledger.shared.choices import ENTRANT_SHARE_PCT, ENTRY_RULES, one_of, within


def after_entry(shares: pd.DataFrame, entrant_share_pct: float, entry_rule: str) -> pd.DataFrame:
    """Named shares after an entrant takes `entrant_share_pct` percent of the market.

    proportional: everybody, the unnamed rest included, gives up the same fraction. from_leader: the leader
    alone gives up, then the next largest when it has nothing left. from_tail: the unnamed rest gives up
    first, then the smallest named provider, and so on. Grain: one row a provider, the entrant last;
    columns `provider`, `share_pct`.
    """
    one_of("entry_rule", entry_rule, ENTRY_RULES)
    within("entrant_share_pct", entrant_share_pct, ENTRANT_SHARE_PCT)
    rows = shares[["provider", "share_pct"]].pipe(largest_first)
    if entry_rule == "from_tail":
        rows = rows[::-1]
    before = rows["share_pct"].to_numpy(dtype=float)
    if entry_rule == "proportional":
        after = before * (1 - entrant_share_pct / 100)
    else:
        tail = max(0.0, 100 - before.sum()) if entry_rule == "from_tail" else 0.0
        taken_before = np.concatenate([[0.0], np.cumsum(before)[:-1]]) + tail
        after = before - np.clip(entrant_share_pct - taken_before, 0, before)
    entrant = pd.DataFrame({"provider": ["Entrant"], "share_pct": [float(entrant_share_pct)]})
    return pd.concat([rows.assign(share_pct=after), entrant], ignore_index=True)


def change_of_hhi(shares: pd.DataFrame, entrant_share_pct: float, entry_rule: str) -> float:
    r"""HHI after the entry less HHI before, at the printed shares, the unnamed rest counting as atomistic.

    Formula: $\Delta = \sum_i s_i'^2 - \sum_i s_i^2$, with shares in percent before ($s_i$) and after ($s_i'$)
    In words: Σ s² after minus before, for three rules of whom the entrant takes its share from; for a merger of two
    firms it is 2 × s₁ × s₂
    Reference: arithmetic
    """
    after = after_entry(shares, entrant_share_pct, entry_rule)["share_pct"]
    return float((after * after).sum() - (shares["share_pct"] * shares["share_pct"]).sum())


def change_interval(
    shares: pd.DataFrame, hhi: tuple[float, float], entrant_share_pct: float, entry_rule: str
) -> tuple[float, float] | None:
    r"""Smallest and largest change of the HHI over rounding and the unnamed tail, or None where it is not worked out.

    With x the entrant's share in percent: proportional, every share shrinks by the same factor, so the change is
    H ((1 - x/100)^2 - 1) + x^2 with H anywhere in `hhi` (from `market_hhi_interval`). from_leader, the leader goes
    from s to s - x, so it is 2 x^2 - 2 x s with s in the leader's interval, as long as x is no more than that.
    from_tail is at most x^2 (a tail of tiny firms) and depends on who holds the tail: None.

    Formula: $\text{HHI} ((1 - \frac{x}{100})^2 - 1) + x^2$ (proportional) or $2 x^2 - 2 x s$ (from the leader), with
    the entrant's share $x$ and the leader's share $s$ in percent
    Reference: arithmetic
    """
    one_of("entry_rule", entry_rule, ENTRY_RULES)
    x = entrant_share_pct
    if entry_rule == "proportional":
        at_low, at_high = (index * ((1 - x / 100) * (1 - x / 100) - 1) + x * x for index in hhi)
        return float(at_high), float(at_low)
    leader = largest_first(shares).iloc[0]
    if entry_rule == "from_leader" and x <= rounding.rounded(leader["low_pct"]):
        return float(2 * x * x - 2 * x * leader["high_pct"]), float(2 * x * x - 2 * x * leader["low_pct"])
    return None


def entry_curve(shares: pd.DataFrame, up_to_pct: float = 20.0) -> pd.DataFrame:
    """Change of the HHI of the named providers for entrants of 0 to `up_to_pct` percent, each entry rule.

    The unnamed rest counts as atomistic before and after, so the change is exact for that reading. Grain:
    rule and half point of entry. Columns: `entry_rule`, `entrant_share_pct`, `delta_hhi`.

    No formula: `change_of_hhi` of each share of an entrant.
    """
    steps = np.arange(0, up_to_pct + 0.25, 0.5)
    rows = [(rule, step, change_of_hhi(shares, step, rule)) for rule in ENTRY_RULES for step in steps]
    return pd.DataFrame(rows, columns=["entry_rule", "entrant_share_pct", "delta_hhi"])
