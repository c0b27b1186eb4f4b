import logging
import sys

import sqlalchemy as sa
from oslo_db.sqlalchemy import enginefacade
from oslo_utils import excutils
from sqlalchemy import orm


def create(cleanup):
    with enginefacade.writer.using(Context()) as session:
        session.add(Port(mac="fa:16:3e:00:00:01"))
        try:
            session.flush()
        except Exception:
            with excutils.save_and_reraise_exception():
                cleanup(session)


Base = orm.declarative_base()


class Port(Base):
    __tablename__ = "ports"
    id = sa.Column(sa.Integer, primary_key=True)
    mac = sa.Column(sa.String, unique=True)


@enginefacade.transaction_context_provider
class Context:
    pass


def count(session):
    print("ports:", session.query(Port).count())


logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(msg)s")
enginefacade.configure(connection="sqlite://")
Base.metadata.create_all(enginefacade.writer.get_engine())
create(count)  # Later calls create the same port again.
for cleanup in count, orm.Session.rollback:
    print("cleanup:", cleanup.__name__)
    try:
        create(cleanup)
    except Exception as error:
        context = type(error.__context__).__name__
        print(f"caught {type(error).__name__}, context {context}")
