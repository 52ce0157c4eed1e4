"""What the ledger's code takes columns for, whatever else the schema declares: those it needs, those that name."""

# What the ledger's own code reads by name. A schema without these could not be filtered by date or grade.
COLUMNS_NEEDED = {
    "sources": ("source_id", "published_on", "date_precision", "url", "grade", "document"),
    "claims": (
        "claim_id",
        "source_id",
        "paragraph",
        *("subject", "metric", "value", "low", "high", "unit"),
        *("fact_date", "value_date", "value_precision"),
    ),
    "deals": (
        *(
            "deal_id",
            "buyer",
            "announced_on",
            "date_precision",
            "known_on",
            "ended_on",
            "status",
            "status_before",
        ),
        *("amount_usd_bn", "amount_low_usd_bn", "amount_high_usd_bn", "part_of", "replaces"),
    ),
    "capacities": (
        *("capacity_id", "deal_id", "basis", "capacity_gw", "low_gw", "high_gw"),
        *("commitment", "start_on", "end_on", "known_on", "part_of", "replaces"),
    ),
    "evidence": ("table", "row_id", "claim_id", "role"),
    "regimes": ("regime_id", "from", "until", "known_on"),
    "market_shares": (
        *("share_id", "estimate", "vintage", "quarter", "provider", "share_pct", "low_pct", "high_pct"),
        *("series_break", "known_on"),
    ),
    "market_size": (
        "size_id",
        "estimate",
        "vintage",
        "quarter",
        "top3_share_pct",
        "top3_is",
        "series_break",
        "known_on",
    ),
    "financials": ("financial_id", "period_start", "period_end", "value", "low", "high", "known_on"),
    "ties": ("tie_id", "from", "to", "kind", "since", "until", "known_on", "binding"),
    "resolutions": ("resolution_id", "kind", "subject", "metric", "fact_date", "kept_claim_id", "reason"),
}

# Columns whose texts name something, by what they name. Rows are grouped, matched and looked up by these texts, so
# one thing has one spelling in all columns of its line, or it would count as two.
NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "party": {
        "deals": ("buyer", "counterparty", "counterparty_group"),
        "regimes": ("buyer", "holder"),
        "market_shares": ("provider",),
        "financials": ("entity",),
        "ties": ("from", "to"),
    },
    "subject": {"claims": ("subject",), "resolutions": ("subject",)},
    "metric": {"claims": ("metric",), "financials": ("metric",), "resolutions": ("metric",)},
    "publisher": {"sources": ("publisher",)},
}
# Names that the measures know: the printed remainder of a market, which is no provider.
KNOWN_NAMES = {"party": ("Others",)}
