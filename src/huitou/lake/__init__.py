"""Every receipt line for ever: Delta tables, loading, the query engine."""
