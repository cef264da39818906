"""Makes the generated parts of the pages anew: tables from the lists that the program reads, outputs from runs.

`make docs` does; `python docs/make.py --check` only says which pages are stale.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from keys import KEYS, table
from pages import refreshed, with_generated, with_outputs

from detente.language import distributions, fields, files, grammar, header, include, nodes, reader, sections
from detente.language.functions import AGGREGATES, CALENDAR, ESTIMATES, FUNCTIONS, Function, Over
from detente.language.slips import RESERVED

HERE = Path(__file__).parent
MADE = (
    "index.md", "tutorial.md", "language.md", "step.md", "methods.md", "commands.md", "conflict.md", "explore.md",
    "store.md", "../README.md",
)


def page(name: str) -> str:
    """A page as it should be."""
    text = (HERE / name).read_text(encoding="utf-8")
    return with_outputs(text) if name.endswith("README.md") else refreshed(with_generated(text, parts()))


def parts() -> dict[str, str]:
    """The generated tables by the names in the marks."""
    return {
        "functions": _rows(FUNCTIONS.values()), "aggregates": _rows(AGGREGATES.values()),
        "estimates": _rows(ESTIMATES.values()), "limits": _limits(),
        "calendar": _table(("written", "meaning"), ((f"`{name}(now)`", means) for name, means in CALENDAR.items())),
        "pages": _pages(), "reserved": f"{', '.join(f'`{word}`' for word in sorted(RESERVED))}\n",
        "shapes": _table(("written", "parameters"), (
            (f"`{name}`", ", ".join(shape.parameters)) for name, shape in distributions.SHAPES.items()
        )),
        **{f"keys of {entries}": table(entries) for entries in KEYS},
    }  # fmt: skip


def _rows(rows: Iterable[Function | Over]) -> str:
    return _table(("written", "meaning"), ((f"`{row.signature}`", row.means) for row in rows))


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    return "".join(f"| {one} | {two} |\n" for one, two in [head, ("---", "---"), *rows])


def _pages() -> str:
    """The pages that the index does not describe itself, by their titles."""
    own = (HERE / "index.md").read_text(encoding="utf-8").partition("<!-- generated")[0]
    others = [path for path in sorted(HERE.glob("*.md")) if f"({path.name})" not in own and path.name != "index.md"]
    titles = ((path.name, path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")) for path in others)
    return "".join(f"- [{title}]({name})\n" for name, title in titles)


def _limits() -> str:
    return _table(("what", "at most"), (
        ("a case file", f"{files.MAX_BYTES // 1000} kB"),
        ("included files", f"{include.MAX_FILES}, {include.MAX_TOTAL // 1000} kB together"),
        ("values in a file, aliases counted as used", f"{reader.MAX_NODES:,}"),
        ("lists and mappings within each other", f"{nodes.MAX_DEPTH}"),
        ("entries of a section", f"{sections.MAX_ENTRIES:,}"),
        ("levels of an option", f"{header.MAX_LEVELS}"),
        ("rivals of an assumption", f"{distributions.MAX_RIVALS}"),
        ("steps", f"{header.MAX_STEPS:,}"),
        ("characters of a name", f"{fields.MAX_NAME}"),
        ("characters of a text", f"{fields.MAX_TEXT:,}"),
        ("characters of an expression", f"{grammar.MOST_CHARACTERS:,}"),
        ("brackets within each other", f"{grammar.MOST_NESTED}"),
        ("the size of a number", f"{fields.LARGEST:g}"),
    ))


def main(words: list[str]) -> int:
    """Write what is stale, or with `--check` only name it; the number of stale pages."""
    stale = [(HERE / name, text) for name in MADE if (text := page(name)) != (HERE / name).read_text("utf-8")]
    for path, text in stale:
        print(f"{path.name} is stale" if "--check" in words else f"{path.name} made anew")
        if "--check" not in words:
            path.write_text(text, encoding="utf-8")
    return len(stale) if "--check" in words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
