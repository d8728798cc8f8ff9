"""What every use case works with; chosen once, in bootstrap."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from companion.domain.catalogue import Catalogue
from companion.domain.languages import Languages
from companion.storage.database import Database
from companion.storage.keys import Hasher
from companion.transports.base import Transport


@dataclass(frozen=True)
class Setup:
    database: Database
    languages: Languages
    #: Folder of every word a person reads; read again only to judge a clinic's own words.
    templates: Path
    hasher: Hasher
    transport: Transport
    #: Returns an unguessable token for one outbound text.
    new_token: Callable[[], str]
    #: Where the provider reaches us, without a trailing slash.
    public_url: str
    #: Answers leave in the webhook's own response; otherwise through the outbox.
    replies_as_twiml: bool = True
    #: Texts go to real phones: a clinic has to be live before anybody is enrolled there.
    reaches_phones: bool = False

    @property
    def catalogue(self) -> Catalogue:
        """The English catalogue: what is the same in every language is asked of it."""
        return self.languages.english

    def status_url(self, token: str) -> str:
        return f"{self.public_url}/sms/status?token={quote(token, safe='')}"
