"""
Golden conversations: whole situations as data, played through the real services and compared exactly.

One file in `conversations/` is one situation, to be read from top to bottom: what is given, the texts and
what answered each, the tasks and state at the end, and what must and must not be, with the reason. A person
writes `given`, `texts`, `must` and `must_not`; `make golden` writes the rest, and the diff is reviewed.
"""
