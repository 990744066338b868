"""Money that may pay for some services alone: as far as it can be used."""

from collections.abc import Mapping
from itertools import chain, combinations

import numpy as np

from forecasting.arrays import FloatArray
from planning.case import Case


def fences(case: Case) -> dict[str, frozenset[str]]:
    """Return the services that each ring-fenced stream may pay for; corporate is one of them."""
    fenced = case.streams[case.streams["ring_fence"] != ""]
    return {
        row.stream: frozenset(name.strip() for name in row.ring_fence.split(";"))
        for row in fenced.itertuples(index=False)
    }


def usable(
    incomes: Mapping[str, FloatArray],
    pays: Mapping[str, frozenset[str]],
    costs: Mapping[str, FloatArray],
) -> FloatArray:
    r"""Return ring-fenced income as far as it can be used, £, shape (years, paths).

    The greatest flow from streams :math:`g` to the services :math:`s` that each may pay for, which
    is the least cut between them:

    .. math:: F = \min_{A} \left[\sum_{g \notin A} I_g + \sum_{s \in \cup_{g \in A} N_g} c_s\right]

    over every set :math:`A` of the streams.

    Parameters
    ----------
    incomes : mapping of str to array
        :math:`I`, by stream.
    pays : mapping of str to frozenset of str
        :math:`N`, the services that each stream may pay for.
    costs : mapping of str to array
        :math:`c`, by service.
    """
    sets = chain.from_iterable(combinations(pays, size) for size in range(len(pays) + 1))
    cuts = []
    for chosen in sets:
        reached = frozenset().union(*(pays[stream] for stream in chosen))
        parts = [incomes[stream] for stream in pays if stream not in chosen]
        parts += [costs[service] for service in sorted(reached)]
        cuts.append(sum(parts, np.zeros(1)))
    return np.asarray(np.minimum.reduce(cuts))
