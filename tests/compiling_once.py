"""
Statements compiled in one test are known in the next, which is a third of what a test with a database costs.

SQLAlchemy keeps what it compiled by the dialect's identity, so the engines of one kind of database are given
the dialect of the first and what is kept with it. All of them have to have the same key ring, which lives on
the dialect.
"""

from dataclasses import dataclass, field

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
