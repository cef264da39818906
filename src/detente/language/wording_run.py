"""What is said when a run cannot be played on: whose value, its kind, the step, and where to see it again; and when
a command has nothing to play or nowhere to write."""

from __future__ import annotations

_SEE = (
    "It happened in the step that ends on {day}, step {step}, under {strategy} in future {future}, run {run}: "
    "`detente show CASE --strategy {strategy} --future {future} --run {run}` plays it again."
)

_PLAYING: dict[str, tuple[str, str]] = {
    "run_finite": ("{what} became {value}", "Guard against dividing by 0, overflow, logarithms of 0. " + _SEE),
    "run_defined": ("{what} became {value}", "Guard against 0/0, roots and logarithms of negative numbers. " + _SEE),
    "run_mean": (
        "the {what} makes {value} occurrences a step; a mean must lie within 0..500",
        "Keep a rate from falling below 0 with `max(0, ..)`. " + _SEE,
    ),
    "run_chance": ("the {what} is {value}, outside 0..1", "Hold it within with `clip(.., 0, 1)`. " + _SEE),
    "run_size": ("the {what} is {value}, below 0", "Keep it at 0 or above with `max(0, ..)`. " + _SEE),
    "run_span": (
        "{what} is {value} steps; it must last from one step to the horizon",
        "Choose a range for it that does. " + _SEE,
    ),
}

_COMMANDS: dict[str, tuple[str, str]] = {
    "no_strategies": (
        "`{case}` has no strategies, so there is nothing to play",
        "Add for instance `strategies: {{as_it_is: {{}}}}`: a strategy that commands nothing leaves all to conduct.",
    ),
    "file_exists": ("`{file}` is already there", "It was left as it is: choose another name."),
    "on_needs_out": ("`--on {on}` plays into a run folder", "Name one with `--out DIR`, or leave `--json` out."),
    "file_unwritable": (
        "`{file}` cannot be written: {why}", "Choose a folder that you may write to, and that no file stands in for.",
    ),
}

RUN_WORDS: dict[str, tuple[str, str]] = {**_PLAYING, **_COMMANDS}
