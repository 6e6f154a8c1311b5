"""A dashboard whose stream is played fast; everything else comes from a real one."""

import contextlib
import http.client
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from support.events import Events
from support.waiting import wait_until

# The tab that has the stream tells the others of each frame: so it is known what was taken.
HEARD = """() => {
    if (window.__heard !== undefined) return (window.__heard = 0);
    window.__heard = 0;
    const channel = new BroadcastChannel('soniq-live /');
    channel.onmessage = ({ data }) => (window.__heard += data.is === 'frame' ? 1 : 0);
}"""
HOP = {"connection", "transfer-encoding", "content-length", "keep-alive", "date", "server"}
COUNT = re.compile(r'("(?:queued|done|ready|total|total_jobs|completed)":)(\d+)')


def recorded(port: int, path: str) -> list[str]:
    """The data of one frame of each topic, as a real dashboard gives them."""
    wanted = path.partition("topics=")[2].split(",")
    found = {}
    with Events(port, path) as events:
        while len(found) < len(wanted):
            event = events.next()
            found[event.topic] = event.text
    return list(found.values())


class Replay:
    """play(page, n) gives n frames of changing numbers to the page that listens, one write each."""

    def __init__(self, port: int):
        self.port, self.at = port, 0
        self.frames: list[str] = []
        self.is_open, self.is_over = Event(), Event()
        self._out = None
        handler = type("Handler", (Handler,), {"replay": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> "Replay":
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self.is_over.set()
        self._server.shutdown()
        self._server.server_close()

    def opened(self, path: str, out) -> None:
        self.frames = recorded(self.port, path)
        self._out = out
        self.feed(len(self.frames))
        self.is_open.set()
        self.is_over.wait()

    def play(self, page, n: int) -> None:
        """Feed the page, and wait until it has taken all of it.

        The last comes alone: who waits for the next piece of a stream still has the one before,
        which may be some megabytes when so much is written at once.
        """
        self._taken(page, n)
        self._taken(page, 1)

    def _taken(self, page, n: int) -> None:
        page.evaluate(HEARD)
        self.feed(n)
        wait_until(lambda: page.evaluate("() => window.__heard") >= n, f"{n} frames were taken")

    def feed(self, n: int) -> None:
        """It waits where the page does not keep up."""
        for _ in range(n):
            self.at += 1
            text = self.frames[self.at % len(self.frames)]
            text = COUNT.sub(lambda m: f"{m[1]}{int(m[2]) + self.at % 1000}", text)
            frame = f"id: {self.at}\nevent: snapshot\ndata: {text}\n\n"
            self._out.write(frame.encode())
            self._out.flush()


class Handler(BaseHTTPRequestHandler):
    replay: Replay
    protocol_version = "HTTP/1.0"  # a stream then ends with its connection

    def do_GET(self) -> None:
        if self.path.startswith("/api/events"):
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            with contextlib.suppress(OSError):
                self.replay.opened(self.path, self.wfile)
        else:
            self._pass_on()

    def _pass_on(self) -> None:
        there = http.client.HTTPConnection("127.0.0.1", self.replay.port, timeout=30)
        names = ("Accept", "Accept-Encoding", "If-None-Match", "X-Soniq-Request")
        headers = {name: self.headers[name] for name in names if name in self.headers}
        there.request("GET", self.path, headers=headers)
        answer = there.getresponse()
        body = answer.read()
        with contextlib.suppress(OSError):
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        there.close()

    def log_message(self, *_) -> None:
        pass
