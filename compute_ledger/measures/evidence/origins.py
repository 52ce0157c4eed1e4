"""Whose words a page repeats: publishers that relay one text are one origin."""

import re

import pandas as pd

# How publishers are written in the ledger, and the name that they go by as an origin; the first that is named counts.
NAMES = {
    "Reuters": "Reuters",
    "Bloomberg": "Bloomberg",
    "Financial Times": "Financial Times",
    "FT": "Financial Times",
    "The Wall Street Journal": "The Wall Street Journal",
    "WSJ": "The Wall Street Journal",
    "The New York Times": "The New York Times",
    "NYT": "The New York Times",
    "The Information": "The Information",
    "TechCrunch": "TechCrunch",
    "CNBC": "CNBC",
    "AFP": "AFP",
    "AP": "AP",
    "Synergy Research Group": "Synergy Research Group",
    "Synergy": "Synergy Research Group",
    "Omdia": "Omdia",
    "Canalys": "Omdia",
    "Lightwave": "Lightwave",
    "OpenAI": "OpenAI",
    "Microsoft": "Microsoft",
    "Amazon": "Amazon",
    "Oracle": "Oracle",
    "CoreWeave": "CoreWeave",
    "Cerebras": "Cerebras",
    "SoftBank": "SoftBank",
    "Nvidia": "Nvidia",
    "NVIDIA": "Nvidia",
    "AMD": "AMD",
    "Alphabet": "Alphabet",
}
NAMED = re.compile(rf"(?<!\w)({'|'.join(sorted(map(re.escape, NAMES), key=len, reverse=True))})(?!\w)")
ASIDE = re.compile(r"\s*\([^()]*\)")


def origins(publishers: pd.Series) -> pd.Series:
    """Of each publisher the one whose text it repeats, by what the ledger says of it; index of `publishers`.

    'TechRadar (citing Reuters)' and 'Reuters (copy on a mirror)' are one origin, Reuters; 'Business Wire / Amazon' is
    Amazon. A publisher of whom nothing is said is its own origin, so that their number is an upper bound.

    No formula: names are read.
    """
    return publishers.map(_origin)


def _origin(publisher: str) -> str:
    asides = " ".join(ASIDE.findall(publisher))
    outside = ASIDE.sub("", publisher).strip()
    named = NAMED.search(asides) or NAMED.search(outside)
    return NAMES[named[1]] if named else outside
