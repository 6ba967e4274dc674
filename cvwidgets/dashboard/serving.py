"""A Jupyter server as a child of this process: begun, waited for, shown in the browser, and ended together with it."""

from __future__ import annotations

import contextlib
import html
import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import webbrowser
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cvwidgets.errors import JobDidNotStart

_PATIENCE = 120.0
_FAREWELL = 10.0
_TOKEN = re.compile(r"[\w.~-]{16,200}", re.ASCII)
_OFF = {
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this Python, not one of the same name in the user's own folder
}


def free_port(host: str, first: int) -> int:
    """The first port from `first` on that nobody listens at.

    Raises:
        JobDidNotStart: 100 ports in a row are taken.
    """
    for port in range(first, min(first + 100, 65_536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            if os.name == "posix":  # a port whose last connection closed just now counts as free, as it does for the server
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((host, port))
                return port
    raise JobDidNotStart(f"No port from {first} to {first + 99} is free on {host}; the server needs one. Name another by --port.")


def environment(token: str, project: Path | None, *, roots: Sequence[Path] = (), user: str | None = None) -> dict[str, str]:
    """What the server and its kernels are told: the token where no list of processes and no log shows it, the project, no telemetry.

    Without a project the page begins at home, whatever this process was told itself; without a user its own `CVWIDGETS_USER` goes on.
    """
    here = Path(__file__).parent
    checkout = here.parents[1]  # kernels work in another folder, and find cvwidgets there all the same
    is_installed = checkout.name in ("site-packages", "dist-packages")
    ours = {
        "JUPYTER_TOKEN": token,
        "CVWIDGETS_ROOTS": os.pathsep.join(str(root.expanduser().absolute()) for root in roots or [Path.home()]),
        "PYTHONPATH": _before("PYTHONPATH") if is_installed else _before("PYTHONPATH", checkout),
        "JUPYTER_PATH": _before("JUPYTER_PATH", here / "template"),
        "JUPYTER_CONFIG_PATH": _before("JUPYTER_CONFIG_PATH", here / "config"),
        **({"CVWIDGETS_PROJECT": str(project.absolute())} if project else {}),
        **({"CVWIDGETS_USER": user} if user else {}),
    }
    inherited = {name: value for name, value in os.environ.items() if name not in ("CVWIDGETS_PROJECT", "CVWIDGETS_TOKEN")}
    return {**inherited, **_OFF, **ours}


def _before(name: str, *paths: Path) -> str:
    return os.pathsep.join(filter(None, [*map(str, paths), os.environ.get(name)]))


def server_command(module: str, settings: Mapping[str, object], *arguments: str) -> list[str]:
    """The command that runs the Jupyter server `module` as a child of this process, with values for its traits."""
    traits = [f"--{name}={value}" for name, value in settings.items()]
    return [sys.executable, "-P", "-m", "cvwidgets.dashboard", module, *arguments, *traits]


def new_token() -> str:
    """A token nobody can guess; that of `CVWIDGETS_TOKEN` where somebody else has to know it beforehand (a hub, a proxy).

    Raises:
        JobDidNotStart: the token in `CVWIDGETS_TOKEN` is too short, or no token.
    """
    given = os.environ.get("CVWIDGETS_TOKEN")
    if given and not _TOKEN.fullmatch(given):
        raise JobDidNotStart(
            "The token in CVWIDGETS_TOKEN cannot be used; 16 to 200 letters, digits, or any of . _ ~ - are needed. "
            "Set a longer one, or leave it out and one is made."
        )
    return given or secrets.token_hex(24)


def serve(
    name: str,
    command: Sequence[str],
    *,
    environment: dict[str, str],
    address: str,
    private: Path,
    folder: Path,
    host: str,
    port: int,
    browser: bool,
) -> None:
    """Runs the server that people know as `name` from `folder`: prints its address with the token, shows it in the browser, and waits.

    `address` is that of its first page; log and the page for the browser are put into `private`. A token of `CVWIDGETS_TOKEN` is known to
    whoever set it and is not printed: where a hub or a service starts us, what is printed is kept in a log.

    Raises:
        JobDidNotStart: the server ended, or said nothing for two minutes, before it answered.
    """
    print(f"{name} is starting …", flush=True)
    with running(command, environment=environment, log=private / "log.txt", host=host, port=port, folder=folder) as server:
        complete = f"{address}?token={environment['JUPYTER_TOKEN']}"
        print(f"{name} is at {address if 'CVWIDGETS_TOKEN' in os.environ else complete}\nCtrl-C ends it; jobs that run go on.", flush=True)
        if browser:
            show(complete, private)
        server.wait()


@contextlib.contextmanager
def until_ended(name: str) -> Iterator[Path]:
    """Leaves the block on Ctrl-C and says so; gives a folder that only this user can look into, and that is gone afterwards."""
    with ended_by_signals(), tempfile.TemporaryDirectory(prefix="cvwidgets-", ignore_cleanup_errors=True) as private:
        yield Path(private)
    print(f"{name} has ended. Jobs that run go on; `cvwidgets status` shows them.", flush=True)


@contextlib.contextmanager
def running(command: Sequence[str], *, environment: dict[str, str], log: Path, port: int, host: str, folder: Path) -> Iterator[Running]:
    """Runs the server from `folder` for as long as the block does; inside it the server answers.

    Raises:
        JobDidNotStart: the server ended, or said nothing for two minutes, before it answered.
    """
    with log.open("wb") as output:
        # A session of its own: Ctrl-C in the terminal comes to this process alone, which then ends the server in order.
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True
        )
    try:
        server = Running(process, log)
        server.await_answer(_reachable(host), port)
        yield server
    finally:
        _end(process)


class Running:
    """A server that runs."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process, self._log = process, log

    def wait(self) -> None:
        """Waits until the server ends by itself, which it should not.

        Raises:
            JobDidNotStart: it ended with an error.
        """
        if self._process.wait():
            raise self._failed("ended")

    def await_answer(self, host: str, port: int) -> None:
        """Waits until it answers; without a token it turns us away, and starts no kernel for that."""
        until = time.monotonic() + _PATIENCE
        while not _answers(host, port):
            if self._process.poll() is not None:
                raise self._failed("ended before it answered")
            if time.monotonic() > until:
                raise self._failed(f"said nothing for {_PATIENCE:.0f} seconds")
            time.sleep(0.1)

    def _failed(self, found: str) -> JobDidNotStart:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["nothing"]
        return JobDidNotStart(f"The server {found}; its last word was: {lines[-1][:300]}. Mend that, or try another port, and start again.")


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    with contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    connection.close()
    return False


def address_of(host: str, port: int) -> str:
    """The address for people: by the machine's name when the server listens on all of its networks."""
    name = socket.gethostname() if host in ("", "0.0.0.0", "::") else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Asks the server to end, which ends its kernels; by force when it does not."""
    process.terminate()
    try:
        process.wait(timeout=_FAREWELL)
    except subprocess.TimeoutExpired:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)  # a session of its own is a group of its own; kernels notice and end by themselves
        process.kill()
        process.wait()
    finally:
        if process.stdin:
            process.stdin.close()


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Takes the system's wish to end, and a closed terminal, like Ctrl-C: the block is left, and all is well."""

    def leave(*_: object) -> None:
        raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
    # What is ignored stays so: nohup wants the server to outlive its terminal.
    before = {number: signal.signal(number, leave) for number in numbers if signal.getsignal(number) != signal.SIG_IGN}
    try:
        with contextlib.suppress(KeyboardInterrupt):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def show(address: str, folder: Path) -> None:
    """Opens the address in the browser, if this machine has a screen, through a page in `folder`: a command line would show the token."""
    has_screen = sys.platform in ("win32", "darwin") or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    if not has_screen:
        return
    page = folder / "open.html"
    page.touch(mode=0o600)
    page.write_text(f'<!doctype html><meta http-equiv="refresh" content="0; url={html.escape(address)}">', encoding="utf-8")
    with contextlib.suppress(webbrowser.Error):
        webbrowser.open(page.as_uri())
