"""Trials that break things on purpose, by the thousand: `python -m tests.chaos --kind steps`."""
