"""A short, plain reference decoder: the formulas of the design, in PyTorch, one file an idea.

The product decodes in TypeScript; this package exists to measure the trained models and to be an
independent second implementation. Read `distributions.py` beside the papers, then `guides.py`.
"""
