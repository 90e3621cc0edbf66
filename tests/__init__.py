"""NumPy multiplies matrices in one thread here, as it does in the sandbox.

A second one that waits would count as computing time.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
