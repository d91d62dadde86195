"""The frame of a run: its settings, its stages, the files that they leave, its processes."""
