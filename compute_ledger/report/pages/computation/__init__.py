"""What "Details" says below an exhibit."""
