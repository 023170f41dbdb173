"""The search for the best legal combination, and the proof that it is the best."""
