"""All members together: one view each."""
