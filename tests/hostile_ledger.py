"""The example ledger with something hostile in every text that a ledger may hold. To add a payload, add a line."""

import csv
import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

from tests.ledger_copy import copy_ledger

CANARY = "pwned"  # what a payload would call, and in whatever it would make
PAYLOADS = (
    "</script><script>pwned()</script>",
    "<script>pwned()</script>",
    "<img src=x onerror=pwned()>",
    "<svg onload=pwned()>",
    "--><!--pwned",
    "]]><b id=pwned>",
    "</td></tr></table><b id=pwned>",
    "</title></desc></svg><b id=pwned>",
    "javascript:pwned()",
    "data:text/html,<script>pwned()</script>",
    "[x](javascript:pwned())",
    "[x](https://evil.example/pwned)",
    "![x](https://evil.example/pwned.png)",
    "<https://evil.example/pwned>",
    "[x]: https://evil.example/pwned",
    "{{ 7*7 }}{% pwned %}",
    "${7*7}#{pwned}",
    "$\\sqrt{pwned}$",
    "`pwned` **pwned**",
    "# pwned",
    "| pwned | pwned",
    "\\[pwned](https://evil.example)",
    "\\\\<img src=x onerror=pwned()>",
    "1. pwned",
    "pwned\\",
    "datum.pwned",
    "');pwned();//",
    "' || pwned() || '",
    '"onmouseover="pwned()"x="',
    '{"signal": "pwned()"}',
    '{"expr": "pwned()"}',
    "pwned'].x[0]\\.y",
    "=HYPERLINK(pwned)",
    "+pwned",
    "-1+pwned",
    "@pwned",
    "&lt;script&gt;pwned()",
    "&#60;img src=x onerror=pwned()&#62;",
    "%3Cscript%3Epwned()",
    "__proto__ pwned",
    "pwned " * 1_600,
)
# What no sound ledger holds: each is refused with its place.
REFUSED = {
    "NUL": "pwned\x00",
    "ANSI escape": "\x1b[31mpwned\x1b[0m",
    "direction override": "pwned\u202egpj.exe",
    "direction isolate": "\u2067pwned\u2069",
    "direction mark": "pwned\u200fx",
    "tag characters": "pwned\U000e0041\U000e0042",
    "line separator": "pwned\u2028x",
    "10 MB": "pwned " * 1_750_000,
}
ADDRESSES = (
    "javascript:pwned()",
    "JaVaScRiPt:pwned()",
    "data:text/html,<script>pwned()</script>",
    "vbscript:pwned()",
    "//source.example/pwned",
    'https://source.example/"onclick="pwned()',
    "https://source.example/'><script>pwned()</script>",
    "file:///etc/pwned",
)
# Columns that name the same thing in several tables: each name gets a payload of its own, the same everywhere.
NAMES = ("buyer", "counterparty", "counterparty_group", "holder", "provider", "entity", "publisher", "from", "to")
LONGEST_NAME = 40


def hostile_ledger(folder: Path) -> Path:
    """A copy of the example ledger in `folder` that `load` takes, with payloads wherever its schema lets text be."""
    ledger = copy_ledger(folder)
    package = json.loads((ledger / "datapackage.json").read_text(encoding="utf-8"))
    names: dict[str, str] = {}
    short = (payload for payload in PAYLOADS if len(payload) <= LONGEST_NAME)
    # A number after each, behind what is a comment to a script: no two sources of a sound ledger have one page.
    addresses = (f"{address}//{number}" for number, address in enumerate(cycle(ADDRESSES)))
    # One round of payloads for all columns of a width, so that none is always in a row that nothing shows.
    rounds: dict[int, Iterator[str]] = {}
    for resource in package["resources"]:
        if resource["name"] == "changes":
            continue  # it quotes cells of the others, which are other ones here; emptied below
        fields = resource["schema"]["fields"]
        keys = {name for key in resource["schema"].get("foreignKeys", ()) for name in [key["fields"]]}
        texts = {
            field["name"]: _payloads(field, rounds) for field in fields if _is_free(field) and field["name"] not in keys
        }
        path = ledger / resource["path"]
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            for name in row:
                if name in NAMES and name in texts and row[name]:
                    if row[name] not in names:
                        names[row[name]] = next(short)
                    row[name] = names[row[name]]
                elif name == "url" and row[name]:
                    row[name] = next(addresses)
                elif name in texts:
                    row[name] = next(texts[name])
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [field["name"] for field in fields], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        # Somebody else's schema may let any address through, and has markup in its words.
        resource["title"], resource["description"] = PAYLOADS[0], PAYLOADS[2]
        for field, payload in zip(fields, cycle(PAYLOADS[:8]), strict=False):
            field["description"] = payload
            if field["name"] == "url":
                del field["constraints"]["pattern"]
    changes = ledger / "changes.csv"
    changes.write_text(changes.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    package["title"] = package["description"] = PAYLOADS[0]
    (ledger / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return ledger


def _is_free(field: dict[str, Any]) -> bool:
    limits = field.get("constraints", {})
    key = field["name"].endswith("_id") or field["name"] in ("subject", "metric")
    return field["type"] == "string" and not key and not limits.keys() & {"enum", "pattern"}


def _payloads(field: dict[str, Any], rounds: dict[int, Iterator[str]]) -> Iterator[str]:
    longest = field.get("constraints", {}).get("maxLength", 10_000)
    if longest not in rounds:
        rounds[longest] = cycle([payload.strip() for payload in PAYLOADS if len(payload.strip()) <= longest])
    return rounds[longest]
