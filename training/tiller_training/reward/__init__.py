"""Reward models: ARMs, value model and judges, and the votes that they learn from.

A new reward model is a file here with a `run(context)`, and a line in `stages.py`. Its votes come from `pairs.py`, the
training loop from `preference.py`. To put it into a folder of the page, see `export/release.py`.
"""
