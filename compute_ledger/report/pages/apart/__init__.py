"""What of a page is too long for it, and stands on a page of its own."""
