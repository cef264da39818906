"""`python -m detente` and the entry point of the command, light so that Ctrl-C is met however early it comes."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; on Ctrl-C leave quietly with 130."""
    try:
        from detente.cli import main as command

        command()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
