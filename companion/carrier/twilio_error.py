"""
Twilio's error answers: codes, HTTP statuses and the shape of the body.

Source: twilio.com/docs/api/errors and /docs/usage/twilios-response#errors-and-exceptions. Callers go by
code and status; the sentences are ours.
"""

_STATUS_AND_SENTENCE = {
    20001: (400, "A filter or page parameter has a value that cannot be read"),
    20003: (401, "Authenticate"),
    20004: (405, "Method not allowed"),
    20009: (409, "This message is not complete yet; it cannot be redacted or deleted"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too many requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service is unavailable"),
    21211: (400, "The 'To' number is not a valid phone number"),
    21212: (400, "The 'From' number is not a valid phone number, short code or sender ID"),
    21266: (400, "'To' and 'From' cannot be the same number"),
    21602: (400, "Message body is required"),
    21603: (400, "A 'From' phone number or a messaging service is required"),
    21604: (400, "A 'To' phone number is required"),
    21609: (400, "The 'StatusCallback' URL is not a valid URL"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (400, "This 'From' number has exceeded the maximum number of queued messages"),
    21614: (400, "The 'To' number is not a mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21701: (404, "The messaging service does not exist"),
    30400: (400, "Parameters are not valid"),
    30409: (409, "This message cannot be canceled"),
    35111: (400, "SendAt timestamp is missing"),
    35115: (400, "SendAt must lie between 300 seconds and 35 days in the future"),
    35118: (400, "MessagingServiceSid is required to schedule a message"),
}

_CODE_OF_STATUS = {429: 20429, 503: 20503}


class TwilioError(Exception):
    """The API refuses a request. `status` and `sentence` default to what the code stands for."""

    def __init__(self, code: int, status: int | None = None) -> None:
        usual, sentence = _STATUS_AND_SENTENCE.get(code, (400, f"Error {code}"))
        super().__init__(sentence)
        self.code = code
        self.status = usual if status is None else status

    def body(self) -> dict[str, object]:
        """Return the JSON object Twilio answers with."""
        return {
            "code": self.code,
            "message": str(self),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def server_error(status: int, code: int | None) -> TwilioError:
    """Return a failure that is not about the request itself: 429/20429, 503/20503, else 20500."""
    return TwilioError(code or _CODE_OF_STATUS.get(status, 20500), status)
