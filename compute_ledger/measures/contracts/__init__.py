"""What a buyer's contracts did and became: suppliers' backlogs, dollars per gigawatt, what announcements led to."""
