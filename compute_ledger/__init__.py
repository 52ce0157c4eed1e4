"""The Compute Ledger: who powers OpenAI, figure by figure, from source to page."""

__version__ = "0.1.0"
