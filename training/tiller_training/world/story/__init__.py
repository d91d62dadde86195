"""Hand-written patterns and word lists of the stories, and their loader."""
