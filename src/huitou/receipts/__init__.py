"""Baskets, receipts and returns from every channel: accepted once."""
