"""A case compiled to one step: `(state, moves, luck) -> state`.

`form` is the intermediate form (a list of operations for each part of the step), `lower` makes it from a case,
`reference` plays it plainly in NumPy, `kernel` emits it as machine code through LLVM; `philox` and `numerics` are
the random numbers and elementary functions that both sides share bit for bit. `listing` prints the form.
"""
