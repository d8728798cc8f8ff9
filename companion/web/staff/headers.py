"""What every answer tells the browser not to do: OWASP ASVS 5.0, 3.4 and 14.3."""

from flask import Flask, Response, request, session

#: Files of our own and nothing else; a picture may also stand in the page itself, as the set-up code does.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_YEAR = 365 * 24 * 3600


def add_headers(app: Flask, *, https: bool) -> None:
    """Add the headers to every answer; only files of the layout may be kept, which change their address."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(_ALWAYS)
        if https:
            response.headers["Strict-Transport-Security"] = f"max-age={_YEAR}; includeSubDomains"
        if request.endpoint == "static" and response.status_code in (200, 304):
            response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
            # What anybody may keep must carry nobody's cookie.
            session.modified = session.accessed = False
        else:
            response.headers["Cache-Control"] = "no-store"
        return response
