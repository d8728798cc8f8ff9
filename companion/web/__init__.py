"""The web process: the provider's webhooks and the health addresses."""

from companion.web.app import create_app

__all__ = ["create_app"]
