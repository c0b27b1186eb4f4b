from collections.abc import Callable

Step = Callable[[str], None]


def release(port: str, unbind: Step, clean_up: Step) -> None:
    """Unbind a port; clean up if that fails."""
    try:
        unbind(port)
    except Exception:
        clean_up(port)
        raise
