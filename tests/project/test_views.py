"""Views: images of a project by a question, or by ids with what is known of each."""

from __future__ import annotations

from math import inf, nan

import pytest
from numpy import array, float64

from cvwidgets import Project
from cvwidgets.errors import FilterError, UnknownLabel
from cvwidgets.filter import Filter


def test_a_question_may_be_a_filter_its_fields_or_words(filled: Project) -> None:
    images = filled.images
    asked = [images.select(where={"formats": "PNG"}), images.select(where=Filter(formats=("PNG",))), images.select("blue", "kept")]
    assert [len(view) for view in asked] == [5, 5, 5]
    assert len(images.select("red", where={"labels": "blue", "text": "1"})) == 1, "what stands beside `where` takes its place"
    assert images.select("Unsorted", "new").words == "without a label, New"


def test_a_question_that_makes_no_sense_is_refused(filled: Project) -> None:
    with pytest.raises(FilterError, match="no field 'colour'"):
        filled.images.select(where={"colour": "red"})
    with pytest.raises(UnknownLabel, match="moose"):
        filled.images.select("moose")


def test_a_view_decides_about_all_its_images_and_is_asked_anew(filled: Project) -> None:
    view = filled.images.select("red", "kept", sort="-name")
    view.assign("blue")
    assert (len(view), len(view.again())) == (5, 0)
    view.project.journal.undo()
    assert view.again().ids.tolist() == view.ids.tolist()


def test_a_view_of_ids_keeps_their_order_and_what_is_known_of_each(filled: Project) -> None:
    ids = filled.images.select().ids[[4, 0, 2]]
    view = filled.images.view(ids, values={"distance": [0.0, 0.1, 0.5]}, words="nearest to 00af…")
    assert view.ids.tolist() == ids.tolist() == view.again().ids.tolist()
    assert view.values["distance"].tolist() == [0.0, 0.1, 0.5] and view.words == "nearest to 00af…"
    assert (view.label, view.state, repr(view)) == (None, None, "View(3 images, nearest to 00af…)")
    with pytest.raises(ValueError, match="2 values for 3 images"):
        filled.images.view(ids, values={"distance": [0.0, 0.1]})


def test_a_view_of_ids_asked_anew_has_only_images_that_are_there(filled: Project) -> None:
    ids = [int(filled.images.select().ids[0]), 999]
    again = filled.images.view(ids, values={"distance": [0.5, 0.7]}).again()
    assert again.ids.tolist() == ids[:1] and again.values["distance"].tolist() == [0.5]


def test_a_view_is_narrowed_and_sorted_by_what_it_knows_and_keeps_it(filled: Project) -> None:
    ids = filled.images.select().ids[:5]
    values = {"distance": [0.4, 0.1, nan, 0.3, 0.1], "confidence": [0.5, 0.9, 0.8, nan, 0.6]}
    view = filled.images.view(ids, values=values, words="nearest to 00af…")
    assert view.sorted("distance").ids.tolist() == ids[[1, 4, 3, 0, 2]].tolist(), "equal ones as they stood, unknown ones last"
    assert view.sorted("-confidence").ids.tolist() == ids[[1, 2, 4, 0, 3]].tolist()
    near = view.between("distance", high=0.3).sorted("-distance")
    assert near.values["distance"].tolist() == [0.3, 0.1, 0.1] and near.values["confidence"][1:].tolist() == [0.9, 0.6]
    assert near.words == "nearest to 00af… · distance up to 0.3 · by distance, highest first"
    assert [len(view.between("distance", low, high)) for low, high in ((0.1, 0.1), (None, None), (float64(0.35), inf))] == [2, 4, 1]
    assert near.again().ids.tolist() == near.ids.tolist()


def test_values_and_ranges_that_there_are_not_are_refused(filled: Project) -> None:
    view = filled.images.view(filled.images.select().ids[:1], values={"distance": [0.4]})
    with pytest.raises(FilterError, match=r"does not know the 'age' of its images; it knows distance\. Ask"):
        view.sorted("-age")
    with pytest.raises(FilterError, match=r"does not know the 'distance' of its images or anything else\."):
        filled.images.select().between("distance", 0, 1)
    with pytest.raises(FilterError, match=r"No distance lies from 0\.9 to 0\.1"):
        view.between("distance", 0.9, 0.1)
    for end in (nan, "0.1", True, 10**400):
        with pytest.raises(FilterError, match="no end of a range of 'distance'"):
            view.between("distance", end)


def test_a_part_of_a_view_asked_anew_is_that_part_as_far_as_it_still_belongs_there(filled: Project) -> None:
    whole = filled.images.select("red", "kept")
    part = whole.take(array([3, 1, 0]))
    filled.images.assign(whole.ids[:1], "blue")
    assert part.again().ids.tolist() == whole.ids[[3, 1]].tolist() and part.words == whole.words


def test_saved_filters_are_seen_by_others_and_come_back(filled: Project) -> None:
    filled.filters.save("Reds", {"labels": "red", "sort": "name"})
    with Project(filled.folder) as elsewhere:
        (saved,) = elsewhere.filters.list()
        assert len(elsewhere.images.select(where=saved.filter)) == 5
        elsewhere.filters.delete("reds")
    assert filled.filters.list() == ()
