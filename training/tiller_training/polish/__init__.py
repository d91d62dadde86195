"""The policy learns from the faults of its own answers."""
