"""What the black-box tests share: a private PostgreSQL, the Python Soniq, and our own binary."""
