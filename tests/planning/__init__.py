"""The planner held against a slow, obvious one, at every clock change of twelve zones."""
