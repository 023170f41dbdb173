"""A store without its server: the signed bundle by which it goes on selling, and what it sold until the server is back.

Nothing here needs a database or a web framework: half of it runs in the store.
"""
