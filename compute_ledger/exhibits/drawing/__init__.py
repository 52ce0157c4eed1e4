"""What charts are drawn with: rows as Vega-Lite takes them, widths of words, lines of the guidelines."""
