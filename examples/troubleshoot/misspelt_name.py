"""Make a mistake in a handler that shows only when the handler runs.

Python looks a name up when its statement runs, and handlers run rarely. In
each wrong function another exception replaces the original one.
"""

from oslo_utils import excutils


def wrong_lock(works: bool) -> str:
    """Leave out two letters of the name.

    Examples:
        >>> wrong_lock(works=True)
        'locked'

        When the agent fails, the caller gets the `AttributeError`:

        >>> try:
        ...     wrong_lock(works=False)
        ... except AttributeError as error:
        ...     print(error)
        ...     print("context:", repr(error.__context__))
        module 'oslo_utils.excutils' has no attribute 'save_and_raise_exception'
        context: OSError('no answer')
    """
    try:
        ask_agent(works)
    except OSError:
        with excutils.save_and_raise_exception():
            print("log: not locked")
    return "locked"


def wrong_import(works: bool) -> str:
    """Use a name that the module doesn't import.

    Examples:
        >>> try:
        ...     wrong_import(works=False)
        ... except NameError as error:
        ...     print(error)
        ...     print("context:", repr(error.__context__))
        name 'save_and_reraise_exception' is not defined
        context: OSError('no answer')
    """
    try:
        ask_agent(works)
    except OSError:
        with save_and_reraise_exception():
            print("log: not locked")
    return "locked"


def wrong_parentheses(works: bool) -> str:
    """Leave out the parentheses: `with` can't enter the class itself.

    Examples:
        >>> try:
        ...     wrong_parentheses(works=False)
        ... except TypeError as error:  # AttributeError up to Python 3.10
        ...     print(str(error).partition(" (missed")[0])
        ...     print("context:", repr(error.__context__))
        'type' object does not support the context manager protocol
        context: OSError('no answer')
    """
    try:
        ask_agent(works)
    except OSError:
        with excutils.save_and_reraise_exception:
            print("log: not locked")
    return "locked"


def right_lock(works: bool) -> str:
    """Import the module, write the name in full, and call it.

    Examples:
        >>> try:
        ...     right_lock(works=False)
        ... except OSError as error:
        ...     print("caller:", repr(error))
        log: not locked
        caller: OSError('no answer')
    """
    try:
        ask_agent(works)
    except OSError:
        with excutils.save_and_reraise_exception():
            print("log: not locked")
    return "locked"


def ask_agent(works: bool) -> None:
    """Lock a node, or fail.

    Examples:
        >>> ask_agent(works=False)
        Traceback (most recent call last):
            ...
        OSError: no answer
    """
    if not works:
        raise OSError("no answer")
