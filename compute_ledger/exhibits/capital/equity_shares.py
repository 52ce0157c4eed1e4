"""Equity that comes from firms which the buyer pays, by each reading of who is one."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.measures.commitments import STANDING
from compute_ledger.shared import rounding

SUPPLIER_LABELS = {
    "firm": "with a contract in force",
    "announced": "with a contract, framework or letter of intent",
}
COUNTED_LABELS = {
    "firm": "paid or bound",
    "announced": "everything announced, conditions and letters of intent included",
}


def _no_equity(scope: Scope) -> str:
    return f"No equity put into {scope.buyer or 'any buyer'} with a published amount was known on {formatting.day(scope.as_of)}."


@exhibit("supplier-shares")
@rounding.inputs
def supplier_shares(shares: pd.DataFrame, equity: pd.DataFrame, scope: Scope) -> Table | Exhibit:
    """The share of equity from suppliers under each choice, as an interval. `shares` from `supplier_equity`."""
    priced_shares = shares[shares["total_usd_bn"] > 0]
    if priced_shares.empty:
        return Exhibit.empty(f"No equity into {scope.buyer or 'any buyer'}, so no share of it.", scope.as_of)
    return Table(
        caption=f"How much of the equity into {scope.buyer} comes from firms that it pays, {formatting.day(scope.as_of)}",
        table=priced_shares.assign(
            who=priced_shares["suppliers"].map(SUPPLIER_LABELS),
            what=priced_shares["counted"].map(COUNTED_LABELS),
            names=priced_shares["investors"].map(formatting.names),
        ),
        columns={
            "who": ("Suppliers counted", ""),
            "what": ("Equity counted", ""),
            "total_usd_bn": ("Equity", "USD bn"),
            "from_suppliers_usd_bn": ("From such firms, named", "USD bn"),
            "unnamed_usd_bn": ("From investors not named one by one", "USD bn"),
            "share_low_pct": ("Share, at least", "%"),
            "share_high_pct": ("Share, at most", "%"),
            "names": ("Named", ""),
        },
        rests_on={"deals": equity},
        as_of=scope.as_of,
        note=(
            "At least: none of the sums without a single named investor came from such firms, also where one is named as taking part without a sum of its own. "
            f"At most: all of them did.{_rests(equity)}"
        ),
    )


def _rests(equity: pd.DataFrame) -> str:
    """What rounds hold beyond their listed parts, which is taken to be paid or bound by a rule and not by a source."""
    rests = equity[equity["deal_id"].isin(equity["part_of"].dropna()) & equity["firm"].astype(bool)]
    rests = rests[~rests["status"].isin(STANDING)]
    if rests.empty:
        return ""
    return (
        f" {formatting.usd_bn(rests['amount_usd_bn'].sum())} of the equity paid or bound is what rounds hold beyond their listed parts: "
        "it counts as bound because the parts listed explain every condition, which no source says."
    )


@rounding.inputs
def equity_finding(shares: pd.DataFrame, equity: pd.DataFrame, promises: pd.DataFrame, scope: Scope) -> Finding:
    """What part of the equity comes from firms that the buyer pays, by both readings of who is one, with its upper ends.

    `shares` and `equity` from `measures.investors`; `promises` are the contracts with the same firms.
    """
    contract, wider, widest = (
        shares[shares["suppliers"].eq(suppliers) & shares["counted"].eq(counted)].iloc[0]
        for suppliers, counted in (("firm", "firm"), ("announced", "firm"), ("announced", "announced"))
    )
    if not widest["total_usd_bn"]:
        return Finding(name="equity", detail=_no_equity(scope))
    total = formatting.usd_bn(contract["total_usd_bn"])
    bound = f"equity in {scope.buyer} with a published amount that was paid or bound on {formatting.day(scope.as_of)}"
    conditional = widest["total_usd_bn"] - contract["total_usd_bn"]
    claim, sentences = "", []
    if not contract["total_usd_bn"]:
        sentences.append(f"No {bound} was known.")
    else:
        claim = f"Of the {total} of {bound}, {_both_readings(contract, wider, scope.buyer)}"
        sentences.append(_closed(equity))
        if contract["unnamed_usd_bn"] > 0:
            highest = dict.fromkeys(formatting.pct(row["share_high_pct"], 0) for row in (contract, wider))
            sentences.append(
                f"If every investor who is not named one by one were such a firm, it would be {' and '.join(highest)}."
            )
    if conditional > 0:
        more = f"{'A further ' if contract['total_usd_bn'] else ''}{formatting.usd_bn(conditional)}"
        sentences.append(f"{more} hangs on conditions or letters of intent.")
    behind = {"deals": pd.concat([equity, promises])}
    return Finding(name="equity", claim=claim, detail=" ".join(filter(None, sentences)), rests_on=behind)


def _closed(equity: pd.DataFrame) -> str:
    """How much of what is paid or bound is reported as closed: of the rest parts may be paid."""
    bound = equity[equity["firm"].astype(bool)]
    closed = bound.loc[bound["status"].eq("completed"), "amount_usd_bn"].sum()
    if closed == 0 or len(bound) == bound["status"].eq("completed").sum():
        return ""
    return f"{formatting.usd_bn(closed)} of the total is reported as closed; the rest is bound, and how much of it is paid is published in part only."


def _both_readings(contract: pd.Series, wider: pd.Series, buyer: str) -> str:
    """'41% came from firms that OpenAI pays under contract (…) and 61% with those that …', in one sentence."""
    if not wider["from_suppliers_usd_bn"]:
        return f"none came from a named firm that {buyer} pays, or has agreed in a framework or letter of intent to pay"
    first = (
        f"{formatting.pct(contract['share_low_pct'], 0)} came from firms that {buyer} pays under a contract in force ({formatting.names(contract['investors'])})"
        if contract["from_suppliers_usd_bn"]
        else f"none came from a firm that {buyer} pays under a contract in force"
    )
    added = [name for name in wider["investors"] if name not in contract["investors"]]
    if not added:
        return f"{first}; firms with no more than a framework or letter of intent add nothing"
    return f"{first}, and {formatting.pct(wider['share_low_pct'], 0)} with those that have a framework or letter of intent ({formatting.names(added)})"
