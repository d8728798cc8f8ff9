"""What the program logs in a million broken moments is of no use to anyone."""

import logging

import structlog


def without_logs() -> None:
    """Silence the program's own log in this process."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
