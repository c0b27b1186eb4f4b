from collections.abc import Callable

Step = Callable[[str], None]


def release(port: str, unbind: Step, clean_up: Step) -> None:
    """Unbind a port; clean up if that fails."""
    try:
        unbind(port)
    except Exception as error:
        try:
            clean_up(port)
        except Exception as second:
            error.add_note(f"cleanup failed: {second!r}")
        raise
