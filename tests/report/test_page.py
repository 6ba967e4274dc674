from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from cvwidgets.evaluation import Evaluation
from cvwidgets.recipe import Recipe
from cvwidgets.records import Epoch
from cvwidgets.report import Before, Cell, Shown, Since, render
from cvwidgets.report.page import HERE
from tests.report.conftest import Make, evaluation_of
from tests.report.reading import Page

HOSTILE = "\"><script>alert('x')</script><img src=//evil.example/x.png onerror=alert(1)>"


def test_a_report_says_how_good_a_run_is_of_what_it_learnt_and_by_which_recipe(make: Make) -> None:
    text = Page(render(make())).text
    assert "Of 40 test images, which decided nothing, 75.0% are called by their own label." in text
    assert "120 to learn from, 40 to choose the best epoch by, 40 to be judged by; snapshot abc" in text.replace(" .", ".")
    assert "Epoch 2 is the best; its weights are the model" in text
    assert "epochs 3 12" in text and "elk called bison 2 of 5 shown, the surest first" in text
    assert "off by 3.1 points on average; before calibration it was 5.4" in text


def test_nothing_that_people_wrote_becomes_markup(make: Make) -> None:
    shown = Shown(HOSTILE, HOSTILE, HOSTILE, 0.9, None, None)
    report = make(
        names=(HOSTILE, "elk"), project=HOSTILE, title=HOSTILE, note=HOSTILE, reason=HOSTILE, left_out=(HOSTILE,), wrong=(shown,),
        refused=((HOSTILE, HOSTILE),), refused_in_all=1, recipe=Recipe(base=HOSTILE), machine=((HOSTILE, HOSTILE),), usage=(HOSTILE,),
        before=Before("0001", 9, (0.1, 0.2), 0.1, 0, 0.2, ((HOSTILE, 3, 0.1, 0.2),), (("base", HOSTILE, HOSTILE),)),
        cells=(Cell(0, 1, 5, (shown,)),),
    )  # fmt: skip
    page = Page(render(report))
    assert len(page.all("script")) == 1 and page.fetched() == []
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert page.text.count(HOSTILE) > 15


def test_nothing_is_fetched_and_only_its_own_script_and_style_may_run(make: Make) -> None:
    html = render(make())
    page = Page(html)
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert page.fetched() == [] and not re.search(r"url\(|@import", html)
    assert not [attributes for _, attributes in page.tags if "style" in attributes]  # the policy would let none have an effect
    for kind in ("script", "style"):
        [text] = re.findall(rf"<{kind}>(.*?)</{kind}>", html, re.DOTALL)
        assert f"{kind}-src 'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"evaluation": None, "state": "stopped", "epochs": ()}, "The run was not tried on its test images"),
        ({"evaluation": evaluation_of(("elk", "bison"), ((0, 0), (0, 0)))}, "The run has no test images"),
        ({"evaluation": None, "state": "running"}, "Under way when this was written"),
        ({"cells": None, "wrong": ()}, "there are figures, and no pictures behind them"),
        ({"parts": None, "labels": ()}, "The list of its images is not there any more"),
    ],
)
def test_what_is_not_known_is_left_out_and_said(make: Make, changes: dict[str, object], said: str) -> None:
    page = Page(render(make(**changes)))
    assert said in page.text
    assert {link["href"] for link in page.all("a")} <= {f"#{section.get('id')}" for section in page.all("section")}


def test_figures_that_an_older_version_wrote_have_no_calibration(make: Make) -> None:
    old = evaluation_of(("elk", "bison"), ((1, 1), (0, 2)))
    plain = Evaluation(
        *(getattr(old, name) for name in ("part", "images", "accuracy", "low", "high", "macro_f1", "loss", "labels", "confusion"))
    )
    text = Page(render(make(evaluation=plain, cells=None))).text
    assert "75.0%" in text and "Calibration" not in text and "Probabilities are off" not in text


def test_labels_with_few_test_images_are_said_to_be_too_small_to_judge(make: Make) -> None:
    text = Page(render(make(evaluation=evaluation_of(("elk", "bison"), ((3, 1), (3, 17)))))).text
    assert "4 too few to judge" in text and "these labels are too small to judge" in text
    assert text.index("bison 80.0%") < text.index("elk 80.0%")  # what cannot be judged stands last


def test_what_changed_since_and_what_the_run_gained_are_said(make: Make) -> None:
    before = Before("0001", 40, (0.7, 0.75), 0.05, -0.02, 0.12, (("elk", 20, 0.6, 0.7),), ())
    text = Page(render(make(since=Since(39, 0.769, 0.6, 0.88, corrected=1, gone=2), before=before))).text
    assert "Since then 1 test image has another label now and 2 test images are not kept any more; by today's labels 76.9%" in text
    assert "+5.0 points, with 95% confidence between -2.0 and +12.0. The interval holds 0: it may be chance." in text


def test_of_many_labels_the_most_frequent_confusions_are_listed(make: Make) -> None:
    labels = tuple(f"kind {number}" for number in range(50))
    confusion = tuple(tuple(20 if i == j else i if j == (i + 1) % 50 else 1 for j in range(50)) for i in range(50))
    page = Page(render(make(evaluation=evaluation_of(labels, confusion), cells=(Cell(49, 0, 49, ()),))))
    assert "300 of 2,449 confusions shown, the most frequent first." in page.text
    assert "kind 49 kind 0 49" in page.text and not [one for one in page.all("table") if one.get("role") == "grid"]


def test_thousands_of_epochs_stay_a_table_that_one_can_read(make: Make) -> None:
    epoch = make().epochs[0]
    many = tuple(replace(epoch, number=number, best=number in (1, 777)) for number in range(1, 5001))
    page = Page(render(make(epochs=many)))
    assert "of 5,000 epochs shown" in page.text and len(page.all("tr")) < 160 and "777 ★ best" in page.text


@pytest.mark.parametrize("values", [(float("nan"), 1.0), (0.5, 0.5), (0.0, 0.0)])
def test_curves_are_drawn_of_whatever_losses_there_are(make: Make, values: tuple[float, float]) -> None:
    epochs = tuple(Epoch(n, value, value, 0.5, 0.5, 0.1, 1.0, 1.0, best=False) for n, value in enumerate(values, 1))
    html = render(make(epochs=epochs))
    assert "nan" not in html and html.count("<polyline") >= 2


def test_the_report_has_the_colors_of_the_workbench() -> None:
    def colors(sheet: Path) -> list[set[str]]:
        blocks = re.findall(r"\{[^{}]*--cvw-ground[^{}]*\}", sheet.read_text("utf-8"))[:2]
        return [set(re.findall(r"--cvw-\w+(?:-\w+)?: #\w+", block)) for block in blocks]

    own, workbench = colors(HERE / "styles" / "frame.css"), colors(HERE.parent / "widgets" / "base.css")
    assert len(own) == 2 and own[0] <= workbench[0] and own[1] <= workbench[1]
