"""Images of a project as the eye is shown them."""

from __future__ import annotations

import pytest

from cvwidgets import Project
from cvwidgets.errors import UnknownImage, UnreadablePicture


def test_an_image_is_shown_from_its_original(filled: Project) -> None:
    (image,) = filled.images.get(filled.images.select("blue").ids[:1])
    rendition = filled.images.pictures.get(image.id, longest=2048)
    assert (rendition.width, rendition.height, rendition.size) == (80, 60, image.size)


def test_a_missing_original_is_said_in_a_sentence(filled: Project) -> None:
    (image,) = filled.images.get(filled.images.select("red").ids[:1])
    image.path.unlink()
    with pytest.raises(UnreadablePicture, match="not there"):
        filled.images.pictures.get(image.id, longest=2048)
    filled.images.check_files()
    with pytest.raises(UnreadablePicture):
        filled.images.pictures.get(image.id, longest=2048)


def test_an_image_that_is_not_in_the_project_is_said(filled: Project) -> None:
    with pytest.raises(UnknownImage, match="not in the project"):
        filled.images.pictures.get(10**6, longest=2048)
