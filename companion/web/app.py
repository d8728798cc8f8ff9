"""Puts the web application together."""

from flask import Flask

from companion.bootstrap import Companion
from companion.web import health, metrics, sms

#: A webhook is a few kilobytes; nothing larger is worth reading.
_LARGEST_BODY = 64 * 1024


def create_app(companion: Companion, secret_key: str, metrics_token: str = "") -> Flask:
    """
    Return the application, with all words read already, so that the first to text does not wait.

    Without a `metrics_token` the figures are for this machine only.
    """
    companion.setup.catalogue.grammar.ready()
    app = Flask(__name__, static_folder=None)
    app.secret_key = secret_key
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    app.register_blueprint(sms.blueprint(companion))
    app.register_blueprint(health.blueprint(companion))
    app.register_blueprint(metrics.blueprint(companion, metrics_token))
    return app
