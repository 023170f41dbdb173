"""What a bundle holds, how it is written small, and what has changed since another."""
