"""Makes statistics.json: p-values of SciPy and statsmodels that the lab's mean-tests, holm-correction, student-t and
baseline-differences are compared with.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install scipy==1.17.1 statsmodels==0.15.0
    /tmp/reference/bin/python src-main/comparison/reference/statistics_reference.py > src-main/comparison/reference/statistics.json

The numbers are scores as studies give them (quotients by the size of a validation split, five seeds), and harder cases:
ties, one group without spread, tiny and huge spreads, unequal sizes. A case whose expected value is null is one where
the library returns no number, or one that is nothing but rounding.
"""

import json
import math
import random

import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.multitest import multipletests

random.seed(19)


def scores(n, mean, spread, rows):
    """n scores as quotients by the rows of a validation split."""
    return [round(rows * min(1.0, max(0.0, random.gauss(mean, spread)))) / rows for _ in range(n)]


def number(p):
    return None if math.isnan(p) else float(p)


def welch(name, group, baseline, is_rounding=False):
    p = None if is_rounding else number(stats.ttest_ind(group, baseline, equal_var=False).pvalue)
    return {"name": name, "group": group, "baseline": baseline, "pValue": p}


def paired(name, group, baseline, is_rounding=False):
    p = None if is_rounding else number(stats.ttest_rel(group, baseline).pvalue)
    return {"name": name, "group": group, "baseline": baseline, "pValue": p}


def holm(name, p_values):
    return {"name": name, "pValues": p_values, "corrected": [float(p) for p in multipletests(p_values, method="holm")[1]]}


def comparison(name, baseline, groups):
    """Whole studies: scores by seed, None = the run failed or its score is undefined. Both corrections over all groups.

    A p-value is None where a group has fewer than two scores, where nothing spreads, and for the paired test where the seeds
    that have a score differ.
    """
    expected = []
    base = [score for score in baseline.values() if score is not None]
    for scores_by_seed, is_rounding in groups.values():
        own = [score for score in scores_by_seed.values() if score is not None]
        seeds = sorted(seed for seed, score in scores_by_seed.items() if score is not None)
        base_seeds = sorted(seed for seed, score in baseline.items() if score is not None)
        found = {"welch": None, "paired": None}
        if min(len(own), len(base)) > 1:
            found["welch"] = welch("", own, base, is_rounding == "both")["pValue"]
        if seeds == base_seeds and len(seeds) > 1:
            pairs_of = [scores_by_seed[seed] for seed in seeds], [baseline[seed] for seed in seeds]
            found["paired"] = paired("", *pairs_of, is_rounding in ("both", "paired"))["pValue"]
        expected.append(found)
    for test in ("welch", "paired"):
        made = [found[test] for found in expected if found[test] is not None]
        corrected = iter(multipletests(made, method="holm")[1] if made else [])
        for found in expected:
            found[f"{test}Holm"] = None if found[test] is None else float(next(corrected))
    return {
        "name": name,
        "baseline": list(baseline.items()),
        "groups": [
            {"name": group, "scores": list(scores_by_seed.items()), **found}
            for (group, (scores_by_seed, _)), found in zip(groups.items(), expected, strict=True)
        ],
    }


