"""What people ask of a span of days: one view each."""
