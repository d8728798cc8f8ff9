"""A PostgreSQL database for a test: emptied of what the last one left, which costs a tenth of a new one."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection, create_engine, text

#: Of a process that was killed a session may be left, and would hold what it locked.
_END_SESSIONS = text(
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_SHAPE = text(
    "SELECT oid, relname, relnatts, relchecks FROM pg_class "
    "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i', 'S') ORDER BY oid"
)
_TABLES = text(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
)


@dataclass
class Emptied:
    """One database at a time; one of which more than the rows was changed is left for a new one."""

    make: Callable[[], str]
    url: str = ""
    connection: Connection | None = None
    shape: list[object] = field(default_factory=list)

    def __call__(self) -> str:
        """Return the address of a migrated database without a row; what used it before is over."""
        if self.connection is None or not self._empty(self.connection):
            self.close()
            self.url = self.make()
            engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
            self.connection = engine.connect()
            self.shape = self._shape(self.connection)
        return self.url

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection.engine.dispose()

    def _empty(self, connection: Connection) -> bool:
        connection.execute(_END_SESSIONS)
        if self._shape(connection) != self.shape:
            return False
        tables = ", ".join(connection.execute(_TABLES).scalars())
        # Past the triggers: the audit lets nobody empty it otherwise.
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        connection.execute(text("RESET session_replication_role"))
        return True

    def _shape(self, connection: Connection) -> list[object]:
        return [tuple(row) for row in connection.execute(_SHAPE)]
