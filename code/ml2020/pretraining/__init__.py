"""Pre-training: read without labels first, learn a task afterwards."""
