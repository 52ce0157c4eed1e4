"""Where rows of evidence lie in a book: links to a list of claims lead to the page of the record, if it has one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compute_ledger.report.pages.exporter import Page

LINK = re.compile(r'(<a\b[^>]*? href=")((?:(?:\.\./)?[\w-]+\.html)?#[\w.-]+)"', re.ASCII)
BESIDE = re.compile(r'(?<= )(href|src)="(?![a-z]+:|#|//)', re.ASCII)


def addresses(pages: "Sequence[Page]", pages_html: Iterable[str]) -> dict[str, str]:
    """The address of each record by that of its row in the list of claims, and of what else stands apart from its page.

    Of records that need not have a page those to whose row a page or another record leads.
    """
    named = {address for html in pages_html for _, address in LINK.findall(html)}
    records = [record for page in pages if page.records for record in page.records["records"]]
    named |= {
        link["href"] for record in records if record["standing"] for _, links in record["related"] for link in links
    }
    apart = {
        f"{page.slug}.html#{name}": f"{place}#{name}"
        for page in pages
        if page.records
        for name, place in page.records["places"].items()
    }
    return apart | {
        f"{page.slug}.html#{record['anchor']}": f"{record['path']}.html"
        for page in pages
        for record in (page.records or {"records": []})["records"]
        if record["anchor"] and (record["standing"] or f"{page.slug}.html#{record['anchor']}" in named)
    }


def led(html: str, leads: Mapping[str, str], home: str) -> str:
    """The page `home` whose links to rows of evidence, of its own too, lead to the pages of their records."""

    def address(link: re.Match[str]) -> str:
        whole = home + link[2] if link[2].startswith("#") else link[2]
        return f'{link[1]}{leads.get(whole, link[2])}"'

    return LINK.sub(address, html)


def one_deeper(html: str) -> str:
    """A page made to lie in an edition's folder, to lie in a folder of it: its own links to itself stay."""
    return BESIDE.sub(r'\1="../', html)
