"""What a cleanup does to a session, its transaction and its retry."""

import contextlib
import functools
import gc
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from oslo_db import api, exception
from oslo_db.sqlalchemy import enginefacade
from oslo_utils import excutils
from sqlalchemy import orm

from tests.nova.recording import Row, recorded
from tests.project import DOCS

PAGE = DOCS / "how_to" / "database_session.md"
DROPPED = "Original exception being dropped: %s"
MESSAGE = (
    "This Session's transaction has been rolled back due to a previous "
    "exception during flush"
)

Session = orm.Session
Act = Callable[[Session, "Port"], object]


class Base(orm.DeclarativeBase):
    """The tables of the test."""


class Port(Base):
    """A row that exists before each case."""

    __tablename__ = "ports"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    mac: orm.Mapped[str] = orm.mapped_column(unique=True)
    status: orm.Mapped[str]


@enginefacade.transaction_context_provider
class Context:
    """A request's context."""


class Database:
    """A database in a file, as `writer.independent` needs two connections."""

    def __init__(self, path: Path) -> None:
        """Create it, with one port whose status is BUILD."""
        self.facade: Any = enginefacade.transaction_context()
        self.facade.configure(connection=f"sqlite:///{path}?timeout=0.1")
        Base.metadata.create_all(self.facade.writer.get_engine())
        with self.writer() as session:
            session.add(_port("BUILD"))

    def writer(self, context: object = None) -> Any:
        """A transaction, by default with a context of its own."""
        return self.facade.writer.using(context or Context())

    def status(self) -> str:
        """What another transaction sees."""
        with self.writer() as session:
            return str(session.query(Port).one().status)


def _port(status: str) -> Port:
    return Port(mac="fa:16:3e:00:00:01", status=status)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A new one."""
    made = Database(tmp_path / "ports.sqlite")
    yield made
    made.facade.writer.get_engine().dispose()


@pytest.fixture(autouse=True)
def messages(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """From WARNING upwards; DEBUG is the libraries' business."""
    caplog.set_level(logging.WARNING)
    return caplog


def _name(error: BaseException | None) -> str:
    return f"`{type(error).__name__}`" if error else "none"


def _result(call: Callable[[], object]) -> tuple[str, str]:
    """What reaches the caller, and its context."""
    try:
        call()
    except Exception as error:
        return _name(error), _name(error.__context__)
    return "nothing", "none"


def _flush(session: Session) -> None:
    session.add(_port("BUILD"))
    session.flush()


def _in_savepoint(session: Session) -> None:
    with session.begin_nested():
        _flush(session)


def _statement(session: Session) -> None:
    values = {"mac": "fa:16:3e:00:00:01", "status": "BUILD"}
    session.execute(sa.insert(Port).values(**values))


def _count(session: Session, port: Port) -> None:
    session.query(Port).count()


def _read(session: Session, port: Port) -> None:
    logging.info("Failed to copy %s", port.mac)


def _roll_back(session: Session, port: Port) -> None:
    session.rollback()
    _count(session, port)


def _nothing(session: Session, port: Port) -> None:
    pass


def _helped(fails: Callable[[Session], None], act: Act, flag: bool) -> Act:
    def body(session: Session, port: Port) -> None:
        try:
            fails(session)
        except Exception:
            with excutils.save_and_reraise_exception() as ctxt:
                ctxt.reraise = flag
                act(session, port)

    return body


def _plain(session: Session, port: Port) -> None:
    try:
        _flush(session)
    except Exception:
        _count(session, port)
        raise


FAILED: list[tuple[str, Act]] = [
    ("a query", _helped(_flush, _count, True)),
    ("a query, then a bare `raise` in place of the helper", _plain),
    (
        "a log message with `port.mac`, of an object of the session",
        _helped(_flush, _read, True),
    ),
    (
        "`session.rollback()`, then a query",
        _helped(_flush, _roll_back, True),
    ),
    (
        "a query, after a flush inside `with session.begin_nested():`",
        _helped(_in_savepoint, _count, True),
    ),
    (
        "a query, after a failed `session.execute(insert)`",
        _helped(_statement, _count, True),
    ),
    ("only `ctxt.reraise = False`", _helped(_flush, _nothing, False)),
    (
        "the same, after a flush inside `with session.begin_nested():`",
        _helped(_in_savepoint, _nothing, False),
    ),
]


def test_what_a_cleanup_does_after_a_failed_flush(
    database: Database, messages: pytest.LogCaptureFixture
) -> None:
    """To the exception, and to the log."""
    rows: list[Row] = []
    for text, act in FAILED:

        def call(act: Act = act) -> None:
            with database.writer() as session:
                act(session, session.query(Port).one())

        messages.clear()
        caller, context = _result(call)
        dropped = [record.msg for record in messages.records]
        assert dropped in ([], [DROPPED])
        rows.append(
            {
                "body": text,
                "caller": caller,
                "context": context,
                "log": "the dropped message" if dropped else "nothing",
            }
        )
    recorded("database_session", rows)


