"""Huitou 回头: customer engagement for supermarket chains."""

__version__ = "0.1.0"
