"""A misspelt name in a handler, which nobody sees until the handler runs.

Python looks a name up when the line runs, and handlers run rarely. Look at
what comes out of `wrong_lock` in place of the error.
"""

from oslo_utils import excutils


def wrong_lock(works: bool) -> str:
    """Leave out two letters.

    Examples:
        Nothing shows while the agent answers:

        >>> wrong_lock(works=True)
        'locked'

        When it does not, a mistake of ours comes out.
        The body does not run, and the agent's error is only a context:

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


def right_lock(works: bool) -> str:
    """Write the name in full.

    Examples:
        Make each handler run once, in a test.
        Then the name has been looked up:

        >>> try:
        ...     right_lock(works=False)
        ... except OSError as error:
        ...     print("out:", repr(error))
        log: not locked
        out: OSError('no answer')
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