pairs = [
    ("five seeds on RTE", scores(5, 0.66, 0.02, 277), scores(5, 0.68, 0.02, 277)),
    ("five seeds on MRPC", scores(5, 0.86, 0.01, 408), scores(5, 0.84, 0.01, 408)),
    ("two seeds", [0.66, 0.68], [0.70, 0.71]),
    ("ties within and between", [0.7, 0.7, 0.71], [0.7, 0.71, 0.7]),
    ("one group without spread", [1.0, 1.0, 1.0], [0.5, 0.7, 0.6]),
    ("the same scores", [0.57, 0.59, 0.61], [0.57, 0.59, 0.61]),
    ("far apart", [0.91, 0.912, 0.911, 0.913], [0.50, 0.502, 0.504, 0.501]),
    ("tiny spreads", [0.50001, 0.5, 0.50002], [0.50003, 0.50005, 0.500045]),
    ("negative correlations", [-0.02, 0.11, 0.05], [0.2, 0.3, -0.1]),
    ("losses of very different size", [1e6, 1.2e6, 0.9e6], [1e-6, 2e-6, 3e-6]),
    ("ten seeds", scores(10, 0.6, 0.05, 1043), scores(10, 0.62, 0.04, 1043)),
]
unequal = [
    ("two against four", [0.884, 0.9], [0.87, 0.86, 0.865, 0.871]),
    ("three against two, no spread", [1.0, 1.0, 1.0], [0.5, 0.7]),
    ("twelve against three", scores(12, 0.7, 0.03, 277), scores(3, 0.72, 0.001, 277)),
    ("one against three", [0.6], [0.5, 0.55, 0.52]),
]
document = {
    "madeBy": "statistics_reference.py",
    "scipy": scipy.__version__,
    "statsmodels": statsmodels.__version__,
    "welch": [welch(*case) for case in pairs + unequal]
    + [
        welch("neither has spread", [0.6, 0.6], [0.5, 0.5], True),
        welch("neither has more spread than rounding", [0.1 + 0.2, 0.3], [0.3, 0.3], True),
    ],
    "paired": [paired(*case) for case in pairs]
    + [
        paired("equal differences but for rounding", [0.61, 0.62, 0.63], [0.51, 0.52, 0.53], True),
        paired("one pair", [0.6], [0.5]),
    ],
    "holm": [
        holm("one test", [0.03]),
        holm("three tests", [0.01, 0.04, 0.03]),
        holm("ties", [0.02, 0.02, 0.02, 0.5]),
        holm("above one", [0.6, 0.7, 0.9]),
        holm("tiny and zero", [0.0, 1e-300, 1e-12, 0.049]),
        holm("twelve methods", [random.random() ** 3 for _ in range(12)]),
    ],
    "studentT": [
        {"t": t, "degreesOfFreedom": nu, "pValue": float(2 * stats.t.sf(abs(t), nu))}
        for t, nu in [
            (0.5, 1), (2.0, 3.7), (-2.776, 4), (1e-8, 5), (12.7, 1), (0.3, 250.5), (40, 2.2),
            (5, 1000), (0, 7), (1.96, 1_000_000), (100, 30), (1e4, 1.01), (3.2, 1.000001),
        ]
    ],
    "comparisons": [
        comparison(
            "five seeds of which some failed",
            {1: 0.66, 2: 0.68, 3: 0.64, 4: 0.67, 5: 0.65},
            {
                "all seeds": ({1: 0.69, 2: 0.70, 3: 0.66, 4: 0.72, 5: 0.68}, None),
                "one failed": ({1: 0.69, 2: 0.70, 3: None, 4: 0.72, 5: 0.68}, None),
                "other seeds": ({6: 0.69, 7: 0.70, 8: 0.66, 9: 0.72, 10: 0.68}, None),
                "one run": ({1: 0.69}, None),
                "all undefined": ({1: None, 2: None}, None),
                "ties with the baseline": ({1: 0.66, 2: 0.68, 3: 0.64, 4: 0.67, 5: 0.66}, None),
                "the baseline itself": ({1: 0.66, 2: 0.68, 3: 0.64, 4: 0.67, 5: 0.65}, "paired"),
                "no spread": ({1: 0.70, 2: 0.70, 3: 0.70, 4: 0.70, 5: 0.70}, None),
            },
        ),
        comparison(
            "the baseline has no spread",
            {1: 0.5, 2: 0.5, 3: 0.5},
            {
                "nor has the group": ({1: 0.6, 2: 0.6, 3: 0.6}, "both"),
                "the group has": ({1: 0.6, 2: 0.62, 3: 0.61}, None),
            },
        ),
        comparison(
            "the same seed failed on both sides",
            {1: 0.5, 2: 0.6, 3: None, 4: 0.55},
            {"paired over the others": ({1: 0.6, 2: 0.8, 3: None, 4: 0.66}, None)},
        ),
    ],
}
print(json.dumps(document, indent=2))
