"""Rules of the course: how not to fool oneself."""

from ml2020.course_rules.bootstrap import bootstrap_ci as bootstrap_ci
from ml2020.course_rules.leaderboard import Leaderboard as Leaderboard
from ml2020.course_rules.leaderboard import luck as luck
from ml2020.course_rules.split import kfold as kfold
from ml2020.course_rules.split import split as split
