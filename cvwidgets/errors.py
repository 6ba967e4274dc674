"""Every error a user of cvwidgets can meet, as one tree.

    CvwidgetsError
    ├── PictureError            a file that cannot be used as a picture
    │   └── UnreadablePicture
    │       └── UnreadNow       it may be read another time: nothing is known against the file
    ├── SourceError             a folder, archive or address that images were asked of
    │   ├── UnsafeArchive
    │   ├── UnknownProvider
    │   ├── ProviderFailed
    │   └── WebError            an address of the web that gives nothing
    │       ├── AddressRefused
    │       ├── HostUnreachable
    │       ├── BadStatus
    │       ├── TooSlow
    │       ├── TooLarge
    │       └── UnexpectedContent
    ├── ProjectError            the project folder or its catalog
    │   ├── ReadOnlyProject
    │   ├── NewerCatalog
    │   ├── DamagedCatalog
    │   ├── CatalogBusy
    │   └── DiskFull
    ├── DecisionError           a decision that cannot be made as asked
    │   ├── UnknownLabel
    │   ├── LabelExists
    │   ├── UnknownImage
    │   ├── NothingToUndo
    │   └── UndoRefused
    ├── FilterError             a question about images that cannot be asked
    ├── LearnError              training and what it needs
    │   ├── RecipeError
    │   ├── TooFewImages
    │   ├── BaseUnavailable
    │   └── TrainingFailed
    ├── ExploreError            a question about embeddings that cannot be answered
    │   └── NoFeatures
    ├── ExportError             what is kept, a model, or what one said, cannot go out as asked
    ├── AnalysisError           an analysis of very many images that cannot be done or looked at as asked
    ├── SettingsError           a setting that cannot be used or kept
    ├── RunError                runs, models and prediction by them
    │   ├── UnknownRun
    │   ├── StartCancelled
    │   ├── NoModel
    │   ├── ModelRefused
    │   ├── NotSent
    │   ├── NoFigures
    │   ├── NotExplained
    │   └── PredictionFailed
    ├── JobError                long work in a process of its own
    │   └── JobDidNotStart
    └── ServeError              the REST server, and calling one
        ├── QueueFull
        └── CallFailed

A message has three beats: what was found, what was needed, what to do next.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal


class CvwidgetsError(Exception):
    """Base of all errors that speak to the user; programming mistakes stay TypeError and ValueError."""


class PictureError(CvwidgetsError):
    """A file that cannot be used as a picture."""


class UnreadablePicture(PictureError):
    """The file is no picture, of a format that is not allowed, too large, or broken; `str()` is the reason."""


class UnreadNow(UnreadablePicture):
    """The file could not be read this time: it is out of reach, the disk or the memory failed, or reading it was broken off."""


class SourceError(CvwidgetsError):
    """A folder, file, archive or address that images were asked of cannot give any."""


class UnsafeArchive(SourceError):
    """An archive that unpacks to more than it may, or lists more files than it may."""


class WebError(SourceError):
    """What was asked of an address of the web was not to be had."""


class AddressRefused(WebError):
    """The address is not one of the public web, or its name or a redirect leads to one that is not; nothing was sent to it."""


class HostUnreachable(WebError):
    """The name of the host leads nowhere, no connection came about, or it was broken off; or the host failed too often to be asked."""


class BadStatus(WebError):
    """The host answered that it does not give what was asked: `status` is the HTTP status, `retry_after` the seconds it asks to wait."""

    def __init__(self, message: str, *, status: int, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class TooSlow(WebError):
    """The answer was not there, or not whole, within the time that it may take."""


class TooLarge(WebError):
    """The answer is larger than it may be, packed or unpacked."""


class UnexpectedContent(WebError):
    """What came is not what was asked for: no picture, no JSON, packed in an unknown way, or redirects without end."""


class UnknownProvider(SourceError):
    """There is no search provider of that name, or it cannot be asked here; the message says why."""


class ProviderFailed(SourceError):
    """A search provider gives nothing, or no more: `kind` is "blocked", "slow", "unreachable", "changed" or "failed"."""

    def __init__(self, message: str, *, kind: Literal["blocked", "slow", "unreachable", "changed", "failed"] = "failed") -> None:
        super().__init__(message)
        self.kind = kind


class ProjectError(CvwidgetsError):
    """The project folder or its catalog cannot be used as asked."""


class ReadOnlyProject(ProjectError):
    """The project can be looked at; decisions are off."""


class NewerCatalog(ProjectError):
    """The catalog was written by a later version of cvwidgets."""


class DamagedCatalog(ProjectError):
    """The catalog cannot be read; `backup` is the newest back-up that is whole, which `restore_catalog` puts in its place, or None."""

    def __init__(self, message: str, *, backup: Path | None = None) -> None:
        super().__init__(message)
        self.backup = backup


class CatalogBusy(ProjectError):
    """Another process held the catalog for longer than the busy timeout."""


class DiskFull(ProjectError):
    """The disk had no room for what was to be written; nothing was changed."""


class DecisionError(CvwidgetsError):
    """A decision that cannot be made as asked; nothing was changed."""


class UnknownLabel(DecisionError):
    """There is no label of that name."""


class LabelExists(DecisionError):
    """A label of that name (letter case aside) exists already."""


class UnknownImage(DecisionError):
    """There is no image of that id."""


class NothingToUndo(DecisionError):
    """No act is left to undo or redo."""


class UndoRefused(DecisionError):
    """Later acts touched the same images, so that the act cannot be undone as a whole."""


class FilterError(CvwidgetsError):
    """A filter holds a value that cannot be used, or there is none of that name."""


class LearnError(CvwidgetsError):
    """Training, or what it needs, cannot go on."""


class RecipeError(LearnError):
    """A recipe holds a value that cannot be used."""


class TooFewImages(LearnError):
    """A label has too few images to learn from and to judge by, or there are fewer than two labels."""


class BaseUnavailable(LearnError):
    """The base model is neither on disk nor to be had from the hub now."""


class TrainingFailed(LearnError):
    """A run ended with an error; the message names the reason and the log."""


class ExploreError(CvwidgetsError):
    """What was asked of embeddings cannot be answered: they are too few, do not fit together, or hold what is no number."""


class NoFeatures(ExploreError):
    """The model gives no pooled features, so that it cannot say how near images are; the message says what it gives."""


class ExportError(CvwidgetsError):
    """What is kept, or a model, cannot go out as asked; nothing was written."""


class AnalysisError(CvwidgetsError):
    """What a model is asked about very many images cannot be asked, or its answers cannot be looked at."""


class SettingsError(CvwidgetsError):
    """A setting holds a value that cannot be used here, or cannot be written."""


class RunError(CvwidgetsError):
    """A run or a model cannot be used as asked."""


class UnknownRun(RunError):
    """There is no run of that name."""


class StartCancelled(RunError):
    """Somebody gave a start up while the images were compared before it; nothing was begun."""


class NoModel(RunError):
    """There is no model to ask yet."""


class ModelRefused(RunError):
    """What was to be registered is no image classifier that can be used here; the message says what it is."""


class NotSent(RunError):
    """A model, or images, could not be sent to the hub; nothing of the project was changed."""


class NoFigures(RunError):
    """The run was not tried on its test images yet."""


class NotExplained(RunError):
    """Why a model says something cannot be shown as asked; the message says what can."""


class PredictionFailed(RunError):
    """The prediction worker gave no answer."""


class JobError(CvwidgetsError):
    """Long work in a process of its own cannot be done as asked."""


class JobDidNotStart(JobError):
    """The process of a job ended, or said nothing, before it took up its work."""


class ServeError(CvwidgetsError):
    """The REST server cannot be run or called as asked."""


class QueueFull(ServeError):
    """As many pictures wait for the model as may; `retry_after` is in how many seconds there is likely room."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class CallFailed(ServeError):
    """A server did not give what was asked of it: `status` is the HTTP status of its answer, None when none came."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status
