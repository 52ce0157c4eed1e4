"""Charts drawn: SVG for pages, pictures to take along."""
