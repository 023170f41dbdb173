"""Facts written with a change and read after the commit."""
