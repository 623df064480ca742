"""Embedded data sets: a module for each, and a NOTICE of where it comes from."""
