"""What any notebook shows, as it may stand in a page: frames, HTML, formulas, pictures, printed text."""
