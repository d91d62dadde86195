"""Training of language models, and the first weights of every model."""
