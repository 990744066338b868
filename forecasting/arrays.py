"""The array type that passes between the modules."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
