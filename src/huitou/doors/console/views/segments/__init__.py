"""The pages of segments: the list, the builder, what it asks while one types, and one segment."""
