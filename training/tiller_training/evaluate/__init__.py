"""Studies of guidance on held-out prompts: the reward and the cost of each strategy.

`python -m tiller_training.evaluate` runs the studies one after another. Each writes a JSON file to training/results/.
`figures.py` draws the charts in docs/results/ from these files, and `tables.py` the tables of the docs.
"""
