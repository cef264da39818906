"""Agreements within the kernel: the automaton and the days of a step, written out clause by clause as machine code.

It mirrors `agreements.automaton` and `model.deals`, function for function: `places` says where each number of an
agreement stands in a run's memory, `clauses` writes conditions, `automaton` the judging, `days` the days of a step.
What would not fit its bounded memory is marked as spilled, and the run is then played by the reference.
"""
