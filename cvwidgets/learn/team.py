"""The processes that train a run together, as `accelerate launch` starts them: each takes its share, the main one decides and writes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import torch

from cvwidgets.errors import RecipeError
from cvwidgets.learn.machine import Computing

if TYPE_CHECKING:
    from accelerate import Accelerator

T = TypeVar("T")
PATIENCE = timedelta(hours=2)
"""How long the others wait for the main process while it fetches a base or writes; when one ends, the launcher ends all at once."""


@dataclass(frozen=True, slots=True)
class Team:
    """Process `number` (from 0, the main one) `of` so many that compute on devices of one kind; alone, it waits for nobody.

    All but `share` and `leads` are done by all processes, in the same order.
    """

    number: int = 0
    of: int = 1
    device: str = "cpu"

    @property
    def leads(self) -> bool:
        """Whether this is the main process, the only one that writes."""
        return self.number == 0

    def share(self, rows: Any) -> Any:
        """This process's share of a sequence; the shares of all are the sequence, and differ by one in length at most."""
        return rows[self.number :: self.of]

    def total(self, value: float) -> float:
        """The sum of what each process holds."""
        if self.of == 1:
            return value
        from accelerate.utils import reduce

        return float(reduce(torch.tensor(value, dtype=torch.float64, device=self.device), "sum"))

    def gather(self, value: T) -> list[T]:
        """What each process holds, the main one's first."""
        if self.of == 1:
            return [value]
        from accelerate.utils import gather_object

        found: list[T] = gather_object([value])
        return found

    def lead(self, act: Callable[[], T]) -> T:
        """What an act of the main process gives, in all of them."""
        if self.of == 1:
            return act()
        from accelerate.utils import broadcast_object_list

        given: list[Any] = broadcast_object_list([act() if self.leads else None])
        return given[0]  # type: ignore[no-any-return]

    def share_buffers(self, model: torch.nn.Module) -> None:
        """Gives all processes the main one's running statistics of BatchNorm; what is learnt is the same in all."""
        if self.of == 1:
            return
        from accelerate.utils import broadcast

        for buffer in model.buffers():
            broadcast(buffer)

    @contextmanager
    def first_on_machine(self) -> Iterator[None]:
        """Lets one process of each machine go through the block before the others, which then find on disk what it fetched."""
        if self.of == 1:
            yield
            return
        from accelerate import PartialState

        with PartialState().local_main_process_first():
            yield


ALONE = Team()


def find_team(device: torch.device) -> Team:
    """The processes that were launched together to compute on `device`, or on others of its kind.

    Raises:
        RecipeError: several were launched, which cannot share such a device.
    """
    from accelerate import PartialState

    state = PartialState(cpu=device.type == "cpu", timeout=PATIENCE)
    if state.num_processes == 1 and (launched := int(os.environ.get("WORLD_SIZE", "1"))) > 1:
        raise RecipeError(
            f"{launched} processes were launched on the device {device.type!r}, which only one can train on. Launch one, or name the "
            "device 'cpu' in the recipe."
        )
    return ALONE if state.num_processes == 1 else Team(state.process_index, state.num_processes, str(state.device))


def make_accelerator(computing: Computing) -> Accelerator:
    """What puts a model into the form in which it learns: in its precision, and with gradients that are averaged over a team."""
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState
    from accelerate.utils import DistributedDataParallelKwargs

    wanted: dict[str, Any] = {"mixed_precision": "bf16" if computing.precision == "bfloat16" else "no", "cpu": computing.device == "cpu"}
    wanted["kwargs_handlers"] = [DistributedDataParallelKwargs(find_unused_parameters=True)]  # bases of the hub have weights without use
    try:
        return Accelerator(device_placement=False, **wanted)
    except ValueError:
        # accelerate keeps one precision and device per process; a second run in it may compute otherwise.
        AcceleratorState._reset_state(reset_partial_state=True)
        return Accelerator(device_placement=False, **wanted)
