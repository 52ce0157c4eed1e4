"""What a section found: one claim, what bears on it, and the rows of the ledger that both rest on."""

from dataclasses import dataclass, field
from typing import Any

from IPython.display import Markdown

from compute_ledger.exhibits import evidence_links, source_list
from compute_ledger.exhibits.evidence_links import Behind
from compute_ledger.shared import markdown_escape
from compute_ledger.shared.mime_types import FINDING, MARKDOWN, PLAIN


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A statement that the report stands for, shown by `say`.

    `claim` is one sentence without its full stop, printed in bold; '' where there is nothing to claim, and then
    `detail` says why. An objection in a Markdown cell refers to it as `[…](#finding-NAME)`: it is published only where
    something is claimed. `rests_on` as in Exhibit.
    """

    name: str
    claim: str = ""
    detail: str = ""
    rests_on: Behind = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Claim and detail as Markdown of ours."""
        return " ".join(part for part in (f"**{self.claim}.**" if self.claim else "", self.detail) if part)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        source_list.collect(f"finding-{self.name}", self.rests_on, texts=(self.text,))
        escaped = markdown_escape.escaped(self.text)
        return {
            FINDING: {
                "name": self.name,
                "claim": markdown_escape.escaped(self.claim),
                "text": escaped,
                "evidence": evidence_links.links(self.rests_on),
            },
            MARKDOWN: escaped,
            PLAIN: self.text,
        }


def say(words: str | Finding) -> Markdown | Finding:
    """A finding, or a paragraph with computed numbers and names out of the data.

    Of a paragraph only bold and links inside the book work.
    """
    return words if isinstance(words, Finding) else Markdown(markdown_escape.escaped(words))
