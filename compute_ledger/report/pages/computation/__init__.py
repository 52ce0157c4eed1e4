"""What "How this was computed" says below an exhibit."""
