"""The parts that every stage needs: settings, the context and manifest of a stage, files, processes."""
