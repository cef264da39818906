"""The exact arithmetic of inspection.

How much to look at (`sampling`, `variables`, `strata`), how soon it tells (`timeliness`), whether
cheating still pays (`deterrence`), how to spend inspections over time and sites (`games`,
`allocation`), and who gains by announcing (`announcing`). A float argument means the decimal that it
prints as; `exact=True` answers in fractions; a bad argument is a `ValueError` that says which.
"""

from detente.verification.allocation import Allocation, allocate, least_budget
from detente.verification.announcing import Announcement, Outcome, announcement
from detente.verification.deterrence import k_of_n, least_detection, posterior, temptation, transparency_window
from detente.verification.games import InspectionGame, inspection_game
from detente.verification.sampling import detection_probability, smallest_sample
from detente.verification.strata import Diversion, best_diversion, strata_detection, strata_samples
from detente.verification.timeliness import anticipated_detection_time, detected_by, mean_detection_time
from detente.verification.variables import Falsification, best_falsification, difference_detection, item_detection

__all__ = [
    "Allocation",
    "Announcement",
    "Diversion",
    "Falsification",
    "InspectionGame",
    "Outcome",
    "allocate",
    "announcement",
    "anticipated_detection_time",
    "best_diversion",
    "best_falsification",
    "detected_by",
    "detection_probability",
    "difference_detection",
    "inspection_game",
    "item_detection",
    "k_of_n",
    "least_budget",
    "least_detection",
    "mean_detection_time",
    "posterior",
    "smallest_sample",
    "strata_detection",
    "strata_samples",
    "temptation",
    "transparency_window",
]
