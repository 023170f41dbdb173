"""Where personal values are kept unreadable: encryption, blind indexes, masks."""
