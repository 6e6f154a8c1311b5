"""A way to a Unix socket, of a PostgreSQL server or another, that can be cut, closed and frozen."""

import contextlib
import socket
import threading

from support.pg import Database, free_port


class Relay:
    """TCP on loopback in front of a Unix socket."""

    def __init__(self, target, port: int = 0):
        self._target = str(target)
        self.port = port or free_port()
        self.connections = 0
        self._flowing = threading.Event()
        self._flowing.set()
        self._guard = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self.open()

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self._flowing.set()
        self.close()

    def open(self) -> None:
        """Listen, again perhaps."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self._listener = listener
        threading.Thread(target=self._accept, args=[listener], daemon=True).start()

    def cut(self) -> None:
        """End all connections; new ones are welcome."""
        with self._guard:
            sockets, self._sockets = self._sockets, []
        for each in sockets:
            _close(each)

    def close(self) -> None:
        """Nobody listens any more."""
        listener, self._listener = self._listener, None
        if listener is not None:
            _close(listener)
        self.cut()

    def freeze(self) -> None:
        """Connections stay and are taken, but nothing goes through."""
        self._flowing.clear()

    def thaw(self) -> None:
        self._flowing.set()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                here, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            there = socket.socket(socket.AF_UNIX)
            try:
                there.connect(self._target)
            except OSError:
                _close(here)
                continue
            with self._guard:
                self._sockets += [here, there]
            for pair in ((here, there), (there, here)):
                threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                target.sendall(data)
        _close(source)
        _close(target)


class Proxy(Relay):
    """In front of a database's server."""

    def __init__(self, database: Database):
        super().__init__(f"{database.server.socket_directory}/.s.PGSQL.{database.server.port}")
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/{database.name}"


def _close(each: socket.socket) -> None:
    # A thread that waits in accept() or recv() is only woken by this.
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
