"""From trained weights to the model folders that the page loads: ONNX graphs, cards, fixtures."""
