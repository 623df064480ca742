"""Compression: networks of fewer bytes, fewer operations, and what that costs."""
