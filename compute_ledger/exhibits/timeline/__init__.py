"""The chapter on the partnership timeline: lanes, payables, pace and the deal table."""
