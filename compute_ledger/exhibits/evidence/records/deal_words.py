"""One deal in words: between whom, what for, the amount with its interval, the term, how it stands, since when."""

import pandas as pd

from compute_ledger.exhibits import code_labels, formatting

LAYER_WORDS = {"cloud": "cloud", "chips": "chips", "data_centre": "data centres", "equity": "capital"}
MONEY = {
    "buyer_pays": "{buyer} pays {amount}",
    "buyer_receives": "{buyer} receives {amount}",
    "both": "Both sides pay: {amount}",
}
UNPUBLISHED = {
    "buyer_pays": "What {buyer} pays",
    "buyer_receives": "What {buyer} receives",
    "both": "What each side pays",
}


def amount(value: float, low: float, high: float) -> str:
    """'$38 billion', '$30 billion, from $28 billion to $31 billion', 'at least $20 billion', or '' where none was published."""
    ends = _ends(low, high)
    if pd.isna(value) or low == value or high == value:
        return ends
    return formatting.usd_bn(value) + (f", {ends}" if ends else "")


def _ends(low: float, high: float) -> str:
    if pd.notna(low) and pd.notna(high):
        return f"from {formatting.usd_bn(low)} to {formatting.usd_bn(high)}"
    if pd.notna(low):
        return f"at least {formatting.usd_bn(low)}"
    return f"at most {formatting.usd_bn(high)}" if pd.notna(high) else ""


def sentences(deal: pd.Series, counted: str) -> list[str]:
    """What a deal is, in sentences; `counted` says in which sum of commitments it counts."""
    group = f" ({deal['counterparty_group']})" if deal["counterparty_group"] != deal["counterparty"] else ""
    kind, layer = code_labels.KIND_LABELS[deal["kind"]], LAYER_WORDS[deal["layer"]]
    between = f"{deal['buyer']} with {deal['counterparty']}{group}: {kind}" + (f", {layer}" if layer != kind else "")
    return [f"{between}.", f"{_money(deal)}{_term(deal)}.", f"{_announced(deal)}; {_standing(deal)}.", counted]


def _money(deal: pd.Series) -> str:
    worded = amount(*deal[["amount_usd_bn", "amount_low_usd_bn", "amount_high_usd_bn"]])
    if deal["direction"] == "none":
        return "No money is due between them"
    if not worded:
        return f"{UNPUBLISHED[deal['direction']].format(buyer=deal['buyer'])} was not published"
    derived = ", a sum that is printed nowhere" if deal["derived"] else ""
    return MONEY[deal["direction"]].format(buyer=deal["buyer"], amount=worded) + derived


def _term(deal: pd.Series) -> str:
    years, start = deal["term_years"], deal["start_on"]
    term = "" if pd.isna(years) else f", over {formatting.number(years)} {'year' if years == 1 else 'years'}"
    if pd.isna(start):
        return term
    # The first of January stands for a year of which no more is known.
    return f"{term}, from {start.year if start.day_of_year == 1 else formatting.day(start)}"


def _announced(deal: pd.Series) -> str:
    day = formatting.day(deal["announced_on"], deal["date_precision"])
    later = deal["date_precision"] == "day" and deal["known_on"] > deal["announced_on"]
    return f"Announced {'on ' if deal['date_precision'] == 'day' else 'in '}{day}" + (
        f", publicly known from {formatting.day(deal['known_on'])}" if later else ""
    )


def _standing(deal: pd.Series) -> str:
    status = code_labels.STATUS_LABELS[deal["status"]]
    return status if pd.isna(deal["ended_on"]) else f"{status} since {formatting.day(deal['ended_on'])}"
