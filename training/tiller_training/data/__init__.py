"""The data that models learn from: documents, their tokens, and the responses of the policy."""
