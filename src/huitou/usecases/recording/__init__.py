"""What tills and platforms record: sales, returns, batches of both, claims and holds of points."""
