"""Reward models: ARMs, value model and judges, and the votes that they learn from."""
