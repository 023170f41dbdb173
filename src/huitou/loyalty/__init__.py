"""The ledger of points: accounts, lots, postings."""
