"""The pages of the staff: an application of its own under /staff, so that webhooks know nothing of it."""

from companion.web.staff.app import create_staff_app

__all__ = ["create_staff_app"]
