"""Faults that a ledger can have, as data: adding a case is adding a line.

`CELLS`: table, key of the row, column, cell put there, what the one line about it must say.
`FILES`: table, what is done to its bytes, what the one line about it must say.
A case that only `check` reports (`load` may read on: no figure would be wrong) is in `RECORD_ONLY`.
`SPELLINGS`: one name spelled two ways: what differs, cells put there (table, key of the row, column, text), what the
line about the cell to change must say. `NEARLY`: two names that may be one misspelt, of which `check` only warns.
"""

from collections.abc import Callable

S3 = "synergy-2025Q3-nimbus"

CELLS = [
    (
        "deals",
        "nimbus-2025-08",
        "amount_usd_bn",
        "24bn",
        "'24bn' is not a number; write the figure alone, in USD bn",
    ),
    (
        "deals",
        "nimbus-2025-08",
        "amount_usd_bn",
        "1,400",
        "'1,400' is not a plain number; write a decimal point and no",
    ),
    (
        "deals",
        "nimbus-2025-08",
        "amount_usd_bn",
        "-24",
        "'-24' is below the minimum 0; check the figure, the unit of",
    ),
    ("deals", "nimbus-2025-08", "amount_usd_bn", "24000", "'24000' is above the maximum 2000"),
    ("deals", "nimbus-2025-08", "amount_usd_bn", "NaN", "'NaN' is not a number"),
    ("deals", "nimbus-2025-08", "amount_usd_bn", "1e3", "'1e3' is not a number"),
    ("deals", "nimbus-2025-08", "amount_usd_bn", "٣", "is not a number"),
    (
        "deals",
        "nimbus-2025-08",
        "announced_on",
        "2025-02-30",
        "'2025-02-30' is not a day of the calendar; write an",
    ),
    ("deals", "nimbus-2025-08", "announced_on", "20/08/2025", "'20/08/2025' is not a date; write YYYY-MM-DD"),
    ("deals", "nimbus-2025-08", "announced_on", "2014-08-20", "'2014-08-20' is below the minimum 2015-12-11"),
    (
        "deals",
        "nimbus-2025-08",
        "announced_on",
        "2025-08-21",
        "known_on: '2025-08-20' is before announced_on",
    ),
    (
        "deals",
        "cumulus-2025-06",
        "ended_on",
        "2025-06-01",
        "'2025-06-01' is before announced_on of the same row",
    ),
    (
        "deals",
        "cumulus-2025-06",
        "ended_on",
        "",
        "status_before: 'not_finalised' is given though the deal has no",
    ),
    (
        "deals",
        "cumulus-2025-06",
        "status_before",
        "",
        "status_before: is empty though the deal has ended_on; give",
    ),
    (
        "deals",
        "forge-2025-09",
        "status",
        "cancelled",
        "status: 'cancelled' needs the day on which the deal ended",
    ),
    (
        "deals",
        "forge-2025-09",
        "status",
        "in-force",
        "'in-force' is not allowed here; did you mean 'in_force'?",
    ),
    ("deals", "forge-2025-09", "counterparty", "", "row 9, column counterparty: is empty; this column needs"),
    ("deals", "forge-2025-09", "counterparty", " Forge", "' Forge' has spaces around it; remove them"),
    ("deals", "forge-2025-09", "note", "pay\u202eyap", "holds the unseen character U+202E; remove it"),
    ("deals", "forge-2025-09", "title", "x" * 71, "has 71 characters; shorten it to 70"),
    ("deals", "forge-2025-09", "note", "x" * 10_001, "has 10001 characters; shorten it to 10000"),
    (
        "deals",
        "forge-2025-09",
        "deal_id",
        "anvil-2025-07",
        "'anvil-2025-07' is already the key of row 7; remove",
    ),
    (
        "deals",
        "forge-2025-09",
        "deal_id",
        "../../x",
        "'../../x' does not have the form of this column; write it",
    ),
    (
        "deals",
        "stratus-2025-05",
        "amount_low_usd_bn",
        "41",
        "amount_usd_bn: '40' is below amount_low_usd_bn of",
    ),
    (
        "deals",
        "stratus-2025-05",
        "amount_high_usd_bn",
        "39",
        "amount_usd_bn: '40' is above amount_high_usd_bn",
    ),
    (
        "deals",
        "stratus-2025-05",
        "part_of",
        "stratus-2025-05-site",
        "'stratus-2025-05-site' leads back to this deal",
    ),
    ("deals", "forge-2025-09", "part_of", "forge-2025-09", "'forge-2025-09' leads back to this deal"),
    (
        "deals",
        "forge-2025-09",
        "part_of",
        "stratus-2025",
        "'stratus-2025' is not a deal_id in deals.csv; did you",
    ),
    (
        "deals",
        "nimbus-2025-08",
        "replaces",
        "nimbus-2025-8",
        "did you mean 'nimbus-2025-08'? correct the name",
    ),
    ("deals", "nimbus-2025-08", "buyer", "Another", "replaces: 'nimbus-2025-02' is a deal of another buyer"),
    ("sources", "rumour-2025", "grade", "D", "'D' is not allowed here; choose one of A, A-, B, C"),
    (
        "sources",
        "rumour-2025",
        "url",
        "javascript:alert(1)",
        "does not have the form of this column; write it like",
    ),
    (
        "sources",
        "rumour-2025",
        "source_id",
        "rumour",
        "claims.csv, row 2, column source_id: 'rumour-2025' is not a",
    ),
    ("claims", "exemplar-staff", "paragraph", "0", "'0' is below the minimum 1"),
    ("claims", "exemplar-staff", "paragraph", "1.5", "'1.5' is not a whole number"),
    ("claims", "exemplar-staff", "unit", "bn", "'bn' is not allowed here"),
    ("claims", "exemplar-staff", "low", "1300", "value: '1200' is below low of the same row"),
    ("claims", "exemplar-staff", "claim_id", "forge-2025-09-order", "is already the key of row"),
    (
        "evidence",
        "deals,forge-2025-09",
        "role",
        "supports",
        "'forge-2025-09' has no headline claim; link one to it",
    ),
    (
        "evidence",
        "deals,forge-2025-09",
        "row_id",
        "forge-2025-10",
        "'forge-2025-10' is not a deal_id in deals.csv; did",
    ),
    (
        "evidence",
        "deals,forge-2025-09",
        "claim_id",
        "forge-order",
        "'forge-order' is not a claim_id in claims.csv",
    ),
    ("evidence", "deals,forge-2025-09", "table", "deal", "'deal' is not allowed here; did you mean 'deals'?"),
    (
        "evidence",
        "deals,cumulus-2025-06,cumulus-2026-01-end",
        "role",
        "headline",
        "has more than one headline claim",
    ),
    ("regimes", "nimbus-exclusive", "until", "2025-02-01", "'2025-02-01' is before from of the same row"),
    (
        "market_shares",
        S3,
        "share_pct",
        "140",
        "'140' is above the maximum 100; check the figure, the unit of",
    ),
    ("market_shares", S3, "share_pct", "38 %", "'38 %' is not a number; write the figure alone, in %"),
    ("market_shares", S3, "share_pct", "37", "'37' is below low_pct of the same row"),
    ("market_shares", S3, "quarter", "Q3 2025", "'Q3 2025' does not have the form of this column; write it"),
    ("market_shares", S3, "series_break", "true", "'true' is neither yes nor no; write yes or no"),
    (
        "financials",
        "exemplar-revenue-2025",
        "period_end",
        "2024-12-31",
        "'2024-12-31' is before period_start of the",
    ),
    ("financials", "exemplar-revenue_target-2028", "high", "19", "value: '20' is above high of the same row"),
    ("ties", "granite-owns-exemplar", "from", "Exemplar AI (invented)", "'Exemplar AI (invented)' is also from of the"),
    ("ties", "granite-owns-exemplar", "until", "2025-03-31", "until: '2025-03-31' is before since of the same row"),
    ("ties", "granite-owns-exemplar", "kind", "own", "'own' is not allowed here; did you mean 'owns'?"),
    ("ties", "granite-owns-exemplar", "tie_id", "granite-owns", "'granite-owns' has no headline claim; link one to it"),
    (
        "resolutions",
        "nimbus-2025-08-amount",
        "kept_claim_id",
        "nimbus-2025-8-amount",
        "'nimbus-2025-8-amount' is not a claim_id in claims.csv; did you",
    ),
    ("resolutions", "nimbus-2025-08-amount", "reason", "", "reason: is empty; this column needs"),
    ("capacities", "anvil-2025-07-chips", "basis", "watts", "'watts' is not allowed here; choose one of it_load"),
    ("capacities", "anvil-2025-07-chips", "low_gw", "2", "'1' is below low_gw of the same row"),
    (
        "capacities",
        "anvil-2025-07-chips",
        "commitment",
        "contracted",
        "does not fit a deal that is one of talks",
    ),
    ("capacities", "anvil-2025-07-chips", "deal_id", "anvil", "'anvil' is not a deal_id in deals.csv"),
    (
        "capacities",
        "stratus-2025-05-it-load",
        "end_on",
        "2025-12-31",
        "'2025-12-31' is before start_on of the same row",
    ),
    ("capacities", "stratus-2025-05-it-load", "part_of", "stratus-2025-05-it-load-site", "leads back to this capacity"),
    ("capacities", "stratus-2025-05-it-load", "part_of", "anvil-2025-07-chips", "is a capacity on another basis; name"),
    ("capacities", "stratus-2025-05-it-load", "replaces", "anvil-2025-07-chips", "is a capacity of another deal; name"),
]

