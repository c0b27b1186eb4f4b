import sys
import traceback

import six
from oslo_utils import excutils


def ask():
    raise ConnectionError("Neutron is down")


def with_six():
    try:
        ask()
    except ConnectionError:
        six.reraise(*sys.exc_info())


def with_bare_raise():
    try:
        ask()
    except ConnectionError:
        raise


def with_force_reraise():
    try:
        ask()
    except ConnectionError:
        saved = excutils.save_and_reraise_exception().capture()
    saved.force_reraise()


def later_with_six():
    try:
        ask()
    except ConnectionError:
        info = sys.exc_info()
    six.reraise(*info)


def later_with_raise():
    try:
        ask()
    except ConnectionError as error:
        saved = error
    raise saved


def translated_with_six():
    try:
        ask()
    except ConnectionError:
        six.reraise(LookupError, LookupError("eth0"), sys.exc_info()[2])


def translated_with_traceback():
    try:
        ask()
    except ConnectionError as error:
        raise LookupError("eth0").with_traceback(error.__traceback__)


def translated_with_from():
    try:
        ask()
    except ConnectionError as error:
        raise LookupError("eth0") from error


def translated_with_raise_from():
    try:
        ask()
    except ConnectionError as error:
        six.raise_from(LookupError("eth0"), error)


def without_traceback():
    try:
        ask()
    except ConnectionError as error:
        six.reraise(type(error), error)


def nothing_saved_with_six():
    six.reraise(*sys.exc_info())


def nothing_saved_with_force_reraise():
    excutils.save_and_reraise_exception().force_reraise()


for name, function in list(globals().items()):
    if "with" not in name:
        continue
    try:
        function()
    except Exception as error:
        entries = traceback.extract_tb(error.__traceback__)[1:]
        print(f"{name}: {error!r}")
        print("  traceback:", " > ".join(entry.name for entry in entries))
        if error.__context__:
            chain = "cause" if error.__cause__ else "context"
            print(f"  {chain}: {error.__context__!r}")
