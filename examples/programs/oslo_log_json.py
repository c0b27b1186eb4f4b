import io
import json
import logging

from oslo_context.context import RequestContext
from oslo_log import formatters
from oslo_utils import excutils

stream = io.StringIO()
handler = logging.StreamHandler(stream)
handler.setFormatter(formatters.JSONFormatter())
logging.getLogger().addHandler(handler)

RequestContext(request_id="req-7")
try:
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            raise OSError("the database is down")
except OSError:
    pass

record = json.loads(stream.getvalue())
for field in "name", "msg", "message", "traceback", "error_summary":
    print(f"{field}: {json.dumps(record[field])}")
print("args:", type(record["args"][0]).__name__, "in a list of one")
print("request:", record["context"]["request_id"])
