"""`python -m detente` and the entry point of the command, light so that Ctrl-C is met however early it comes."""

from __future__ import annotations

import contextlib
import signal
import sys
from typing import NoReturn


def main() -> None:
    """Run the command line; on Ctrl-C leave quietly with 130, on a second one at once."""
    with contextlib.suppress(ValueError):  # not the main thread: somebody else answers to signals
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, _stop)
    try:
        from detente.cli import main as command

        command()
    except KeyboardInterrupt:
        sys.exit(130)


def _stop(*_: object) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
