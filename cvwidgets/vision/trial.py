"""The short trial that finds out how a model answers most pictures a second on this machine: engine, threads, pictures at once."""

from __future__ import annotations

import io
import math
import os
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cvwidgets.errors import CvwidgetsError, ModelRefused
from cvwidgets.vision.crew import Crew, Plan

if TYPE_CHECKING:
    from cvwidgets.vision.engine import Engine, EngineMaker, Kind

Say = Callable[[str], None]

SECONDS = 0.25
"""How long a plan is tried in each round."""
ROUNDS = 3
FAR_BEHIND = 1.25
"""What costs so many times as much as the best one takes no part in further rounds."""
CLEARLY_CHEAPER = 0.95
"""A plan takes the place of one that was tried before it when it costs at most this share; above, noise decides, and simpler ones come
first."""
CPU_BATCHES = (4,)
GPU_BATCHES = (16, 64)
MOST_HANDS = 16


@dataclass(frozen=True, slots=True)
class Tried:
    """The plan that was found fastest, with the engine that it was found with."""

    plan: Plan
    engine: Engine


def try_plans(maker: EngineMaker, kinds: Sequence[Kind], say: Say = lambda _: None) -> Tried:
    """Tries the plans that may be fast here, decoding included, and returns the fastest; takes some seconds.

    `kinds` are the engines to try; what cannot run the model is said and left out. `say` is told what each plan reached.

    Raises:
        CvwidgetsError: none of the engines can run the model; the error of the last one.
    """
    engines: dict[Plan, Engine] = {}
    refused: CvwidgetsError | None = None
    for plan in _plans(kinds if maker.on_cpu else ["torch"], on_cpu=maker.on_cpu):
        made = next((engine for known, engine in engines.items() if (known.kind, known.threads) == (plan.kind, plan.threads)), None)
        try:
            engines[plan] = made or maker.make(plan.kind, plan.threads)
        except ModelRefused as error:
            if refused is None or str(refused) != str(error):
                say(str(error))
            refused = error
    if not engines:
        assert refused is not None
        raise refused
    found = _race(engines, say, by_processor=maker.on_cpu)
    best, least = next(iter(found.items()))
    for plan, cost in found.items():
        say(f"{describe(plan)}, {1000 * cost:.1f} ms of the processor each" if maker.on_cpu else describe(plan))
        if cost < CLEARLY_CHEAPER * least:
            best, least = plan, cost
    return Tried(best, engines[replace(best, images_per_second=0.0)])


def describe(plan: Plan) -> str:
    """A plan and its pace, in words."""
    name = "onnxruntime" if plan.kind == "onnx" else "torch"
    hands = f"{plan.hands} {'thread' if plan.hands == 1 else 'threads'}"
    threads = f"{plan.threads} {'thread' if plan.threads == 1 else 'threads'}"
    who = f"{hands} decode, one question at a time is computed by {threads}" if plan.apart else f"{hands} decode and ask, each by itself"
    return f"{name}: {who}, up to {plan.batch} at once: {plan.images_per_second:.0f} pictures/s"


def _plans(kinds: Sequence[Kind], *, on_cpu: bool) -> list[Plan]:
    """What to try, simple ones first."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    hands = min(processors, MOST_HANDS)
    if not on_cpu:
        return [Plan(kind, hands, 1, batch, apart=True) for kind in kinds for batch in GPU_BATCHES]
    alone = [Plan(kind, hands, 1, batch) for kind in kinds for batch in (1, *CPU_BATCHES)]
    together = [Plan(kind, hands, processors, batch, apart=True) for kind in kinds for batch in (1, *CPU_BATCHES)]
    return alone + together if processors > 1 else alone


def _race(engines: dict[Plan, Engine], say: Say, *, by_processor: bool) -> dict[Plan, float]:
    """The plans with the pace that each reached, and what a picture costs by it in seconds: the best of some rounds.

    On a processor it is its own time that counts. Seconds are stretched by whatever else runs on the machine, and more so for few threads
    than for many, which are given a larger share.
    """
    picture = _sample()
    for plan, engine in [*engines.items()]:
        try:
            _answer_some(plan, engine, picture, seconds=0.0)  # warms up
        except RuntimeError as error:  # a GPU without the memory for so many at once
            if len(engines) == 1:
                raise
            say(f"Up to {plan.batch} at once cannot be computed here ({str(error).strip().partition(chr(10))[0]:.200}).")
            del engines[plan]
    pace, cost = dict.fromkeys(engines, 0.0), dict.fromkeys(engines, math.inf)
    for _ in range(ROUNDS):
        for plan, engine in engines.items():
            if cost[plan] < math.inf and cost[plan] > FAR_BEHIND * min(cost.values()):
                continue
            count, seconds, computed = _answer_some(plan, engine, picture, seconds=SECONDS)
            pace[plan] = max(pace[plan], count / seconds)
            cost[plan] = min(cost[plan], (computed if by_processor else seconds) / count)
    return {replace(plan, images_per_second=pace[plan]): cost[plan] for plan in engines}


def _answer_some(plan: Plan, engine: Engine, picture: bytes, *, seconds: float) -> tuple[int, float, float]:
    """How many pictures were answered, in how many seconds, with how many of the processor; some more always wait."""
    crew = Crew(plan, room=10_000)  # one at a time: what each thread computes with stays with the process as long as it lives
    begun, computed, done = time.perf_counter(), time.process_time(), 0
    with closing(crew):
        under_way = crew.ask(engine, [picture] * (2 * plan.hands * plan.batch))
        while under_way:
            under_way.pop(0).result()
            done += 1
            if time.perf_counter() - begun < seconds:
                under_way += crew.ask(engine, [picture])
        spent = time.perf_counter() - begun, time.process_time() - computed
    return done, *spent


def _sample() -> bytes:
    """A JPEG of 500 px that costs about what a photo costs."""
    import numpy as np
    from PIL import Image

    random = np.random.default_rng(0)
    rough = Image.fromarray(random.integers(0, 256, (48, 64, 3), dtype=np.uint8)).resize((500, 375), Image.Resampling.BICUBIC)
    memory = io.BytesIO()
    rough.save(memory, "JPEG", quality=88)
    return memory.getvalue()
