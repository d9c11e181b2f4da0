"""Nearest neighbours by cosine in scikit-learn, timed: the peer of bench/knn.ts.

Usage: python knn.py '{"gallery": 40091, "queries": 16487, "size": 2048}'
"""

import json
import resource
import sys
import time

import numpy as np
import sklearn
from sklearn.neighbors import KNeighborsClassifier

options = json.loads(sys.argv[1])
random = np.random.default_rng(0)
gallery = random.standard_normal((options["gallery"], options["size"]), dtype=np.float32)
queries = random.standard_normal((options["queries"], options["size"]), dtype=np.float32)
labels = random.integers(0, 60, options["gallery"])
started = time.perf_counter()
classifier = KNeighborsClassifier(n_neighbors=1, metric="cosine", algorithm="brute").fit(gallery, labels)
classifier.predict(queries)
took = time.perf_counter() - started
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
print(json.dumps({"seconds": took, "gigabytes": memory, "sklearn": sklearn.__version__}))
