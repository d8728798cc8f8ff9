"""The web process, which answers one webhook in full, stores it, and is killed before a byte of it leaves."""

import os
import signal
import sys
from collections.abc import Iterable
from typing import Any

from werkzeug.serving import make_server

from companion import settings
from companion.bootstrap import build
from companion.web import create_app


def main(port: int) -> None:
    app = create_app(build(settings.load(settings.environment())), "secret")

    def dying(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = list(app(environ, start_response))
        if environ["PATH_INFO"] == "/sms/inbound":
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    make_server("127.0.0.1", port, dying, threaded=True).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