def test_what_a_session_refuses_after_a_failed_flush(
    database: Database,
) -> None:
    """What needs the database; not the rest."""
    with database.writer() as session:
        port, new = session.query(Port).one(), _port("BUILD")
        session.add(new)
        with pytest.raises(exception.DBDuplicateEntry):
            session.flush()
        for use in (
            session.query(Port).count,
            functools.partial(session.execute, sa.select(Port)),
            session.commit,
            lambda: port.mac,
        ):
            with pytest.raises(
                sa.exc.PendingRollbackError,
                match=rf"^{MESSAGE}\..*Original exception was: .*UNIQUE",
            ):
                use()
        assert new.mac == "fa:16:3e:00:00:01"
        session.rollback()


def test_swallowed_exception_keeps_what_was_written_before(
    database: Database,
) -> None:
    """If it isn't a failed flush; if it is re-raised, that is rolled back."""

    def bind(flag: bool) -> None:
        with database.writer() as session:
            session.query(Port).one().status = "ACTIVE"
            session.flush()
            try:
                raise ConnectionError("no agent")
            except ConnectionError:
                with excutils.save_and_reraise_exception() as ctxt:
                    ctxt.reraise = flag

    with pytest.raises(ConnectionError):
        bind(flag=True)
    assert database.status() == "BUILD"
    bind(flag=False)
    assert database.status() == "ACTIVE"


def test_a_changed_object_cannot_be_read_after_its_failed_flush(
    database: Database,
) -> None:
    """Unlike a new one: the rollback expired what the database knows."""
    with database.writer() as session:
        session.add(Port(mac="fa:16:3e:00:00:02", status="BUILD"))
    with database.writer() as session:
        changed = session.query(Port).filter_by(id=2).one()
        changed.mac = "fa:16:3e:00:00:01"
        with pytest.raises(exception.DBDuplicateEntry):
            session.flush()
        for name in "mac", "id":
            with pytest.raises(sa.exc.PendingRollbackError):
                getattr(changed, name)
        session.rollback()


def test_only_the_outermost_writer_rolls_back(database: Database) -> None:
    """What an inner one wrote is kept if its exception is swallowed."""

    def write_and_fail(context: Context) -> None:
        with database.writer(context) as session:
            session.query(Port).one().status = "ACTIVE"
            session.flush()
            raise ConnectionError("no agent")

    with pytest.raises(ConnectionError):
        write_and_fail(Context())
    assert database.status() == "BUILD"
    context = Context()
    with database.writer(context), contextlib.suppress(ConnectionError):
        write_and_fail(context)
    assert database.status() == "ACTIVE"


@pytest.mark.parametrize("savepoint", [True, False])
def test_what_is_given_up_with_the_failed_flush(
    database: Database, savepoint: bool
) -> None:
    """All before it by `rollback`, nothing by a savepoint."""
    with database.writer() as session:
        session.query(Port).one().status = "ACTIVE"
        session.flush()
        with pytest.raises(exception.DBDuplicateEntry):
            (_in_savepoint if savepoint else _flush)(session)
        if not savepoint:
            session.rollback()
    assert database.status() == ("ACTIVE" if savepoint else "BUILD")


