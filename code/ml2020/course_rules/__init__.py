"""Rules of the course: how not to fool oneself."""

from ml2020.course_rules.attack import vote as vote
from ml2020.course_rules.attack import vote_score as vote_score
from ml2020.course_rules.bootstrap import bootstrap_ci as bootstrap_ci
from ml2020.course_rules.comparison import paired_gain as paired_gain
from ml2020.course_rules.comparison import standard_error as standard_error
from ml2020.course_rules.leaderboard import Leaderboard as Leaderboard
from ml2020.course_rules.leaderboard import luck_bound as luck_bound
from ml2020.course_rules.split import kfold as kfold
from ml2020.course_rules.split import split as split
