"""Introduction: machine learning is looking for a function."""

from ml2020.introduction.finite import all_functions as all_functions
from ml2020.introduction.finite import all_inputs as all_inputs
from ml2020.introduction.finite import line_tables as line_tables
from ml2020.introduction.finite import losses as losses
from ml2020.introduction.loss import average_loss as average_loss
from ml2020.introduction.loss import squared as squared
from ml2020.introduction.loss import surprise as surprise
from ml2020.introduction.loss import zero_one as zero_one
from ml2020.introduction.nearest import nearest_label as nearest_label
from ml2020.introduction.search import find as find
