"""The web process: the provider's webhooks and the health addresses."""

from companion.web.app import create_app
from companion.web.site import create_site

__all__ = ["create_app", "create_site"]
