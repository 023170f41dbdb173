"""Values that every room speaks: money, points, quantities, ids, refusals. Standard library only."""
