"""Intervals: what is known of a measure when the amounts it rests on are known only within bounds."""