RECORD_ONLY = [
    (
        "claims",
        "nimbus-2025-08-amount-article",
        "paragraph",
        "",
        "is empty though the source is a document; count its",
    ),
    ("claims", "forge-2025-09-order", "value_date", "", "is empty though unit is date; give the day"),
    ("claims", "exemplar-staff", "value", "", "is empty and so are low and high; give the figure"),
    ("claims", "exemplar-staff", "fact_date", "2025-02-30", "'2025-02-30' is not a day of the calendar"),
    (
        "claims",
        "exemplar-staff",
        "unit",
        "years",
        "'1,200' is the figure without its currency, unit or per cent sign; write",
    ),
    ("claims", "nimbus-2025-08-amount-rumour", "as_printed", "34", "'34' is the figure without its currency, unit or"),
    ("sources", "rumour-2025", "title", "", "is empty and the source is no document; give the page's title, or one"),
    ("sources", "rumour-2025", "url", "", "is empty and so is document; give the page's address"),
    (
        "sources",
        "rumour-2025",
        "published_on",
        "2025-13-01",
        "does not have the form of this column; write it like",
    ),
    ("sources", "rumour-2025", "published_on", "2025-02-30", "'2025-02-30' is not a day of the calendar"),
    (
        "sources",
        "rumour-2025",
        "date_precision",
        "day",
        "'day' does not fit published_on; correct one of the two",
    ),
    (
        "deals",
        "stratus-2025-05",
        "announced_on",
        "2025-05-02",
        "'2025-05-02' is more precise than date_precision",
    ),
    ("market_shares", S3, "known_on", "2025-09-29", "'2025-09-29' is before the quarter was over; correct"),
    ("market_size", "synergy-2025Q3", "top3_is", "", "and top3_share_pct must be given together; fill or"),
    ("claims", "exemplar-staff", "value_precision", "year", "'year' is given without value_date; empty the cell"),
    ("resolutions", "nimbus-2025-08-amount", "metric", "price", "'nimbus-2025-08' has no claim of this metric"),
    (
        "resolutions",
        "nimbus-2025-08-amount",
        "kept_claim_id",
        "stratus-2025-05-capacity",
        "'stratus-2025-05-capacity' is a claim of another metric; keep one",
    ),
    (
        "resolutions",
        "nimbus-2025-08-amount",
        "kept_claim_id",
        "nimbus-2025-08-amount-rumour",
        "'nimbus-2025-08-amount-rumour' conflicts with the row that the ledger has, says evidence.csv; keep the",
    ),
]


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old, new, 1)


