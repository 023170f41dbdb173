"""Rows of insight: what is read, what a refresh writes."""
