"""What contributors run, from the root: `python -m tools.live gnn`; make names most."""
