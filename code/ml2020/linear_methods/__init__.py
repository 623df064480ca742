"""Linear methods: clusters, main directions, parts, and hidden tastes."""

from ml2020.linear_methods.agreement import adjusted_rand as adjusted_rand
from ml2020.linear_methods.als import als as als
from ml2020.linear_methods.als import solved_rows as solved_rows
from ml2020.linear_methods.angles import largest_angle as largest_angle
from ml2020.linear_methods.crowds import heaps as heaps
from ml2020.linear_methods.crowds import sausages as sausages
from ml2020.linear_methods.factorisation import Factors as Factors
from ml2020.linear_methods.factorisation import descended_factors as descended_factors
from ml2020.linear_methods.factorisation import factor_loss as factor_loss
from ml2020.linear_methods.factorisation import factor_slopes as factor_slopes
from ml2020.linear_methods.factorisation import first_factors as first_factors
from ml2020.linear_methods.factorisation import predicted as predicted
from ml2020.linear_methods.hac import LINKAGES as LINKAGES
from ml2020.linear_methods.hac import cut as cut
from ml2020.linear_methods.hac import cut_into as cut_into
from ml2020.linear_methods.hac import hac as hac
from ml2020.linear_methods.hac import joined_distance as joined_distance
from ml2020.linear_methods.kmeans import Clusters as Clusters
from ml2020.linear_methods.kmeans import cluster_means as cluster_means
from ml2020.linear_methods.kmeans import kmeans as kmeans
from ml2020.linear_methods.kmeans import nearest as nearest
from ml2020.linear_methods.linear_network import (
    descended_network as descended_network,
)
from ml2020.linear_methods.linear_network import network_loss as network_loss
from ml2020.linear_methods.linear_network import network_slopes as network_slopes
from ml2020.linear_methods.nmf import nmf as nmf
from ml2020.linear_methods.nmf import nmf_round as nmf_round
from ml2020.linear_methods.pca import PCA as PCA
from ml2020.linear_methods.pca import codes as codes
from ml2020.linear_methods.pca import covariance as covariance
from ml2020.linear_methods.pca import decoded as decoded
from ml2020.linear_methods.pca import lost as lost
from ml2020.linear_methods.pca import pca as pca
from ml2020.linear_methods.pca import pca_by_svd as pca_by_svd
from ml2020.linear_methods.ratings import made_ratings as made_ratings
from ml2020.linear_methods.seeding import plus_plus_chances as plus_plus_chances
from ml2020.linear_methods.seeding import plus_plus_start as plus_plus_start
from ml2020.linear_methods.seeding import random_start as random_start
from ml2020.linear_methods.sparsity import hoyer as hoyer
from ml2020.linear_methods.topics import lsa as lsa
from ml2020.linear_methods.topics import weighted_counts as weighted_counts