def test_oslo_db_rolls_back_with_the_helper(
    database: Database,
    messages: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The error of a rollback that fails replaces the real one."""

    def gone(session: Session) -> None:
        raise OSError("the connection is gone")

    monkeypatch.setattr(orm.Session, "rollback", gone)
    with pytest.raises(OSError, match="is gone"), database.writer():
        raise ConnectionError("no agent")
    assert [record.msg for record in messages.records] == [DROPPED]
    assert "ConnectionError: no agent" in messages.text


def test_a_context_has_no_session_outside_of_a_transaction(
    database: Database,
) -> None:
    """`context.session` raises, and replaces the real error."""
    context: Any = Context()

    def bind() -> None:
        try:
            with database.writer(context):
                raise ConnectionError("no agent")
        except ConnectionError:
            with excutils.save_and_reraise_exception():
                context.session.rollback()

    caller, _ = _result(bind)
    assert caller == "`NoEngineContextEstablished`"


def test_a_transaction_belongs_to_a_thread(database: Database) -> None:
    """In another one, the same context has no session and joins nothing."""
    context: Any = Context()

    def read() -> None:
        with database.facade.reader.using(context) as other:
            assert other is not session

    with database.writer(context) as session:
        with database.writer(context) as inner:
            assert inner is session
        with ThreadPoolExecutor(1) as pool:
            pool.submit(read).result()
            with pytest.raises(exception.NoEngineContextEstablished):
                pool.submit(lambda: context.session).result()


def test_where_a_status_that_the_cleanup_writes_is_kept(
    database: Database,
) -> None:
    """After an error that isn't the database's, and after a failed flush."""

    def unplugged(session: Session) -> None:
        raise ConnectionError("no agent")

    def set_error(session: Session) -> None:
        session.query(Port).one().status = "ERROR"
        session.flush()

    def inside(fails: Callable[[Session], None]) -> None:
        with database.writer() as session:
            try:
                fails(session)
            except Exception:
                with excutils.save_and_reraise_exception():
                    set_error(session)

    def in_other(writer: Any, context: Context) -> None:
        with writer.using(context) as session:
            set_error(session)

    def independent(fails: Callable[[Session], None]) -> None:
        context = Context()
        with database.writer(context) as session:
            try:
                fails(session)
            except Exception:
                with excutils.save_and_reraise_exception():
                    in_other(database.facade.writer.independent, context)

    def written(session: Session) -> None:
        session.query(Port).one().status = "ACTIVE"
        session.flush()

    def independent_after_a_write(fails: Callable[[Session], None]) -> None:
        def write_then_fail(session: Session) -> None:
            written(session)
            fails(session)

        independent(write_then_fail)

    def in_ended(fails: Callable[[Session], None]) -> None:
        try:
            with database.writer() as session:
                fails(session)
        except Exception:
            with excutils.save_and_reraise_exception():
                set_error(session)

    def around(
        fails: Callable[[Session], None], context: Context | None = None
    ) -> None:
        context = context or Context()
        try:
            with database.writer(context) as session:
                fails(session)
        except Exception:
            with excutils.save_and_reraise_exception():
                in_other(database.facade.writer, context)

    def around_in_another(fails: Callable[[Session], None]) -> None:
        context = Context()
        with database.writer(context):
            around(fails, context)

    rows: list[Row] = []
    for text, way in [
        ("inside the `with writer`", inside),
        ("inside, in `writer.independent`", independent),
        (
            "the same, but the first transaction has written something",
            independent_after_a_write,
        ),
        ("around the `with writer`", around),
        ("around the `with writer`, in the session that has ended", in_ended),
        (
            "around the `with writer`, inside a caller's `writer` for this "
            "context",
            around_in_another,
        ),
    ]:
        found: Row = {"where": text}
        for key, fails in ("other", unplugged), ("flush", _flush):
            with database.writer() as session:
                session.query(Port).one().status = "BUILD"
            caller, _ = _result(functools.partial(way, fails))
            gc.collect()  # A session that was left open holds a lock.
            kept = database.status() == "ERROR"
            found[key] = [caller, "saved" if kept else "not saved"]
        rows.append(found)
    recorded("database_writer", rows)


def test_what_a_retried_transaction_does(
    database: Database, messages: pytest.LogCaptureFixture
) -> None:
    """With a deadlock at each flush, and three attempts."""
    attempts: list[int] = []
    retry = api.wrap_db_retry(
        max_retries=2, retry_interval=0, retry_on_deadlock=True
    )

    def deadlock(session: Session, flushed: object) -> None:
        raise exception.DBDeadlock

    def transaction(
        act: Act, flag: bool = True, context: object = None
    ) -> None:
        attempts.append(1)
        with database.writer(context) as session:
            port = session.query(Port).one()
            _helped(change, act, flag)(session, port)

    def change(session: Session) -> None:
        session.query(Port).one().status = "ACTIVE"
        session.flush()

    def retry_inside(act: Act) -> None:
        context = Context()
        with database.writer(context):
            retry(transaction)(act, context=context)

    def no_agent(session: Session, port: Port) -> None:
        raise ConnectionError("no agent")

    rows: list[Row] = []
    for text, call in [
        ("works", lambda: retry(transaction)(_nothing)),
        ("queries the session", lambda: retry(transaction)(_count)),
        ("raises `ConnectionError`", lambda: retry(transaction)(no_agent)),
        (
            "sets `reraise` to `False`",
            lambda: retry(transaction)(_nothing, flag=False),
        ),
        (
            "works, but the `writer` is outside the retry",
            lambda: retry_inside(_nothing),
        ),
    ]:
        attempts.clear()
        messages.clear()
        sa.event.listen(orm.Session, "after_flush", deadlock)
        try:
            caller, _ = _result(call)
        finally:
            sa.event.remove(orm.Session, "after_flush", deadlock)
        logged = [f"`{r.msg}`" for r in messages.records]
        rows.append(
            {
                "cleanup": text,
                "attempts": str(len(attempts)),
                "caller": caller,
                "log": logged or "nothing",
            }
        )
    recorded("database_retry", rows)


def test_a_cleanup_that_meets_a_deadlock_is_retried() -> None:
    """The library looks at the exception that leaves the function."""
    attempts: list[int] = []

    @api.wrap_db_retry(  # type: ignore[untyped-decorator]  # Upstream's.
        max_retries=2, retry_interval=0, retry_on_deadlock=True
    )
    def update() -> None:
        attempts.append(1)
        try:
            raise ConnectionError("no agent")
        except ConnectionError:
            with excutils.save_and_reraise_exception():
                raise exception.DBDeadlock from None

    with pytest.raises(exception.DBDeadlock):
        update()
    assert len(attempts) == 3


def test_the_page_begins_with_the_message() -> None:
    """A reader has it from a log, and searches for it."""
    text = PAGE.read_text("utf-8")
    assert f"`PendingRollbackError: {MESSAGE}` means" in text


def test_the_page_names_the_versions() -> None:
    """Those that were measured."""
    text = PAGE.read_text("utf-8")
    for name, package in ("oslo.db", "oslo.db"), ("SQLAlchemy", "sqlalchemy"):
        assert f"{name} {version(package)}" in text
