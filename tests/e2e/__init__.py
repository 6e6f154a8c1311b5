"""The page in a real Chromium, on both databases, alone and behind nginx."""
