"""Real input: files as shops have them, made into drafts and products."""
