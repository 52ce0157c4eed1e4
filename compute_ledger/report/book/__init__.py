"""What the book is made of, as its maker says it: editions, chapters, terms."""
