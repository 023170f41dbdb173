"""Files on their way in: sent in pieces, whole or not there, gone after a while."""
