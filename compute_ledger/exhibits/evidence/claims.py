"""Who says so: every claim with its row and source, the conflicts between claims, and what grades mean."""

import pandas as pd

from compute_ledger.exhibits import formatting
from compute_ledger.exhibits.evidence.buyers_evidence import about_claims
from compute_ledger.exhibits.evidence.claim_figures import AS_RECORDED, figures
from compute_ledger.exhibits.finding import Finding
from compute_ledger.exhibits.outputs import Exhibit, Explorer, JsonLd, Table, exhibit
from compute_ledger.exhibits.scope import Scope
from compute_ledger.exhibits.source_list import titles
from compute_ledger.ledger import Ledger
from compute_ledger.shared import rounding

TABLES = ("deals", "capacities", "regimes", "financials", "market_shares", "market_size", "ties")
ROLES = ("headline", "derived", "part", "supports", "conflicts")
ROLE_LABELS = {
    "headline": "leads",
    "derived": "leads, derived",
    "part": "part of the figure",
    "supports": "supports",
    "conflicts": "conflicts",
}
GRADE_MEANINGS = {
    "A": "the site of a company, authority, research house or newswire, or of an agency or major daily with its own report",
    "A-": "an established publisher's reprint of such a text, several texts that quote it alike, or the established trade press",
    "B": "another outlet that names where it has the figure from",
    "C": "a mirror, a scraper's copy, a machine's summary, a forum, or a page alone with what it says",
}
# Room and size in px of the names of conflicts.
DOWNLOADS = (
    ("data/compute-ledger-data.zip", "Whole ledger", "CSV tables, schema, codebook and licence in one zip"),
    (
        "data/compute-ledger.sqlite",
        "SQLite database",
        "the same tables with keys, for Datasette, DuckDB or a spreadsheet",
    ),
    ("data/datapackage.json", "Schema", "Frictionless Data Package: types, units, keys"),
    *(
        (f"data/{name}.{ending}", f"{name}.{ending}", meaning)
        for name in (
            "deals",
            "capacities",
            "claims",
            "sources",
            "evidence",
            "market_shares",
            "market_size",
            "financials",
            "ties",
        )
        for ending, meaning in (("csv", "table, safe to open in a spreadsheet"), ("json", "the same as records"))
    ),
)


@rounding.inputs
def linked_claims(ledger: Ledger) -> pd.DataFrame:
    """Every claim with the row it speaks to, in the order of tables, rows and roles.

    Grain: claim-row link; a claim that speaks to no row comes once, at the end, with `table` missing.
    Columns: those of claims, `table`, `row_id`, `role`, and of its source `publisher`, `url`, `grade`, `document`.
    """
    about = ledger.sources.set_index("source_id")[["publisher", "url", "grade", "document"]]
    rows = ledger.claims.merge(ledger.evidence, on="claim_id", how="left").join(about, on="source_id")
    order = {name: place for place, name in enumerate(TABLES)}
    rank = {name: place for place, name in enumerate(ROLES)}
    grade = {name: place for place, name in enumerate(GRADE_MEANINGS)}
    rows = rows.assign(place=rows["table"].map(order), rank=rows["role"].map(rank), better=rows["grade"].map(grade))
    return rows.sort_values(["place", "row_id", "rank", "better", "claim_id"], ignore_index=True)


@rounding.inputs
def claims_explorer(claims: pd.DataFrame, ledger: Ledger, scope: Scope) -> Explorer:
    """All claims, row by row of the ledger; the first of each row bears the anchor that other pages lead to.

    Those about other buyers are listed too, since pages about several lead here, and can be filtered out.
    """
    first = ~claims.duplicated(["table", "row_id"]) | claims["row_id"].isna()
    table = _claims_frame(claims).assign(about=about_claims(claims, ledger, scope))
    return Explorer(
        id="claims",
        caption=f"{claims['claim_id'].nunique():,} claims, a line for each row they speak to, as known on {formatting.day(scope.as_of)}",
        table=table,
        columns={
            "row": ("Row", ""),
            "about": ("About", ""),
            "table": ("Table", ""),
            "role": ("Role", ""),
            "says": ("What", ""),
            "printed": ("As printed", ""),
            "unit": ("Unit", ""),
            "source": ("Source", ""),
            "grade": ("Grade", ""),
            "note": ("Note", ""),
        },
        row_ids=[name if lead else None for name, lead in zip(anchors(claims), first, strict=True)],
        filters=("about", "table", "role", "grade"),
        preview=("says", "printed", "source", "grade"),
        as_of=scope.as_of,
        note=(
            "Of the claims that agree with a row the best-graded leads it. A derived figure is on no page: it is computed "
            "from the parts listed with it, and graded as the weakest of them. "
            f"“{AS_RECORDED.capitalize()}” stands where the wording of the page was not seen."
        ),
    )


