"""Small bugs planted by program, and whether the tests notice them."""
