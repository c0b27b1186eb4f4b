class PortLock:
    """Keeps a port locked while the body runs."""

    def __init__(self, locked: set[str], port: str) -> None:
        self.locked = locked
        self.port = port

    def __enter__(self) -> None:
        self.locked.add(self.port)

    def __exit__(self, *exc_info: object) -> bool:
        return self.unlock()

    def unlock(self) -> bool:
        """Unlock the port; say whether it was locked."""
        was_locked = self.port in self.locked
        self.locked.discard(self.port)
        return was_locked
