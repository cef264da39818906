"""What an analyst writes: a case file read into frozen, typed objects, or into problems that say what to mend.

The pipeline, a file or a few for each stage:

- `files`, `reader`, `syntax`, `nodes`: a path to text, YAML text to nodes that keep their place;
- `include`: the sections of several files merged;
- `sections`: nodes to the entries of a case, by way of `fields` and one reader for each section: `header`,
  `distributions`, `dynamics`, `conduct`, `argument`, `settings`;
- `grammar`, `names`, `units`: the text of an expression to the typed tree of `tree`;
- `checks`, `ranges`: what can be run but is doubtful;
- `wording`, `render`: problems in words, for people and for programs;
- `load`: all of it.
"""
