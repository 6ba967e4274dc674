"""The six things of the demo, one file each; `THINGS` maps a label to the function that draws one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from cvwidgets.demo.pen import Pen
from cvwidgets.demo.things.bottle import draw_bottle
from cvwidgets.demo.things.key import draw_key
from cvwidgets.demo.things.leaf import draw_leaf
from cvwidgets.demo.things.mug import draw_mug
from cvwidgets.demo.things.shoe import draw_shoe
from cvwidgets.demo.things.umbrella import draw_umbrella

THINGS: Mapping[str, Callable[[Pen, np.random.Generator], None]] = {
    "bottle": draw_bottle,
    "key": draw_key,
    "leaf": draw_leaf,
    "mug": draw_mug,
    "shoe": draw_shoe,
    "umbrella": draw_umbrella,
}
