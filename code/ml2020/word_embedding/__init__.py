"""Word embedding: vectors of words, from what stands beside them."""
