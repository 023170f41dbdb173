"""The pages of tags: the registry, one tag, its form, and what is given and taken on a member's page."""
