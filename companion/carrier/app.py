"""The carrier as a Flask application: Twilio's API, the local control and the phone page over one network."""

from collections.abc import Callable

from flask import Flask, Response, redirect, request
from jinja2 import StrictUndefined
from werkzeug.wrappers import Response as BaseResponse

from companion.carrier.config import CarrierConfig
from companion.carrier.local_control import local_blueprint
from companion.carrier.network import Network
from companion.carrier.phone_page import phone_blueprint
from companion.carrier.request_guard import add_security_headers, refuse_strangers
from companion.carrier.rest_api import rest_blueprint

_MAX_REQUEST_BYTES = 1024 * 1024


def create_app(config: CarrierConfig) -> Flask:
    """
    Build the application. Its network is `app.extensions["carrier"]`; `close()` on that ends its threads.

    Raises ContentError or InvalidInput when the wording or the state file cannot be used.
    """
    network = Network(config)
    app = Flask(__name__, template_folder=config.templates / "pages" / "phone", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _MAX_REQUEST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = _MAX_REQUEST_BYTES
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["carrier"] = network
    app.before_request(refuse_strangers)
    app.after_request(_saving(network))
    app.after_request(add_security_headers)
    app.register_blueprint(rest_blueprint(network))
    app.register_blueprint(local_blueprint(network))
    app.register_blueprint(phone_blueprint(network))
    app.add_url_rule("/", view_func=_to_phone)
    return app


def _to_phone() -> BaseResponse:
    return redirect("/phone/")


def _saving(network: Network) -> Callable[[Response], Response]:
    """Return a hook that lets no answer to a change leave before the change is on disk."""

    def save(response: Response) -> Response:
        if request.method not in {"GET", "HEAD"}:
            network.save()
        return response

    return save
