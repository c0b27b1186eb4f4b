import sqlalchemy as sa
from oslo_db.sqlalchemy import enginefacade
from oslo_utils import excutils


def bind(context):
    try:
        plug(context)
    except Exception:
        with excutils.save_and_reraise_exception():
            set_status(context, "ERROR")


@enginefacade.transaction_context_provider
class Context:
    pass


@enginefacade.writer
def set_status(context, status):
    update = "UPDATE ports SET status = :status"
    context.session.execute(sa.text(update), {"status": status})


@enginefacade.writer
def plug(context):
    raise ConnectionError("no agent")


@enginefacade.writer
def bind_in_writer(context):
    bind(context)


enginefacade.configure(connection="sqlite://")
with enginefacade.writer.using(Context()) as session:
    session.execute(sa.text("CREATE TABLE ports (status)"))
    session.execute(sa.text("INSERT INTO ports VALUES ('BUILD')"))
for call in bind_in_writer, bind:
    try:
        call(Context())
    except ConnectionError as error:
        print(f"{call.__name__} raised {error!r}")
    with enginefacade.reader.using(Context()) as session:
        status = session.scalar(sa.text("SELECT status FROM ports"))
        print("the status is", status)
