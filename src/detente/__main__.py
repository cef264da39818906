"""`python -m detente` and the entry point of the command.

Light, so that Ctrl-C is met however early it comes, and the place where nothing may end in a traceback that is no
mistake of the program: output that cannot be written or encoded, memory that is not there.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from typing import NoReturn


def main() -> None:
    """Run the command line; on Ctrl-C leave quietly with 130, on a second one at once."""
    with contextlib.suppress(ValueError):  # not the main thread: somebody else answers to signals
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, _stop)
    # no matrix here is worth a second thread, and those that NumPy starts for them cost more than all its import
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        _ready_streams()
        from detente.cli import main as command

        command()
    except KeyboardInterrupt:
        sys.exit(130)
    except MemoryError:
        _leave("there is not enough memory for this; try fewer --futures")
    except OSError as error:
        _leave(f"{error.filename or 'the output cannot be written'}: {error.strerror or error}")


def _stop(*_: object) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    raise KeyboardInterrupt


def _ready_streams() -> None:
    """A closed stream swallows what it is told; one that cannot say a character spells it out."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for as long as we live
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _leave(why: str) -> NoReturn:
    """Say why, and leave with 2; what is left in a full stream is dropped, or it would be tried again."""
    with contextlib.suppress(OSError):
        print(f"detente: {why}", file=sys.stderr)
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(2)


if __name__ == "__main__":
    main()
