"""The networks: layers, the cache of keys and values, arithmetic, and the stored form of weights."""
