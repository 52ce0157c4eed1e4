"""Whose evidence it is: what of the ledger is about one buyer, its partners and the market, and what about others."""

from dataclasses import replace

import pandas as pd

from compute_ledger.exhibits.scope import Scope
from compute_ledger.ledger import Ledger

MARKET, PARTNERS = "market", "partners"
KEYS = {
    "deals": "deal_id",
    "capacities": "capacity_id",
    "regimes": "regime_id",
    "financials": "financial_id",
    "market_shares": "share_id",
    "market_size": "size_id",
    "ties": "tie_id",
}


def about_buyer(ledger: Ledger, scope: Scope) -> Ledger:
    """The ledger without what it holds of other buyers: their deals, ties and figures, and the evidence for these alone.

    The books of a buyer that is also a supplier stay, and claims that speak to no row go by their subject. Where the
    ledger has no buyer nothing is left out.
    """
    if not scope.buyer:
        return ledger
    others = scope.other_buyers(ledger)
    whose = subjects_of_rows(ledger, scope)
    foreign_deals = ledger.deals.loc[ledger.deals["buyer"] != scope.buyer, "deal_id"]
    parties = ledger.ties[["from", "to"]]
    foreign_ties = parties.isin(others).any(axis=1) & ~parties.isin([scope.buyer]).any(axis=1)
    foreign_rows = {*foreign_deals, *ledger.ties.loc[foreign_ties, "tie_id"]}
    own_rows = whose[~whose["about"].isin(others) & ~whose["row_id"].isin(foreign_rows)]
    frames = {
        name: frame[frame[key].isin(own_rows.loc[own_rows["table"] == name, "row_id"])]
        for name, key in KEYS.items()
        for frame in [getattr(ledger, name)]
    }
    frames["capacities"] = frames["capacities"][frames["capacities"]["deal_id"].isin(frames["deals"]["deal_id"])]
    kept = pd.concat([name + "/" + frame[KEYS[name]] for name, frame in frames.items()])
    evidence = ledger.evidence[(ledger.evidence["table"] + "/" + ledger.evidence["row_id"]).isin(kept)]
    subject = _about_subjects(ledger.claims["subject"], ledger)
    rowless = ~ledger.claims["claim_id"].isin(ledger.evidence["claim_id"])
    foreign = subject.isin(others) | ledger.claims["subject"].isin(foreign_deals)
    claims = ledger.claims[ledger.claims["claim_id"].isin(evidence["claim_id"]) | (rowless & ~foreign)]
    sources = ledger.sources[ledger.sources["source_id"].isin(claims["source_id"])]
    frames |= {"evidence": evidence, "claims": claims, "sources": sources}
    return replace(ledger, **{name: frame.reset_index(drop=True) for name, frame in frames.items()})


def subjects_of_rows(ledger: Ledger, scope: Scope) -> pd.DataFrame:
    """Whom each row that rests on claims is about: a buyer by name, a partner or another company, or the market.

    Grain: a row of the ledger. Columns: `table`, `row_id`, `about` (a buyer, PARTNERS or MARKET). A tie between two
    buyers is about the one that the page is told for, else about the one that pays.
    """
    buyer_of_deal = ledger.deals.set_index("deal_id")["buyer"]
    buyers = list(ledger.buyers)
    is_buyer = ledger.ties[["from", "to"]].isin(buyers)
    party = ledger.ties["from"].where(is_buyer["from"], ledger.ties["to"].where(is_buyer["to"], PARTNERS))
    is_own = ledger.ties[["from", "to"]].isin([scope.buyer]).any(axis=1)
    financials = ledger.financials["entity"]
    about = {
        "deals": ledger.deals["buyer"],
        "capacities": ledger.capacities["deal_id"].map(buyer_of_deal),
        "regimes": ledger.regimes["buyer"],
        "financials": financials.where(financials.isin(buyers), PARTNERS).mask(financials == "Market", MARKET),
        "market_shares": pd.Series(MARKET, ledger.market_shares.index),
        "market_size": pd.Series(MARKET, ledger.market_size.index),
        "ties": party.mask(is_own, scope.buyer),
    }
    rows = [
        pd.DataFrame({"table": name, "row_id": getattr(ledger, name)[key], "about": about[name]})
        for name, key in KEYS.items()
    ]
    return pd.concat(rows, ignore_index=True)


def about_claims(claims: pd.DataFrame, ledger: Ledger, scope: Scope) -> pd.Series:
    """Whom each line of `linked_claims` is about: as its row is, else as its subject says."""
    rows = subjects_of_rows(ledger, scope)
    by_row = pd.Series(rows["about"].to_numpy(), index=rows["table"] + "/" + rows["row_id"])
    return (claims["table"] + "/" + claims["row_id"]).map(by_row).fillna(_about_subjects(claims["subject"], ledger))


def _about_subjects(subjects: pd.Series, ledger: Ledger) -> pd.Series:
    names = {name.lower().replace(" ", "-"): name for name in ledger.buyers}
    return subjects.map(ledger.deals.set_index("deal_id")["buyer"].to_dict() | names).fillna(PARTNERS)
