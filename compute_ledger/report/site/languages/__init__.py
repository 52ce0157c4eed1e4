"""What a book in several languages has besides: scripts in each, and the check that each phrase is translated."""
