"""HTTP on the loopback: one thread a connection, one request at a time through the state."""

from __future__ import annotations

import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fakegithub.fake import Fake

SLOW = 30.0


class Wire(BaseHTTPRequestHandler):
    """Reads a request, asks the fake, writes the answer or does to the wire what a fault says."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # else headers and body go out as two packets and the second waits 40 ms for an ACK
    server: Server

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def answer(self) -> None:
        """One request."""
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        reply = self.server.fake.reply(self.command, self.path, dict(self.headers.items()), body)
        if reply.wire == "slow":
            self.server.stopped.wait(self.server.fake.slow)
        if reply.wire in ("reset", "slow"):
            self.reset()
            return
        self.send_response_only(reply.status)
        self.send_header("Server", "github.com")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if reply.wire == "cut":
            self.wfile.write(reply.body[: len(reply.body) // 2])
            self.wfile.flush()
            self.close_connection = True
        else:
            self.wfile.write(reply.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer

    def reset(self) -> None:
        """Ends the connection with a reset instead of an answer."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def handle(self) -> None:
        """Serves a connection until it ends; a client that goes away is nothing to tell of."""
        try:
            super().handle()
        except (ConnectionError, TimeoutError, ValueError):
            self.close_connection = True


class Server(ThreadingHTTPServer):
    """The listening end."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, fake: Fake) -> None:
        """Listens on a free port."""
        super().__init__(("127.0.0.1", 0), Wire)
        self.fake = fake
        self.stopped = threading.Event()
        self.open: set[socket.socket] = set()
        self.workers: list[threading.Thread] = []
        self.main = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Keeps the connection in mind, so that `stop` can end it."""
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.open.add(request)
        worker = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        self.workers.append(worker)
        worker.start()

    def shutdown_request(self, request: Any) -> None:
        """Closes a connection; after a reset there is nothing to shut down."""
        self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A fault in the fake itself is a violation, not a line on stderr."""
        import traceback

        self.fake.broken(traceback.format_exc())

    def stop(self) -> None:
        """Ends every connection and thread."""
        self.stopped.set()
        if self.main.is_alive():
            self.shutdown()
        self.server_close()
        for one in list(self.open):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for worker in [self.main, *self.workers]:
            if worker.is_alive():
                worker.join(5)
