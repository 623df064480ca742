"""Conditional generation: sequences component by component, told what to say.

Pages: book/conditional_generation_sequence.md, book/conditional_generation_tips.md,
book/conditional_generation_pointing.md
"""

from ml2020.conditional_generation.answering import Answerer as Answerer
from ml2020.conditional_generation.answers import answered as answered
from ml2020.conditional_generation.beam import beam_search as beam_search
from ml2020.conditional_generation.beam import best_of_all as best_of_all
from ml2020.conditional_generation.beam import log_probability as log_probability
from ml2020.conditional_generation.caption_learning import described as described
from ml2020.conditional_generation.captioner import Captioner as Captioner
from ml2020.conditional_generation.copying import copy_task as copy_task
from ml2020.conditional_generation.coverage import uncovered as uncovered
from ml2020.conditional_generation.discounting import discounted as discounted
from ml2020.conditional_generation.dots import as_colours as as_colours
from ml2020.conditional_generation.dots import painted as painted
from ml2020.conditional_generation.dots import seen as seen
from ml2020.conditional_generation.dynamics import paths as paths
from ml2020.conditional_generation.dynamics import rotation as rotation
from ml2020.conditional_generation.guesses import Learner as Learner
from ml2020.conditional_generation.guesses import free_run as free_run
from ml2020.conditional_generation.guesses import guesses as guesses
from ml2020.conditional_generation.hull_learning import walked as walked
from ml2020.conditional_generation.hulls import hulls as hulls
from ml2020.conditional_generation.hulls import point_sets as point_sets
from ml2020.conditional_generation.mixture import mixed as mixed
from ml2020.conditional_generation.poems import bigram as bigram
from ml2020.conditional_generation.pointer import Pointer as Pointer
from ml2020.conditional_generation.pointer import pointed as pointed
from ml2020.conditional_generation.reward import rewards as rewards
from ml2020.conditional_generation.scenes import scenes as scenes
from ml2020.conditional_generation.schedules import epsilon as epsilon
from ml2020.conditional_generation.schedules import half_way as half_way
from ml2020.conditional_generation.schedules import told_or_own as told_or_own
from ml2020.conditional_generation.score_function import mean_reward as mean_reward
from ml2020.conditional_generation.score_function import others_mean as others_mean
from ml2020.conditional_generation.score_function import (
    score_function_loss as score_function_loss,
)
from ml2020.conditional_generation.steps import log_likelihood as log_likelihood
from ml2020.conditional_generation.talk import talk as talk
from ml2020.conditional_generation.turing_machine import TuringMachine as TuringMachine
from ml2020.conditional_generation.two_moods import fed_expectation as fed_expectation
from ml2020.conditional_generation.two_moods import (
    pair_probabilities as pair_probabilities,
)
from ml2020.conditional_generation.two_moods import (
    scheduled_optimum as scheduled_optimum,
)
from ml2020.conditional_generation.writer import Writer as Writer
from ml2020.conditional_generation.writer import drawn as drawn
