"""Training of language models, and the weights that a training starts from."""
