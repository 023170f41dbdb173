"""Stores, products and categories."""
