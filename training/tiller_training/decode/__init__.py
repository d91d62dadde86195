"""A short reference decoder in PyTorch, with one file for each idea of the design.

The page decodes in TypeScript. This package measures the trained models, and is an independent second implementation. Read `distributions.py` beside the papers, then `guides.py`.
"""
