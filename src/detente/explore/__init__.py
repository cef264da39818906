"""Exploration: what a conclusion hangs on.

    table         the futures, row by row: assumptions, claims, goals
    prim          boxes in which a claim fails (scenario discovery); prim_peel is its compiled part
    tree          a decision tree as the second opinion
    flips         the least reweighting of the futures that turns a verdict
    premises      whether the conclusion follows; argdown, the map of claims
    shapley       what each assumption explains, valid under dependence; basis has the functions
    indices       Sobol' indices, and ranges, wider and narrower ones: both by further runs (altered)
    tornado       conditional means at the ends of each range
    regret        strategies across futures; information, what knowing an assumption is worth; plans, signposts
    explore       all of it, for a case or a stored run
"""
