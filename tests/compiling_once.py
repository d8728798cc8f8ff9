"""
What one test compiled is known in the next: statements, a third of a test with a database, and pages.

SQLAlchemy keeps what it compiled by the dialect's identity, so the engines of one kind of database are given
the dialect of the first and what is kept with it. All of them have to have the same key ring, which lives on
the dialect.
"""

from dataclasses import dataclass, field

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine

from companion.storage.database import Database


@dataclass
class CompiledOnce:
    #: By kind of database, the engine that was opened first.
    _first: dict[str, Engine] = field(default_factory=dict)

    def __call__(self, database: Database) -> Database:
        """Let a database that nobody has connected to yet share what others of its kind compiled."""
        engine = database.engine
        first = self._first.setdefault(engine.dialect.name, engine)
        if first is not engine:
            engine.dialect = engine.pool._dialect = first.dialect
            engine._compiled_cache = first._compiled_cache
        return database


@dataclass
class PagesOnce(BytecodeCache):
    """Jinja asks it by a page's name and checks the text itself, so that a changed page is compiled anew."""

    _known: dict[str, bytes] = field(default_factory=dict)

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()
