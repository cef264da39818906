"""Whatever a stranger sends is refused, or read, within two seconds and 200 MB, and never with a traceback."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from detente.language.files import MAX_BYTES
from detente.language.load import load, load_text
from detente.language.problems import Refused
from detente.language.render import as_json, as_text

HEADER = "detente: 1\ncase: hostile\nas_of: 2016-09-30\nhorizon: 1 year\nstep: 1 month\n"
ROOM = 256_000 - len(HEADER) - 100


def _fill(piece: str, before: str = "", after: str = "") -> str:
    """As many pieces as a file holds."""
    return HEADER + before + piece * ((ROOM - len(before) - len(after)) // len(piece)) + after


def _lines(pattern: str, before: str) -> str:
    """As many numbered lines as a file holds."""
    lines, size, number = [], 0, 0
    while size < ROOM - len(before) - 200:
        line = pattern.format(n=number)
        lines.append(line)
        size, number = size + len(line), number + 1
    return HEADER + before + "".join(lines)


def _anchors() -> str:
    levels = ["x0: &x0 [a, a, a, a, a, a, a, a, a, a]"]
    levels += [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10)}]" for n in range(1, 12)]
    return HEADER + "\n".join(levels) + "\n"


def hostile_files() -> Iterator[tuple[str, bytes]]:
    """Every file by name."""
    texts = {
        "anchors that multiply": _anchors(),
        "anchored tables that multiply": HEADER
        + "a: &a {x: 1}\n"
        + _lines("b{n}: [*a, *a, *a, *a]\n", "")[len(HEADER) :],
        "open lists": _fill("[", "title: "),
        "open tables": _fill("{a: ", "title: "),
        "nested lists": HEADER + "title: " + "[" * 100_000 + "]" * 100_000,
        "nested dashes": _fill("- ", "title:\n  "),
        "nested questions": _fill("? ", "title:\n  "),
        "indented steps": HEADER + "".join(" " * n + f"k{n}:\n" for n in range(600)),
        "many keys": _lines("k{n}: 1\n", ""),
        "one key many times": _fill("key: 1\n"),
        "one quantity many times": _fill("  q: {start: 0}\n", "quantities:\n"),
        "many quantities": _lines("  q{n}: {{start: 0}}\n", "quantities:\n"),
        "many unknown names": _lines("  q{n}: {{start: 0, change: r{n} + s{n}}}\n", "quantities:\n"),
        "many unknown names in one": _lines("long_name_{n} + ", "quantities:\n  q: {start: 0, change: ") + "1}\n",
        "ten thousand terms": HEADER + "quantities:\n  q: {start: 0, change: " + " + ".join(["q"] * 10_000) + "}\n",
        "nested brackets": HEADER
        + "quantities:\n  q: {start: 0, change: "
        + "(" * 50_000
        + "1"
        + ")" * 50_000
        + "}\n",
        "many minus signs": HEADER + "quantities:\n  q: {start: 0, change: " + "-" * 100_000 + "1}\n",
        "many nots": HEADER
        + "parties: {us: }\noptions: {us.a: [x, y]}\nconduct:\n  us: [{option: us.a, when: "
        + "not " * 50_000
        + "true, move: x}]\n",
        "tower of powers": HEADER + "quantities:\n  q: {start: 0, change: " + "**".join(["9"] * 50_000) + "}\n",
        "huge exponent": HEADER + "quantities:\n  q: {start: 0, change: 9 ** 9 ** 9 ** 9 ** 9}\n",
        "huge integer": HEADER + "assumptions:\n  q: {fixed: " + "9" * 200_000 + "}\n",
        "huge hexadecimal": HEADER + "assumptions:\n  q: {fixed: 0x" + "f" * 200_000 + "}\n",
        "huge exponent of a number": HEADER + "assumptions:\n  q: {fixed: 1e" + "9" * 200_000 + "}\n",
        "long key": HEADER + "k" * 200_000 + ": 1\n",
        "long name": HEADER + "quantities:\n  " + "k" * 900 + ": {start: 0}\n",
        "long line": HEADER + "title: " + "x" * 200_000 + "\n",
        "long unit": HEADER + "quantities:\n  q: {start: 0, unit: " + "a*" * 100_000 + "b}\n",
        "folded forever": HEADER + "title: >\n" + " x\n" * 80_000,
        "quoted forever": HEADER + 'title: "' + "\\n" * 100_000 + '"\n',
        "unclosed quote": _fill("x\n", 'title: "'),
        "long word before a mistake": HEADER + "title: {" + "a" * 200_000 + ' "b": c',
        "many words before a mistake": _fill("a: b in [", "title: {"),
        "many comments": _fill("#\n"),
        "many blanks": _fill("\n"),
        "many spaces": HEADER + "title:" + " " * 200_000 + "x\n",
        "cut values": _fill("a, ", "title: {k: ", "}\n"),
        "cut items": _fill("a(, ", "title: [", "]\n"),
        "many cut values": _fill("{k: f(a, b)}, ", "title: [", "]\n"),
        "many levels": _lines("l{n}, ", "parties: {us: }\noptions: {us.a: [") + "l]}\n",
        "many mixtures": _lines("{{fixed: {n}}}, ", "assumptions: {a: {mixture: [") + "{fixed: 1}]}}\n",
        "many correlations": _lines("  - {{between: [a{n}, b{n}], rank: 0.1}}\n", "correlations:\n"),
        "long cycle": _lines("  q{n}: {{is: q0 + 1}}\n", "quantities:\n"),
        "a thousand chained": HEADER
        + "quantities:\n"
        + "".join(f"  q{n}: {{is: q{(n + 1) % 1000} + 1}}\n" for n in range(1000)),
        "a thousand unknown": HEADER
        + "quantities:\n"
        + "".join(
            f"  quantity_{n}: {{start: 0, change: {' + '.join(f'quantify_{n}_{k}' for k in range(9))}}}\n"
            for n in range(1000)
        ),
        "a thousand unknown levels": HEADER
        + "parties: {us: }\noptions: {us.a: [x, y]}\nstrategies:\n"
        + "".join(f"  strategy_{n}: {{moves: {{us.a: z{n}, us.b: z}}}}\n" for n in range(1000)),
        "a thousand claims": HEADER
        + "claims:\n"
        + "".join(
            f"  claim_{n}: {{says: P(x under y) > 0.5, because: [claim_{(n + 1) % 1000}]}}\n" for n in range(1000)
        ),
        "many dates": _fill("2016-10-01, ", "events: {e: {at: [", "2016-10-01]}}\n"),
        "many moves": _fill(
            "{us.a: x}, ", "parties: {us: }\noptions: {us.a: [x, y]}\nstrategies: {s: {moves: [", "{us.a: y}]}}\n"
        ),
        "many sources": _fill("s, ", "assumptions: {a: {fixed: 1, source: [", "s]}}\n"),
        "many claims in a circle": _lines("  c{n}: {{says: P(x) > 0, because: [c0]}}\n", "claims:\n"),
        "many premises": _lines("c{n}, ", "claims: {a: {says: P(x) > 0, because: [") + "b]}}\n",
        "many tags": _fill("!!str a, ", "title: [", "b]\n"),
        "many directives": "%TAG ! tag:x,1:\n" * 10_000 + HEADER,
        "odd line breaks": _fill("\u2028", "title: ", "x\n"),
        "names written backwards": _fill("\u202e", "title: a", "x\n"),
        "many problems": _lines("  q{n}: {{strat: 0}}\n", "quantities:\n"),
    }
    for name, text in texts.items():
        yield name, text.encode()[:256_000].decode(errors="ignore").encode()
    yield "zero bytes", b"\x00" * 256_000
    yield "all bytes", bytes(range(256)) * 1000
    yield "high bytes", b"\xff" * 256_000
    yield "half a character", HEADER.encode() + b"title: \xe2\x82"
    yield "overlong zero", HEADER.encode() + b"title: \xc0\x80"
    yield "lone surrogate", HEADER.encode() + b"title: \xed\xa0\x80"
    yield "utf-16", HEADER.encode("utf-16") * 500


FILES = dict(hostile_files())
HARMLESS = {"many comments", "many blanks", "many spaces", "many dates"}


@pytest.mark.parametrize("name", FILES)
def test_refused_in_time(name: str, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(FILES[name])
    started = time.process_time()
    if name in HARMLESS:
        assert load(path).name == "hostile"
    else:
        with pytest.raises(Refused) as caught:
            load(path)
        said = as_text(caught.value.problems, caught.value.files)
        assert len(said) < 40_000
        assert all(c.isprintable() or c == "\n" for c in said)
        assert as_json(caught.value.problems, caught.value.files)
    assert time.process_time() - started < 2


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from Linux's /proc")
def test_memory_to_refuse_all(tmp_path: Path) -> None:
    for number, data in enumerate(FILES.values()):
        (tmp_path / f"{number}.yaml").write_bytes(data)
    script = (
        "import pathlib, re, sys\n"
        "from detente.language.load import load\n"
        "from detente.language.problems import Refused\n"
        "for path in pathlib.Path(sys.argv[1]).iterdir():\n"
        "    try:\n        load(path)\n    except Refused:\n        pass\n"
        "print(re.search(r'VmHWM:\\s*(\\d+) kB', pathlib.Path('/proc/self/status').read_text())[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    assert int(done.stdout) * 1024 < 200_000_000


def test_too_large_a_file_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "case.yaml"
    with path.open("wb") as stream:
        stream.truncate(5_000_000_000)
    monkeypatch.setattr(Path, "open", lambda *_args: pytest.fail("it was opened"))
    with pytest.raises(Refused) as refused:
        load(path)
    assert [p.code for p in refused.value.problems] == ["file_too_large"]


def test_a_file_of_the_greatest_size_is_read(tmp_path: Path) -> None:
    text = FILES["many comments"].split(b"#")[0]
    path = tmp_path / "case.yaml"
    path.write_bytes(text + b"#" * (MAX_BYTES - len(text)))
    assert load(path).name == "hostile"
    path.write_bytes(text + b"#" * (MAX_BYTES - len(text) + 1))
    with pytest.raises(Refused):
        load(path)


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/stdin", "nowhere.yaml", "a\0b", "x" * 5000, "."])
def test_what_is_no_file(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused) as refused:
        load(path)
    assert as_text(refused.value.problems)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "case.yaml")
    with pytest.raises(Refused) as refused:
        load(tmp_path / "case.yaml")
    assert refused.value.problems[0].code == "file_is_odd"


def test_no_import_weighs(tmp_path: Path) -> None:
    """Reading a case needs neither numpy nor anything heavier."""
    script = "import sys, detente.language.load; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"numpy", "scipy", "numba", "polars", "pydantic", "jinja2"} & set(done.stdout.split())


def _mutilated(text: str, luck: random.Random) -> str:
    """A text with some pieces cut out, put in or moved."""
    for _ in range(luck.choice([1, 1, 2, 5])):
        at, length = luck.randrange(len(text)), luck.choice([0, 1, 2, 10])
        start = luck.randrange(len(text))
        piece = luck.choice([luck.choice(PIECES), text[start : start + luck.choice([3, 30])]])
        text = text[:at] + piece + text[at + length :]
    return text


PIECES = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "'",
    '"',
    "(",
    ")",
    "never",
    "under",
    "null",
    "-1",
    ".nan",
    ".inf",
    "1e999",
    "*x",
    "&x",
    "!t",
    "<<:",
    "-",
    "#",
    "@",
    "%",
    "?",
    "|",
    ">",
    "=",
    "P(",
    "if",
    "else",
    "us.talks",
]
PIECES += ["", " ", "\n", "\t", "\u2028", "\x00", "é", "9" * 40, ": ", ", ", " and "]


@pytest.mark.parametrize("seed", range(4))
def test_mutilated_cases_are_read_or_refused(seed: int) -> None:
    luck = random.Random(seed)
    text = (Path(__file__).parents[2] / "cases" / "tiny-race" / "case.yaml").read_text()
    refused = 0
    for _ in range(100):
        try:
            case = load_text(_mutilated(text, luck))
        except Refused as problem:
            refused += 1
            said = as_text(problem.problems, problem.files)
        else:
            said = case.name + as_text(case.warnings, case.files)
        assert said
    assert refused > 50
