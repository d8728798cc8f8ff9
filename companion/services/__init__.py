"""Use cases: arguments in, values out. The outermost function opens the transaction."""
