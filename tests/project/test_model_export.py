"""Models go out: what is printed beside them runs as it is printed, and says what the project says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from cvwidgets import Project, vision
from cvwidgets.errors import DiskFull, ExportError, NoModel
from cvwidgets.model import Model
from cvwidgets.project import model_exports
from cvwidgets.vision import onnx_trial
from tests.learn.conftest import small_disk  # noqa: F401
from tests.tried import tried_run


def _sure_of_colors(folder: Path, tiny: Path, labels: tuple[str, str]) -> None:
    """Writes a tiny classifier that is sure of red or blue, whichever way, by what it makes of one picture of each."""
    import torch

    begun = vision.new_classifier(tiny, labels, seed=1)
    begun.model.eval()
    red, blue = (begun.transform(Image.new("RGB", (40, 40), color)) for color in ("red", "blue"))
    with torch.inference_mode():
        one, two = begun.model(pixel_values=torch.stack([red, blue])).logits
        head = begun.model.classifier
        head.weight *= 20 / (one - two).abs().max()
        head.bias.copy_(-(one + two) / 2 * 20 / (one - two).abs().max())
    processor = {"image_processor_type": "ConvNextImageProcessor", "size": {"shortest_edge": 32}, "crop_pct": 0.875, "resample": 3}
    vision.save_classifier(vision.Classifier(begun.model, labels, begun.transform, processor), folder)


@pytest.fixture
def model(explored_project: Project, tiny: Path) -> Model:
    """The best of a run that was tried on its test images, in production."""
    run = tried_run(explored_project, wrong=[0])
    _sure_of_colors(run.folder / "best", tiny, ("blue", "red"))
    return explored_project.models.promote(run)


def _said_by(lines: str, picture: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What lines print in a folder where the picture is called photo.jpg."""
    (picture.parent / "photo.jpg").write_bytes(picture.read_bytes())
    monkeypatch.chdir(picture.parent)
    capsys.readouterr()
    exec(compile(lines, "printed", "exec"), {})
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize("format", ["safetensors", "onnx"])
def test_the_lines_that_are_printed_give_the_label_that_the_project_gives(
    format: str,
    model: Model,
    explored_project: Project,
    draw: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done = explored_project.models.export(model.version, tmp_path / 'the "out" folder', format)  # type: ignore[arg-type]
    classifier = vision.load_classifier(model.folder, device="cpu")
    for seed, color in enumerate(["red", "blue"]):
        picture = draw(f"{color}/{color}.jpg", seed=seed, size=(90, 70), color=color)
        [answer] = vision.predict(classifier, [picture])
        assert _said_by(done.lines, picture, capsys, monkeypatch) == answer.predictions[0].label
    assert len(done.lines.splitlines()) == 2 or format == "onnx"


def test_a_quantized_model_says_how_it_did_on_the_test_images_of_its_run(model: Model, explored_project: Project, tmp_path: Path) -> None:
    done = explored_project.models.export(model.version, tmp_path / "out", "onnx", quantize="int8")
    assert done.tried is not None
    assert [one.form for one in done.tried.forms] == ["torch", "onnx", "onnx int8"]
    evaluated = explored_project.runs.get(str(model.run)).evaluation()
    assert evaluated is not None and done.tried.images == evaluated.images
    assert done.tried_on == f"{evaluated.images} test images of run {model.run}"
    torch, whole, small = done.tried.forms
    assert torch.accuracy == whole.accuracy is not None and whole.agreement == 1 and whole.furthest < 1e-3
    assert small.milliseconds > 0 and small.accuracy is not None
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["README.md", "model.onnx"]
    assert "| ONNX, int8 |" in (tmp_path / "out/README.md").read_text()


def test_a_model_from_elsewhere_is_tried_on_kept_images(explored_project: Project, whole: Path, tmp_path: Path) -> None:
    explored_project.models._check = lambda _folder, _name: ["owl", "elk"]
    version = explored_project.models.register(whole).version
    done = explored_project.models.export(version, tmp_path / "out", "onnx", quantize="fp16")
    assert done.tried is not None and done.tried_on == f"{done.tried.images} kept images of the project"
    assert {one.accuracy for one in done.tried.forms} == {None}
    assert vision.onnx_trial.open_onnx(tmp_path / "out/model.onnx").get_modelmeta().custom_metadata_map["version"] == str(version)


def test_what_is_refused_or_broken_off_leaves_nothing(
    model: Model, explored_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models, out = explored_project.models, tmp_path / "out"
    for wanted, options in (
        ("no format 'coreml'", {"format": "coreml"}),
        ("no way 'int4'", {"format": "onnx", "quantize": "int4"}),
        ("Only ONNX goes out quantized", {"quantize": "int8"}),
    ):
        with pytest.raises(ExportError, match=wanted):
            models.export(model.version, out, **options)  # type: ignore[arg-type]

    def stop(done: int, _of: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        models.export(model.version, out, "onnx", tick=stop)
    monkeypatch.setattr(onnx_trial, "PARITY", -1.0)
    with pytest.raises(ExportError, match=r"says something else of '.*' than in torch: a probability is off by 0\.0000.*not given out"):
        models.export(model.version, out, "onnx")
    assert not [file for file in tmp_path.iterdir() if "out" in file.name]
    with pytest.raises(ExportError, match="is not empty"):
        models.export(model.version, explored_project.folder)
    with pytest.raises(NoModel, match="no model of version 9"):
        models.export(9, out)


def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    explored_project: Project,
    tiny: Path,
    small_disk: Path,  # noqa: F811
) -> None:
    begun = vision.new_classifier("starter", ["blue", "red"])
    vision.save_classifier(begun, explored_project.folder / "models/large")
    store = explored_project._store
    version = store.models.register(run=None, folder=explored_project.folder / "models/large", labels=begun.labels).version
    for format in ("safetensors", "onnx"):
        with pytest.raises(DiskFull, match="no room for the export"):
            explored_project.models.export(version, small_disk / "out", format)  # type: ignore[arg-type]
    assert not list(small_disk.iterdir())


def test_onnx_needs_images_to_be_tried_on(project: Project, whole: Path, tmp_path: Path) -> None:
    project.models._check = lambda _folder, _name: ["owl", "elk"]
    project.models.register(whole)
    with pytest.raises(ExportError, match="There is no image to try model 1 from birds on"):
        project.models.export(1, tmp_path / "out", "onnx")
    assert project.models.export(1, tmp_path / "out").tried is None


def test_a_job_that_was_told_to_stop_leaves_nothing_and_what_a_killed_one_left_goes(model: Model, explored_project: Project) -> None:
    folder = explored_project.folder / "work/outward-1"
    place = model_exports.free_place(explored_project.folder, model.version, "onnx", None)
    folder.mkdir(parents=True)
    (folder / "request.json").write_text(json.dumps({"version": 1, "format": "onnx", "quantize": None, "folder": str(place)}))
    (folder / "stop").touch()
    model_exports.main(folder)
    assert not place.exists() and not list((folder / "drafts").iterdir()) and not (folder / "export.json").exists()
    (folder / "drafts/.half").mkdir()
    (folder / "stop").unlink()
    begun = explored_project.models.start_exporting(model.version, "onnx", quantize="fp16")
    assert not (folder / "drafts").exists() and begun.folder.name == "model-1-onnx-fp16"
    with pytest.raises(ExportError, match="Model 1 goes out; one at a time"):
        explored_project.models.start_exporting(model.version)
    explored_project.jobs.stop(begun.job)
