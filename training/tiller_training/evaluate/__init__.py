"""Proof that guidance works: what reward each route buys, at what price, on held-out prompts.

`python -m tiller_training.evaluate` runs the studies one after another and writes one JSON file
each to training/results/, from which `figures.py` draws the pictures in docs/results/.
"""
