"""What is said about run folders: what cannot be written or read, whose they are, what remains to be done."""

from __future__ import annotations

_KEPT = "Nothing that was written before is lost. "

STORE_WORDS: dict[str, tuple[str, str]] = {
    "store_unwritable": (
        "`{file}` cannot be written: {why}",
        _KEPT + "Make room or allow writing, then `detente resume {folder}`; or choose another folder with --out.",
    ),
    "store_unreadable": ("`{file}` cannot be read: {why}", "Check the path and who may read it."),
    "store_locked": (
        "another process is writing to `{folder}` ({who})",
        "Wait until it has finished, or choose another folder with --out.",
    ),
    "store_no_run": (
        "`{folder}` holds no run", "A run folder holds a `manifest.json`. `detente runs` lists those below a folder.",
    ),
    "store_taken": (
        "`{folder}` holds files that are no run", "Choose a folder that is empty or does not exist with --out.",
    ),
    "store_manifest": (
        "the manifest of `{folder}` cannot be used: {why}",
        "Put back `manifest.json` from a copy, or run the case again into another folder. Nothing was changed.",
    ),
    "store_format": (
        "the run in `{folder}` is of store format {found}; this version reads format {here}",
        "Use the version of detente that wrote it ({version}). Nothing was changed.",
    ),
    "store_other_run": (
        "`{folder}` holds another run: its {what} differ",
        "Choose another folder with --out, or `detente resume {folder}` to finish the one that is there.",
    ),
    "store_version": (
        "the run in `{folder}` was begun by detente {found}, and this is {here}",
        "Its blocks would not go together with new ones: finish it with that version, or run the case again into "
        "another folder. Nothing was changed.",
    ),
    "store_unfinished": (
        "the run in `{folder}` is not finished: {done} of {blocks} blocks are done",
        "`detente resume {folder}` finishes it.",
    ),
    "store_damaged": (
        "`{file}` is not what was written", "`detente resume {folder}` plays that block again, and that block alone.",
    ),
    "store_no_case": (
        "the run in `{folder}` is of a case made in Python, whose text is not there",
        "Hand the case to `detente.claims.stored.resume(folder, case=case)`.",
    ),
    "store_sealed": (
        "`{file}` seals something else than this run says now",
        "It may come from another version of detente, or have been changed. Move it away to seal the run again.",
    ),
    "cluster_missing": (
        "Dask is not installed here", "`pip install 'detente[cluster]'` installs it; or use `--on local`.",
    ),
    "cluster_address": (
        "`{name}` is no place to play on",
        "Write `--on local`, or `--on tcp://HOST:PORT` with a scheduler's address.",
    ),
    "cluster_version": (
        "the worker on {host} has another version of detente (code {here}; the run has {found})",
        "Blocks of two versions would not go together: install the same version everywhere.",
    ),
    "cluster_gone": (
        "the cluster at {address} cannot be reached: {why}",
        "What was written is kept: start the cluster again (`dask scheduler`, `dask worker {address}`) and "
        "`detente resume` the run, with --on or without.",
    ),
    "explore_stored": (
        "the run in `{folder}` has been played, and this cannot be changed any more",
        "Leave it out, or give the case instead of the run folder: then it is played anew.",
    ),
    "plan_form": (
        "`{text}` is no plan that can be tried",
        "Write `--plan FIRST,THEN,QUANTITY`: two strategies and the quantity that is the signpost, of a case that "
        "has `goals:`.",
    ),
    "package_missing": ("{name} is not installed here", "`pip install {name}` installs it."),
    "where_form": ("`{text}` cannot be looked for: {why}", "For instance `--where 'patience.tests > 13'`."),
}
