"""The decisions of the room: pure functions on nouns."""
