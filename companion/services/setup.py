"""What every use case works with; chosen once, in bootstrap."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from companion.catalogue.task_words import load_task_words
from companion.domain.catalogue import Catalogue
from companion.domain.languages import Languages
from companion.domain.task_words import TaskWords
from companion.services.steps import Step, go_on
from companion.storage.database import Database
from companion.storage.keys import Hasher
from companion.transports.base import Transport


@dataclass(frozen=True)
class Setup:
    database: Database
    languages: Languages
    #: Folder of every word a person reads; read again to judge a clinic's own words.
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
    #: IANA name; where no clinic's is asked for.
    zone: str = "Europe/London"
    #: Told of each step that a process may die behind; only trials do anything then.
    reached: Callable[[Step], None] = go_on
    #: What `services.wordings` has read of the signatures, by language, with how many there were then.
    signed: dict[str, tuple[int, Catalogue]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def catalogue(self) -> Catalogue:
        """The English catalogue: what is the same in every language is asked of it."""
        return self.languages.english

    @cached_property
    def task_words(self) -> TaskWords:
        """What tasks ask of staff, read once; raises ContentError for a file that is wrong."""
        return load_task_words(self.templates)

    def status_url(self, token: str) -> str:
        return f"{self.public_url}/sms/status?token={quote(token, safe='')}"