def _claims_frame(claims: pd.DataFrame) -> pd.DataFrame:
    """What the list says of each claim."""
    article = claims["document"].str.slice(0, 3)
    where = ("article " + article + ", paragraph " + claims["paragraph"].astype("string")).fillna("")
    return pd.DataFrame(
        {
            "row": claims["row_id"].fillna(claims["subject"]),
            "table": claims["table"].str.replace("_", " ").fillna("no row"),
            "role": claims["role"].map(ROLE_LABELS).fillna("stands alone"),
            "says": metrics(claims),
            "printed": figures(claims),
            "unit": claims["unit"].str.replace("_", " "),
            "source": [
                {"text": f"{name} {place}".strip(), "href": url if isinstance(url, str) else f"#source-{source}"}
                for name, place, url, source in zip(
                    claims["publisher"], where, claims["url"], claims["source_id"], strict=True
                )
            ],
            "grade": claims["grade"],
            "note": claims["note"],
        }
    )


def anchors(claims: pd.DataFrame) -> pd.Series:
    """The place of each claim on the page: that of the row it speaks to or, without one, its own."""
    return (claims["table"] + "-" + claims["row_id"]).fillna("claims-" + claims["claim_id"])


@rounding.inputs
def by_grade(ledger: Ledger, claims: pd.DataFrame, scope: Scope) -> Table:
    """Sources, claims, links and conflicting links by grade, with what each grade means. `claims` from `linked_claims`."""
    linked = claims[claims["row_id"].notna()]
    count = {
        "sources": ledger.sources["grade"].value_counts(),
        "claims": claims.groupby("grade")["claim_id"].nunique(),
        "links": linked["grade"].value_counts(),
        "against": linked.loc[linked["role"] == "conflicts", "grade"].value_counts(),
    }
    table = pd.DataFrame({"grade": list(GRADE_MEANINGS), "meaning": list(GRADE_MEANINGS.values())})
    return Table(
        id="grades",
        caption="What the grades mean, and how much evidence has them",
        table=table.assign(**{name: table["grade"].map(values).fillna(0) for name, values in count.items()}),
        columns={
            "grade": ("Grade", ""),
            "meaning": ("Meaning", ""),
            "sources": ("Sources", "count"),
            "claims": ("Claims", "count"),
            "links": ("Links to rows", "count"),
            "against": ("Against a row", "count"),
        },
        as_of=scope.as_of,
    )


@exhibit("articles")
@rounding.inputs
def by_article(ledger: Ledger, claims: pd.DataFrame, scope: Scope) -> Table | Exhibit:
    """Claims of the articles that the ledger started from, and how many speak to its rows or against them."""
    articles = ledger.sources[ledger.sources["document"].notna()].sort_values(["document", "source_id"])
    if articles.empty:
        return Exhibit.empty("No source of this ledger is an article kept beside it.", scope.as_of)
    links = claims[claims["source_id"].isin(articles["source_id"])]
    count = links.groupby("source_id")["claim_id"].nunique()
    linked = links[links["row_id"].notna()].groupby("source_id").size()
    against = links[links["role"] == "conflicts"].groupby("source_id")["claim_id"].nunique()
    table = articles.assign(
        title=titles(articles),
        claims=articles["source_id"].map(count).fillna(0),
        linked=articles["source_id"].map(linked).fillna(0),
        against=articles["source_id"].map(against).fillna(0),
    )
    return Table(
        caption="The articles that the ledger started from",
        table=table,
        columns={
            "document": ("File", ""),
            "title": ("Article", ""),
            "published_on": ("Published", ""),
            "claims": ("Claims", "count"),
            "linked": ("Links to rows", "count"),
            "against": ("Against a row", "count"),
        },
        # The table is one of sources.
        source_ids=articles["source_id"].tolist(),
        as_of=scope.as_of,
        note=_inferred(articles),
    )