FILES = [
    (
        "deals",
        lambda _: b"",
        "deals.csv: the file is empty; write the header row: deal_id,buyer,counterparty,…",
    ),
    (
        "deals",
        lambda data: data[: data.index(b"\n") + 1],
        "deals.csv: has no row below the header; add at least one",
    ),
    (
        "deals",
        lambda data: b"\xef\xbb\xbf" + data,
        "deals.csv, row 1: begins with a byte order mark; save it as UTF-8",
    ),
    ("deals", lambda data: data.decode().encode("utf-16"), "deals.csv, row 1: is UTF-16; save it as UTF-8"),
    (
        "deals",
        lambda data: data.replace(b"\n", b"\r\n"),
        "deals.csv, row 1: lines end in CRLF; save it with LF line",
    ),
    ("deals", lambda data: data.replace(b",", b";"), "deals.csv, row 1: columns are separated by semicolons"),
    ("deals", replaced(b"Hosting", b"H\xe9bergement"), "row 5: the byte 0xE9 is not UTF-8; save it as UTF-8"),
    ("deals", replaced(b"Hosting", b"Host\0ing"), "row 5: holds a NUL byte; remove it"),
    ("deals", replaced(b",40,,40,", b",40,00,,40,"), "row 5: has 23 cells where"),
    ("deals", replaced(b",40,,40,", b",40,40,"), "row 5: has 21 cells where"),
    ("deals", replaced(b"\nforge", b"\n\nforge"), "deals.csv, row 9: is blank; remove the line"),
    ("deals", replaced(b"Hosting", b'"Hosting'), "row 5: has quotes that do not match; quote whole cells"),
    (
        "deals",
        replaced(b"Hosting", b'"Hosting\nagain"'),
        "row 5: has quotes that do not match; quote whole cells",
    ),
    ("deals", replaced(b"amount_usd_bn,", b""), "row 1, column amount_usd_bn: column is missing; add it"),
    ("deals", replaced(b"amount_usd_bn,", b"ammount_usd_bn,"), "amount_usd_bn: column is missing; add it"),
    (
        "deals",
        replaced(b"buyer,counterparty,", b"counterparty,buyer,"),
        "columns are in another order, buyer belongs",
    ),
    ("deals", replaced(b"layer,", b"buyer,"), "column layer: column is missing; add it"),
    (
        "deals",
        lambda data: data[data.index(b"\n") + 1 :],
        "is not the header of this table; begin the file with",
    ),
    (
        "evidence",
        lambda _: b"",
        "evidence.csv: the file is empty; write the header row: table,row_id,claim_id,…",
    ),
]

