"""Columns of whole numbers out of the catalog as arrays, a million at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Select, func, select

Array = npt.NDArray[np.int64]


def columns_of(connection: Connection, question: Select[Any]) -> list[Array]:
    """The columns of an answer that are all whole numbers, none of them missing.

    SQLite joins each column into one text, which is read back as numbers: a third of the time of a Python object for each row.
    """
    rows = question.subquery()
    told = connection.execute(select(*(func.group_concat(column, " ") for column in rows.c))).one()
    return [np.fromstring(text or "", dtype=np.int64, sep=" ") for text in told]


def distinct(numbers: Array) -> Array:
    """The numbers rising, each once. (Those of the catalog mostly rise already; `numpy.unique` would hash them all.)"""
    if (numbers[1:] > numbers[:-1]).all():
        return numbers
    rising = np.sort(numbers)
    once: Array = rising[np.append(True, rising[1:] != rising[:-1])]
    return once
