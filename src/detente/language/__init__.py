"""What an analyst writes: a case file read into frozen, typed objects, or into problems that say what to mend.

The pipeline, one file each: `reader` (YAML text to nodes that keep their place), `sections` (nodes to the
entries of a case), `grammar` (text of an expression to a raw tree), `names` (raw tree to the typed tree of
`tree`), `units` (dimensional analysis), `checks` (warnings), `load` (all of it, with `include`).
"""
