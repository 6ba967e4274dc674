"""Numbers from which something counts, for those who ask and those who show; without any library, so that they cost nothing to know."""

THRESHOLD = 0.75
"""Likeness from which images show the same picture, unless another threshold is asked for."""
FLOOR = 0.4
"""Likeness below which a pair is not kept: no threshold is worth trying there."""
STRANGE = 0.5
"""The score from which on an image counts as a stranger: 3.5 times the usual spread above the usual distance (B. Iglewicz, D. Hoaglin,
How to Detect and Handle Outliers, 1993)."""
VARIED = 60
"""So many images are a first look, unless more or fewer are asked for."""
