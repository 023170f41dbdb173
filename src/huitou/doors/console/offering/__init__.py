"""What the pages of offers are made of: the form of each kind, its words, and what codes are called."""
