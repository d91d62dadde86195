"""The synthetic world of text: stories and everyday advice."""