BUYER = "Exemplar AI (invented)"


def two_deals(party_a: str, party_b: str) -> list[tuple[str, str, str, str]]:
    return [("deals", "anvil-2025-07", "counterparty", party_a), ("deals", "forge-2025-09", "counterparty", party_b)]


SPELLINGS = [
    (
        "case",
        two_deals("Soci\u00e9t\u00e9 Anvil", "Soci\u00e9t\u00e9 anvil"),
        "row 9, column counterparty: 'Soci\u00e9t\u00e9 anvil' differs from 'Soci\u00e9t\u00e9 Anvil' (deals.csv, row",
    ),
    ("case of one letter", two_deals("xAI", "XAI"), "character 1 is U+0058 here, U+0078 there; write it as there"),
    (
        "case that changes length",
        two_deals("Gro\u00df", "GROSS"),
        "row 9, column counterparty: 'GROSS' differs from 'Gro",
    ),
    (
        "composed and decomposed",
        two_deals("Soci\u00e9t\u00e9", "Socie\u0301te\u0301"),
        "only in what a reader overlooks: character 5 is U+0065 here, U+00E9 there",
    ),
    ("ligature", two_deals("Effic", "E\ufb03c"), "character 2 is U+FB03 here, U+0066 there"),
    ("full width", two_deals("Nimbus", "\uff2eimbus"), "differs from 'Nimbus' (deals.csv, row 2)"),
    ("no-break space", two_deals("Big Forge", "Big\u00a0Forge"), "'Big\\xa0Forge' differs from 'Big Forge'"),
    ("thin space", two_deals("Big Forge", "Big\u202fForge"), "character 4 is U+202F here, U+0020 there"),
    ("two spaces", two_deals("Big Forge", "Big  Forge"), "character 5 is U+0020 here, U+0046 there"),
    ("blank letter", two_deals("Big Forge", "Big\u2800Forge"), "character 4 is U+2800 here"),
    ("joiner", two_deals("BigForge", "Big\u200dForge"), "character 4 is U+200D here, U+0046 there"),
    ("soft hyphen", two_deals("BigForge", "Big\u00adForge"), "character 4 is U+00AD here, U+0046 there"),
    ("variation selector", two_deals("Forge", "Forge\ufe0f"), "character 6 is U+FE0F here, nothing there"),
    ("hyphen", two_deals("Big-Forge", "Big\u2010Forge"), "character 4 is U+2010 here, U+002D there"),
    ("no-break hyphen", two_deals("Big-Forge", "Big\u2011Forge"), "character 4 is U+2011 here, U+002D there"),
    ("dash", two_deals("Big-Forge", "Big\u2013Forge"), "character 4 is U+2013 here, U+002D there"),
    ("minus", two_deals("Big-Forge", "Big\u2212Forge"), "character 4 is U+2212 here, U+002D there"),
    ("apostrophe", two_deals("Forge's", "Forge\u2019s"), "character 6 is U+2019 here, U+0027 there"),
    ("letter apostrophe", two_deals("Forge's", "Forge\u02bcs"), "character 6 is U+02BC here, U+0027 there"),
    ("backquote", two_deals("Forge's", "Forge`s"), "character 6 is U+0060 here, U+0027 there"),
    ("quotes", two_deals("'Big' \u201cForge\u201d", "'Big' \u00abForge\u00bb"), "differs from '"),
    ("full stop", two_deals("Forge Inc", "Forge, Inc."), "'Forge, Inc.' differs from 'Forge Inc' (deals.csv, row 7)"),
    ("letter of another alphabet", two_deals("Forge", "F\u043erge"), "character 2 is U+043E here, U+006F there"),
    (
        "buyers",
        [("deals", "forge-2025-09", "buyer", "Exemplar ai (invented)")],
        "row 9, column buyer: 'Exemplar ai (invented)' differs from 'Exemplar AI (invented)' (deals.csv, row 2)",
    ),
    (
        "groups",
        [("deals", "forge-2025-09", "counterparty_group", "forge")],
        "row 9, column counterparty_group: 'forge' differs from 'Forge' (deals.csv, row 9)",
    ),
    (
        "providers",
        [("market_shares", "synergy-2025Q3-stratus-rev", "provider", "STRATUS")],
        "market_shares.csv, row 27, column provider: 'STRATUS' differs from 'Stratus' (deals.csv, row 4)",
    ),
    (
        "the rest of the market",
        [("market_shares", "synergy-2025Q3-others", "provider", "others")],
        "column provider: 'others' differs from 'Others' (a name with a meaning of its own)",
    ),
    (
        "entities",
        [("financials", "nimbus-revenue-2025Q3", "entity", "NIMBUS")],
        "financials.csv, row 8, column entity: 'NIMBUS' differs from 'Nimbus' (deals.csv, row 2)",
    ),
    (
        "from of ties",
        [("ties", "granite-owns-exemplar", "from", "Granite\u00a0Fund")],
        "ties.csv, row 6, column from: 'Granite\\xa0Fund' differs from 'Granite Fund' (deals.csv, row 3)",
    ),
    (
        "to of ties",
        [("ties", "exemplar-pays-nimbus-2025-02", "to", "nimbus")],
        "ties.csv, row 4, column to: 'nimbus' differs from 'Nimbus' (deals.csv, row 2)",
    ),
    (
        "holders",
        [("regimes", "nimbus-exclusive", "holder", "NimBus")],
        "regimes.csv, row 2, column holder: 'NimBus' differs from 'Nimbus' (deals.csv, row 2)",
    ),
    (
        "publishers",
        [("sources", "gazette-2026-01-15", "publisher", "Invented  Gazette")],
        "row 8, column publisher: 'Invented  Gazette' differs from 'Invented Gazette' (sources.csv, row 7)",
    ),
    (
        "metrics",
        [("resolutions", "stratus-2025-05-amount-wording", "metric", "Amount")],
        "resolutions.csv, row 5, column metric: 'Amount' differs from 'amount' (claims.csv, row",
    ),
    (
        "subjects",
        [("resolutions", "stratus-2025-05-amount-wording", "subject", "Stratus-2025-05")],
        "resolutions.csv, row 5, column subject: 'Stratus-2025-05' differs from 'stratus-2025-05' (claims.csv, row",
    ),
]

