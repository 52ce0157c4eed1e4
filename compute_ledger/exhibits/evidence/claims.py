"""Who says so: every claim with its row and source, the conflicts between claims, and what grades mean."""

import re

import altair as alt
import pandas as pd

from compute_ledger.exhibits import code_labels, formatting
from compute_ledger.exhibits.evidence_links import EVIDENCE_PAGE
from compute_ledger.exhibits.outputs import Exhibit, Explorer, JsonLd, Table
from compute_ledger.exhibits.text_metrics import ROW_LIFT, ROW_NAME, name_style, row_name
from compute_ledger.exhibits.theme import BLUE, INK, MUTED, finish, when_narrow
from compute_ledger.ledger import Ledger
from compute_ledger.measures import commitments
from compute_ledger.measures import conflicts as measure
from compute_ledger.shared import rounding

TABLES = ("deals", "regimes", "financials", "market_shares", "market_size", "ties")
ROLES = ("headline", "supports", "conflicts")
ROLE_LABELS = {"headline": "leads", "supports": "supports", "conflicts": "conflicts"}
GRADE_MEANINGS = {
    "A": "a filing, a company, a news agency or a major daily itself",
    "A-": "the same, seen through a copy, a digest or a reprint",
    "B": "a secondary outlet that names where it has the figure from",
    "C": "a weak or single page; kept to show a conflict, seldom to lead",
}
MOST_DRAWN = 24
# Room and size in px of the names of conflicts.
NAMES_WIDE, NAMES_NARROW = (330, 12), (165, 10)
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
        for name in ("deals", "claims", "sources", "evidence", "market_shares", "market_size", "financials", "ties")
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
def claims_explorer(claims: pd.DataFrame, as_of: pd.Timestamp) -> Explorer:
    """All claims, row by row of the ledger; the first of each row bears the anchor that other pages lead to."""
    first = ~claims.duplicated(["table", "row_id"]) | claims["row_id"].isna()
    article = claims["document"].str.slice(0, 3)
    where = ("article " + article + ", paragraph " + claims["paragraph"].astype("string")).fillna("")
    table = pd.DataFrame(
        {
            "row": claims["row_id"].fillna(claims["subject"]),
            "table": claims["table"].str.replace("_", " ").fillna("no row"),
            "role": claims["role"].map(ROLE_LABELS).fillna("stands alone"),
            "says": _metrics(claims),
            "printed": claims["as_printed"].fillna(_stated(claims)),
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
    return Explorer(
        id="claims",
        caption=f"{claims['claim_id'].nunique():,} claims, a line for each row they speak to, as known on {formatting.day(as_of)}",
        table=table,
        columns={
            "row": ("Row", ""),
            "table": ("Table", ""),
            "role": ("Role", ""),
            "says": ("What", ""),
            "printed": ("As printed", ""),
            "unit": ("Unit", ""),
            "source": ("Source", ""),
            "grade": ("Grade", ""),
            "note": ("Note", ""),
        },
        row_ids=[name if lead else None for name, lead in zip(_anchors(claims), first, strict=True)],
        filters=("table", "role", "grade"),
        as_of=as_of,
        note="The claim that leads a row is the best-graded one that prints its main figure.",
    )


def _anchors(claims: pd.DataFrame) -> pd.Series:
    """The place of each claim on the page: that of the row it speaks to or, without one, its own."""
    return (claims["table"] + "-" + claims["row_id"]).fillna("claims-" + claims["claim_id"])


def _stated(claims: pd.DataFrame) -> pd.Series:
    """What a claim without a printed figure says: its day or its value, marked as not printed."""
    value = claims["value"].map(lambda number: formatting.number(number, 4) if pd.notna(number) else None)
    stated = value.fillna(claims["value_date"].dt.strftime("%Y-%m-%d"))
    return (stated + " (not printed)").fillna("")


@rounding.inputs
def all_conflicts(ledger: Ledger) -> pd.DataFrame:
    """Conflicts between claims, and of quoted totals with the sum of the firm payables listed here.

    Grain and columns: those of `measures.conflicts.conflicts`, with a readable `label`.
    """
    between = measure.conflicts(ledger.claims, ledger.deals, ledger.resolutions, ledger.sources)
    _, deals = commitments.buyer_deals(ledger.deals, "auto")
    total = float(commitments.payables(deals, ledger.as_of)["counted"].sum())
    sums = measure.quoted_against_sum(ledger.claims, total, ledger.as_of, ledger.resolutions, ledger.sources)
    found = pd.concat([between, sums], ignore_index=True)
    if found.empty:
        return found.assign(label="")
    names = _names(ledger)
    counted = _counted(found["subject"], ledger, names)
    words = counted["who"].fillna(found["subject"].map(lambda subject: _called(subject, names)))
    undated = found["subject"].isin(ledger.deals["deal_id"]) | (found["fact_date"].fillna("") == "")
    dates = counted["when"].fillna(found["fact_date"].fillna("").astype("str").map(formatting.period))
    return found.assign(label=words + ", " + _metrics(found) + (" (" + dates + ")").mask(undated, ""))


def _metrics(rows: pd.DataFrame) -> pd.Series:
    return rows["metric"].map({name: formatting.metric(name) for name in rows["metric"].unique()})


def _names(ledger: Ledger) -> dict[str, str]:
    """What a subject of claims is called: a deal by its title with the counterparty, a company by its name."""
    columns = [ledger.financials["entity"], ledger.deals["counterparty"], ledger.market_shares["provider"]]
    names = {name.lower().replace(" ", "-"): name for name in pd.concat(columns).unique()}
    deals = ledger.deals[["deal_id", "counterparty", "title"]].itertuples(index=False)
    return names | {key: formatting.deal(party, title) for key, party, title in deals}


def _called(subject: str, names: dict[str, str]) -> str:
    return names.get(subject) or formatting.capital(subject.replace("-", " "))


def _counted(subjects: pd.Series, ledger: Ledger, names: dict[str, str]) -> pd.DataFrame:
    """`who` and `when` of subjects such as 'synergy-2025q1-aws' and 'synergy-2023fy', which an estimate of the market
    counts; missing for all others."""
    estimates = {name.replace("_", "-"): name for name in ledger.market_shares["estimate"].unique()}
    known = "|".join(map(re.escape, estimates)) or "(?!)"
    parts = subjects.str.extract(rf"^(?P<by>{known})-(?P<year>\d{{4}})(?P<part>q[1-4]|fy)(?:-(?P<provider>.+))?$")
    labels = {key: code_labels.ESTIMATE_LABELS.get(name, name) for key, name in estimates.items()}
    by = parts["by"].map(labels).astype("str")
    provider = parts["provider"].map(lambda name: _called(name, names), na_action="ignore").astype("str")
    return pd.DataFrame(
        {
            "who": by + (": " + provider).fillna(""),
            "when": parts["part"].str.upper().str.cat(parts["year"], sep=" ").str.removeprefix("FY "),
        }
    )


@rounding.inputs
def by_grade(ledger: Ledger, claims: pd.DataFrame, as_of: pd.Timestamp) -> Table:
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
        source_ids=[],
        as_of=as_of,
    )


@rounding.inputs
def by_article(ledger: Ledger, claims: pd.DataFrame, as_of: pd.Timestamp) -> Table | Exhibit:
    """Claims of the articles that the ledger started from, and how many speak to its rows or against them."""
    articles = ledger.sources[ledger.sources["document"].notna()].sort_values(["document", "source_id"])
    if articles.empty:
        return Exhibit.absent("articles", "No source of this ledger is an article kept beside it.", as_of)
    links = claims[claims["source_id"].isin(articles["source_id"])]
    count = links.groupby("source_id")["claim_id"].nunique()
    linked = links[links["row_id"].notna()].groupby("source_id").size()
    against = links[links["role"] == "conflicts"].groupby("source_id")["claim_id"].nunique()
    table = articles.assign(
        claims=articles["source_id"].map(count).fillna(0),
        linked=articles["source_id"].map(linked).fillna(0),
        against=articles["source_id"].map(against).fillna(0),
    )
    return Table(
        id="articles",
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
        source_ids=articles["source_id"].tolist(),
        as_of=as_of,
    )


@rounding.inputs
def counts_sentence(ledger: Ledger, found: pd.DataFrame) -> str:
    """How much evidence there is, and how much of it rests on a number whose wording was not seen."""
    articles = ledger.sources.loc[ledger.sources["document"].notna(), "source_id"]
    bare = ledger.claims["as_printed"].str.fullmatch(r"[0-9.,]+", na=False) & ~ledger.claims["source_id"].isin(articles)
    unseen = (
        f" For {int(bare.sum()):,} of the claims the ledger has the bare number only: it was taken from lists of checked facts, "
        "and how the page words it was not seen again."
    )
    return (
        f"The ledger holds **{len(ledger.claims):,} claims from {len(ledger.sources):,} sources**, joined to its rows by "
        f"{len(ledger.evidence):,} links. {formatting.capital(formatting.count(len(found), 'conflict'))} between claims "
        f"{'is' if len(found) == 1 else 'are'} computed from them; each is listed with how it was settled."
        + (unseen if bare.any() else "")
    )


@rounding.inputs
def conflict_chart(found: pd.DataFrame, positions: pd.DataFrame, claims: pd.DataFrame, as_of: pd.Timestamp) -> Exhibit:
    """The widest numeric conflicts, each claim as its interval in percent of the figure that was kept."""
    settled = found["kept_claim_id"].notna() & (found["unit"] != "none")
    figures = found["kind"].isin(["value", "wording"]) & settled
    disputed = found.loc[figures, "conflict_id"]
    positions = positions[positions["conflict_id"].isin(disputed)]
    numeric = positions[positions["value"].notna() | positions["low"].notna()]
    if found.empty or numeric.empty:
        return Exhibit.absent("conflicts-drawn", "No two claims about the same figure disagree.", as_of)
    value = numeric["value"].fillna(numeric["low"])
    kept = value.where(numeric["kept"]).groupby(numeric["conflict_id"]).transform("max")
    base = kept.fillna(value.groupby(numeric["conflict_id"]).transform("max"))
    rows = numeric.assign(
        middle=100 * value / base,
        low=100 * numeric["low"].fillna(value) / base,
        high=100 * numeric["high"].fillna(value) / base,
    )[base > 0]
    spread = rows.groupby("conflict_id")["middle"].agg(lambda column: column.max() - column.min())
    drawn = spread.nlargest(MOST_DRAWN).index.tolist()
    label = found.set_index("conflict_id")["label"]
    rows_drawn = {name: row_name(name, label[name], NAMES_WIDE, NAMES_NARROW) for name in drawn}
    data = (
        rows[rows["conflict_id"].isin(drawn)]
        .assign(
            conflict=lambda frame: frame["conflict_id"].map(label),
            said=lambda frame: frame["publisher"] + ": " + frame["as_printed"].fillna(""),
            row=lambda frame: frame["conflict_id"].map(rows_drawn),
        )[["row", "conflict", "middle", "low", "high", "kept", "said"]]
        .pipe(rounding.frame, 2)
    )
    data["evidence"] = rows.loc[data.index, "conflict_id"].map(_claims_of(positions, claims))
    edge = min(float(data["middle"].max()), 400.0) * 1.05
    axis = alt.Axis(labelExpr=ROW_NAME, labelOffset=ROW_LIFT, ticks=False, domain=False, labelColor=INK)
    y = alt.Y("row:N", sort=list(rows_drawn.values()), title=None, axis=axis)
    x = alt.X(
        "middle:Q",
        title="% of the figure that was kept",
        scale=alt.Scale(domain=[0, edge], clamp=True),
        axis=alt.Axis(tickCount=5),
    )
    chart = alt.Chart(data.drop(columns=["conflict", "evidence"])).encode(y=y, description=alt.Description("said:N"))
    layers = alt.layer(
        alt.Chart(pd.DataFrame({"middle": [100]})).mark_rule(color=MUTED, strokeDash=[2, 3]).encode(x=x),
        chart.mark_rule(strokeWidth=when_narrow(4, 6), opacity=0.25, color=BLUE, clip=True).encode(
            x=alt.X("low:Q", title="% of the figure that was kept"), x2=alt.X2("high:Q")
        ),
        chart.transform_filter("!datum.kept").mark_point(size=55, color=INK, filled=False, opacity=1).encode(x=x),
        chart.transform_filter("datum.kept").mark_point(size=55, color=BLUE, filled=True, opacity=1).encode(x=x),
    )
    widest = label[drawn[0]]
    return Exhibit(
        id="conflicts-drawn",
        title=f"The claims differ most on {widest}",
        subtitle=(
            f"The {len(drawn)} widest of {len(disputed)} settled conflicts about figures; each claim in % of the figure that was kept (100). "
            "Filled: kept. Hollow: other claims. Bars: what the wording allows"
        ),
        description=(
            f"Dot plot of {len(drawn)} conflicts between claims. The widest is {widest}, where claims lie "
            f"{formatting.number(float(spread.max()), 0)} points of the kept figure apart."
        ),
        chart=finish(
            layers,
            height=28 * len(drawn) + 50,
            narrow_height=26 * len(drawn) + 50,
            narrow={"config": {"axisY": name_style(*NAMES_NARROW)}},
        ).configure_axisY(**name_style(*NAMES_WIDE)),
        table=data,
        columns={
            "conflict": ("Conflict", ""),
            "said": ("Claim", ""),
            "middle": ("Value", "% of the kept figure"),
            "low": ("Low", "%"),
            "high": ("High", "%"),
            "evidence": ("Evidence", ""),
        },
        source_ids=list(dict.fromkeys(positions[positions["conflict_id"].isin(drawn)]["source_id"])),
        as_of=as_of,
        note="Values beyond the right edge are drawn on it. Conflicts about dates, and those where no figure is kept, are in the table only.",
    )


def _claims_of(positions: pd.DataFrame, claims: pd.DataFrame) -> pd.Series:
    """A link from each conflict to the kept claim (else the first), in the list of all claims."""
    place = _anchors(claims).groupby(claims["claim_id"]).first()
    lead = positions.sort_values("kept", ascending=False, kind="stable").drop_duplicates("conflict_id")
    hrefs = EVIDENCE_PAGE + "#" + lead["claim_id"].map(place)
    return pd.Series([{"text": "claims", "href": href} for href in hrefs], index=lead["conflict_id"])


@rounding.inputs
def conflict_table(
    found: pd.DataFrame, positions: pd.DataFrame, claims: pd.DataFrame, as_of: pd.Timestamp
) -> Table | Exhibit:
    """Every computed conflict with the claims that disagree and how it was settled. `claims` from `linked_claims`."""
    if found.empty:
        return Exhibit.absent("conflicts", "No two claims about the same figure disagree.", as_of)
    said = positions.assign(figure=positions["as_printed"].fillna(_stated(positions)))
    counted = said.groupby(["conflict_id", "figure"], sort=False).size().reset_index(name="times")
    worded = counted["figure"] + counted["times"].map(lambda times: f" ({times} claims)" if times > 1 else "")
    figures = worded.groupby(counted["conflict_id"]).agg("; ".join)
    kept = said[said["kept"]].drop_duplicates("conflict_id").set_index("conflict_id")
    return Table(
        id="conflicts",
        caption=f"All {len(found)} conflicts, computed from the claims",
        table=found.assign(
            figures=found["conflict_id"].map(figures),
            kept=found["conflict_id"].map(kept["figure"] + ", " + kept["publisher"]),
            evidence=found["conflict_id"].map(_claims_of(positions, claims)),
        ),
        columns={
            "label": ("On what", ""),
            "kind": ("Kind", ""),
            "figures": ("What is said", ""),
            "kept": ("Kept", ""),
            "reason": ("How it was settled", ""),
            "evidence": ("Evidence", ""),
        },
        source_ids=[],
        as_of=as_of,
        note=(
            "value: figures whose intervals do not meet. date: days that differ. amended: a deal and the one it replaced. "
            "wording: printed differently, though both can hold. sum: a quoted total against the firm payables listed here."
        ),
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
