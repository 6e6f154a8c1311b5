"""What people put in front of `soniq dashboard`, so that it is used as a mounted one is: proxies, a
Unix socket, a socket that a service manager hands over.

Who asks is named by a header that the dashboard believes of whatever is in front of it.
"""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from support import ours, proxies
from support.activator import Activated, listening
from support.mounts import SECRETS, Mount
from support.pg import free_port
from support.processes import Child
from support.proxy import Relay

USERS = {role: f"one-who-is-{role}" for role in SECRETS}
HEADER = "X-Remote-User"


class Front(Mount):
    """trusted: of whom the header is believed, as the setting says it."""

    trusted = "127.0.0.1"

    def start(self, url, *, write=False, **settings):
        self.stack = ExitStack()
        settings |= {
            "dashboard_write_enabled": "true" if write else "false",
            "dashboard_trusted_proxies": self.trusted,
            "dashboard_user_header": HEADER,
            "dashboard_roles": ",".join(f"{user}={role}" for role, user in USERS.items()),
        }
        return self.serve("dashboard", "--database-url", url, **settings)

    def serve(self, *arguments, **settings) -> Child:
        """`soniq` with these, as far as it can be started before anything is in front of it."""
        raise NotImplementedError

    def shows(self, role):
        return {HEADER: USERS[role]}

    def wait(self):
        self.child.wait_for_http(f"{self.base}/health")

    def stop(self):
        super().stop()
        self.stack.close()

    def kill(self):
        super().kill()
        self.stack.close()


class Proxied(Front):
    """One of docs/proxies.md, by TCP; where it takes the path off."""

    prefix = proxies.PREFIX.rstrip("/")
    rewrites = True
    resets = False

    def serve(self, *arguments, **settings):
        self._target = free_port()
        return ours.start(*arguments, "--port", self._target, **settings)

    def wait(self):
        self.child.wait_for_http(f"http://127.0.0.1:{self._target}/health")
        # One that nobody may enter but us is closed to the proxy, which is somebody else.
        folder = Path(tempfile.mkdtemp(prefix="soniq-front-"))
        folder.chmod(0o755)
        self.stack.callback(shutil.rmtree, folder)
        front = proxies.in_front_of(self.name, "stripped", folder, self._target, own=self.port)
        self.stack.enter_context(front)
        super().wait()


class Nginx(Proxied):
    name = "nginx"


class Haproxy(Proxied):
    name = "haproxy"
    notices = False
    rewrites = False


class Caddy(Proxied):
    name = "caddy"
    notices = False  # it does most times


class Apache(Proxied):
    name = "apache"
    notices = False  # it does most times


class Unix(Front):
    """Its socket, which a relay without a word of its own makes a port of."""

    name = "unix"
    prefix = ""
    resets = False
    trusted = "unix"

    def serve(self, *arguments, **settings):
        path = f"/tmp/soniq-{os.getpid()}-{self.port}.sock"
        self.stack.enter_context(Relay(path, self.port))
        return ours.start(*arguments, "--unix", path, **settings)


class Activation(Front):
    """The port is ours, and handed over."""

    name = "activation"
    prefix = ""

    def serve(self, *arguments, **settings):
        with listening(("127.0.0.1", self.port)) as handed:
            env = ours.environment(**settings)
            return Activated(ours.binary(), *arguments, sockets=[handed], env=env)


FRONTS = {each.name: each for each in (Nginx, Haproxy, Caddy, Apache, Unix, Activation)}
