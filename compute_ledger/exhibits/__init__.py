"""What is shown: charts, tables, cards and sentences, each leaving the notebook as one tagged output."""

from .outputs import Exhibit, KeyFigure, KeyFigures, Sources, Table, say

__all__ = ["Exhibit", "KeyFigure", "KeyFigures", "Sources", "Table", "say"]
