"""What the pages promise, read from their source: nothing is executed."""