NEARLY = [
    ("letters swapped", two_deals("CoreWeave", "CoreWaeve"), "'CoreWaeve' is nearly 'CoreWeave' (deals.csv, row 7)"),
    ("letter lost", two_deals("CoreWeave", "CoreWeav"), "'CoreWeav' is nearly 'CoreWeave'"),
    ("letter added", two_deals("CoreWeave", "CoreWeaave"), "'CoreWeaave' is nearly 'CoreWeave'"),
    ("letter changed", two_deals("CoreWeave", "CoreWeive"), "'CoreWeive' is nearly 'CoreWeave'"),
    ("accents", two_deals("Soci\u00e9t\u00e9", "Societe"), "'Societe' is nearly 'Soci\u00e9t\u00e9'"),
    ("hyphen or space", two_deals("Big-Forge", "Big Forge"), "'Big Forge' is nearly 'Big-Forge'"),
    ("legal form", two_deals("CoreWeave", "CoreWeave, Inc."), "'CoreWeave, Inc.' is nearly 'CoreWeave'"),
    ("and", two_deals("Forge & Sons", "Forge and Sons"), "'Forge and Sons' is nearly 'Forge & Sons'"),
    (
        "across tables",
        [("ties", "exemplar-pays-nimbus-2025-08", "to", "Nimbsu")],
        "ties.csv, row 5, column to: 'Nimbsu' is nearly 'Nimbus' (deals.csv, row 2); if it is the same, write it",
    ),
]

DIFFERENT = [
    two_deals("Stargate UAE", "Stargate UK"),
    two_deals("Group 12", "Group 13"),
    two_deals("Fund II", "Fund III"),
    two_deals("Release 3.5", "Release 35"),
    two_deals("OCI", "OpenAI"),
    two_deals("Gazette (AP)", "Gazette (AFP)"),
    two_deals("AMD", "ARM"),
    two_deals("Granite Fund", "Granite"),
]
