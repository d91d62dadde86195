"""The networks: their layers, their cache of keys and values, their arithmetic and their stored form."""
