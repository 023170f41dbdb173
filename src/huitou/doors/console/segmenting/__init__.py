"""A segment as the builder shows it: each leaf of the language as a sentence with blanks."""
