"""What leads through a book: cards of its chapters on the first page, previews of what links lead to."""