def _inferred(articles: pd.DataFrame) -> str:
    """Which articles bear no day of their own."""
    inferred = articles.loc[articles["licence_note"].str.contains("inferred").eq(True), "document"].str.slice(0, 3)
    several = len(inferred) > 1
    return (
        f"The {'dates' if several else 'date'} of {formatting.names(inferred)} {'are' if several else 'is'} inferred from what "
        f"the {'articles say' if several else 'article says'}."
        if len(inferred)
        else ""
    )


@rounding.inputs
def counts_finding(own: Ledger, ledger: Ledger, scope: Scope) -> Finding:
    """How much evidence there is about the buyer, and how much of it rests on a number whose wording was not seen.

    `own`: what of the `ledger` is `about_buyer`.
    """
    unseen = int(own.claims["as_printed"].isna().sum())
    as_recorded = (
        f" Of {formatting.count(unseen, 'claim')} nobody kept how the page words the figure: they come from the project's notes, "
        f"were not compared with the page again, and are shown as “{AS_RECORDED}”."
    )
    claims, sources = (formatting.count(len(getattr(own, name)), name[:-1]) for name in ("claims", "sources"))
    whole = len(own.claims) == len(ledger.claims)
    others = (
        ""
        if whole
        else f" The whole ledger holds {len(ledger.claims):,} from {len(ledger.sources):,}: the rest is about other buyers."
    )
    return Finding(
        name="counts",
        claim=(
            f"The ledger holds {claims} from {sources}"
            + ("" if whole else f" about {scope.buyer}, its partners and the market")
        ),
        detail=(
            f"They are joined to its rows by {formatting.count(len(own.evidence), 'link')}."
            + _behind_buyer(own, scope.buyer)
            + others
            + (as_recorded if unseen else "")
        ),
    )


def _behind_buyer(ledger: Ledger, buyer: str) -> str:
    """How many of the claims stand behind the deals, ties and figures of one buyer, and how many rows one source bears."""
    if not buyer:
        return ""
    owned = {
        "deals": ledger.deals[ledger.deals["buyer"] == buyer],
        "ties": ledger.ties[(ledger.ties["from"] == buyer) | (ledger.ties["to"] == buyer)],
        "financials": ledger.financials[ledger.financials["entity"] == buyer],
    }
    keys = {"deals": "deal_id", "ties": "tie_id", "financials": "financial_id"}
    row_ids = pd.concat([frame[keys[name]] for name, frame in owned.items()])
    links = ledger.evidence[ledger.evidence["table"].isin(keys) & ledger.evidence["row_id"].isin(row_ids)]
    if links.empty:
        return f" None of them is about {buyer}: nothing was known of it on {formatting.day(ledger.as_of)}."
    sources = pd.concat([frame["source_ids"] for frame in owned.values()])
    alone = int(sources.map(len).eq(1).sum())
    return (
        f" Of the claims {links['claim_id'].nunique():,} stand behind the {formatting.count(len(row_ids), 'deal, tie or figure', 'deals, ties and figures')} of {buyer}, "
        f"{alone:,} of which rest on one source."
    )


def dataset(ledger: Ledger) -> JsonLd:
    """The ledger as a schema.org Dataset, for search engines of data."""
    dates = pd.concat([ledger.deals["announced_on"], ledger.financials["period_end"]]).dropna()
    return JsonLd(
        {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "name": "The Compute Ledger: data",
            "description": (
                f"{len(ledger.deals)} deals, {len(ledger.market_shares)} market shares, {len(ledger.financials)} financial figures "
                f"and {len(ledger.ties)} ties between companies, with {len(ledger.claims)} claims from {len(ledger.sources)} sources."
            ),
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "isAccessibleForFree": True,
            "creator": {"@type": "Organization", "name": "The Compute Ledger authors"},
            "temporalCoverage": f"{min(dates.min(), ledger.as_of) if len(dates) else ledger.as_of:%Y-%m-%d}/{ledger.as_of:%Y-%m-%d}",
            "dateModified": f"{ledger.as_of:%Y-%m-%d}",
            "version": ledger.data_hash[:12],
            "keywords": ["cloud computing", "market concentration", "data centres", "open data"],
        }
    )


def metrics(rows: pd.DataFrame) -> pd.Series:
    """The metric of each row in words."""
    return rows["metric"].map({name: formatting.metric(name) for name in rows["metric"].unique()})
