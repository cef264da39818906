"""Agreements within the kernel: the automaton and the days of a step, written out clause by clause as machine code.

It mirrors `agreements.automaton` and `model.deals`, function for function. From the ground up: `scalars` (a small
language for code on numbers) and `calendar`; `places` (where each number of an agreement stands in a run's memory);
`clauses` (conditions); the automaton in `writing`, `effects`, `breaches`, `judging`, `automaton`; the days of a step
in `memory`, `looks`, `hidden`, `days`; and `step`, which the kernel calls. What would not fit its bounded memory is
marked as spilled, and the run is then played by the reference.
"""
