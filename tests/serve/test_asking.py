"""Pictures are asked about as files of a form, as the body, as base64 and by address, one or many."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path

import pytest

from cvwidgets.vision import load_classifier, predict
from tests.collect.site import Site, reply
from tests.serve.conftest import Running, Serving, picture_bytes, serving, with_models


def test_the_answer_is_that_of_the_one_test_transform(served: Running, tiny: Path) -> None:
    path = served.folder.parent / "pictures/owl.jpg"
    (ours,) = predict(load_classifier(tiny), [path])
    (result,) = served.predict(path.read_bytes()).json()["results"]
    assert [p["label"] for p in result["predictions"]] == [f"{p.label}1" for p in ours.predictions]
    assert [p["probability"] for p in result["predictions"]] == pytest.approx([p.probability for p in ours.predictions], abs=1e-4)


def test_files_of_a_form_are_answered_in_their_order_and_one_bad_one_costs_its_own_answer_alone(served: Running) -> None:
    files = [("file", ("a.jpg", picture_bytes())), ("other", ("C:\\x\\b.txt", b"hello")), ("file", ("c.png", picture_bytes("PNG")))]
    said = served.http.post("/v1/predict", params={"top": 1}, files=files)
    results = said.json()["results"]
    assert said.status_code == 200 and said.json()["model"] == 1
    assert [(one["name"], len(one.get("predictions", ()))) for one in results] == [("a.jpg", 1), ("b.txt", 0), ("c.png", 1)]
    assert results[1]["problem"].startswith("It is not a picture of a format")


def test_base64_and_an_address_are_asked_as_json(served: Running, site: Site) -> None:
    site.answers["/a.jpg"] = reply(picture_bytes())
    text = base64.b64encode(picture_bytes()).decode()
    address = f"http://127.0.0.1:{site.port}/a.jpg"
    images = [{"base64": text, "name": "mine"}, {"base64": f"data:image/jpeg;base64,{text}"}, {"address": address}]
    same, other, fetched = served.http.post("/v1/predict", json={"images": images}).json()["results"]
    assert (same["name"], fetched["name"]) == ("mine", address)
    assert same["predictions"] == other["predictions"] == fetched["predictions"]
    assert served.http.post("/v1/predict", json={"base64": text}).json()["results"][0]["predictions"] == same["predictions"]


def test_an_address_that_gives_no_picture_is_told_without_a_word_of_the_networks_here(served: Running, site: Site, start: Serving) -> None:
    def problem(running: Running, address: str) -> str:
        said = running.http.post("/v1/predict", json={"address": address})
        assert said.status_code == 422
        return str(said.json()["results"][0]["problem"])

    site.answers["/b.txt"] = reply(b"no picture")
    here = f"http://127.0.0.1:{site.port}"
    assert problem(served, f"{here}/b.txt") == "What is at the address is no picture that can be read."
    assert problem(served, f"{here}/missing") == "The address was answered by HTTP 404; a picture is needed."
    with start() as strict:
        alike = {
            problem(strict, address) for address in (f"{here}/b.txt", "http://169.254.169.254/", "file:///etc/passwd", "http://[::1]/x")
        }
    assert alike == {"The address gives nothing; one of the public web is needed, that answers soon."}
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "image/jpeg", 400),
        (b"{}", "application/json", 422),
        (b"[", "application/json", 422),
        (b'{"images": []}', "application/json", 422),
        (b'{"base64": "\xff"}', "application/json", 422),
        (b'{"base64": "not base64!"}', "application/json", 422),
        (b"x", "multipart/form-data", 400),
        (b"x", "multipart/form-data; boundary=y", 400),
        (b'--y\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--y--\r\n', "multipart/form-data; boundary=y", 400),
    ],
)
def test_what_is_not_understood_is_told_in_a_sentence(served: Running, content: bytes, kind: str, status: int) -> None:
    said = served.http.post("/v1/predict", content=content, headers={"Content-Type": kind})
    told = said.json().get("detail") or said.json()["results"][0]["problem"]
    assert said.status_code == status and told.endswith(".") and str(served.folder) not in said.text


def test_what_the_model_is_and_which_labels_it_tells_can_be_asked(served: Running) -> None:
    assert served.http.get("/v1/labels").json() == {"model": 1, "labels": ["owl1", "elk1"]}
    facts = served.http.get("/v1/model").json()
    assert (facts["model"], facts["labels"], facts["engine"], facts["height"], facts["width"]) == (1, 2, "torch", 32, 32)


def test_what_was_asked_is_counted(served: Running) -> None:
    served.predict(picture_bytes())
    told = served.http.get("/metrics").text
    assert 'cvwidgets_requests_total{route="/v1/predict",status="200"}' in told and "cvwidgets_model_version 1.0" in told
    assert 'cvwidgets_pictures_total{outcome="answered"}' in told


@pytest.mark.slow
def test_the_images_most_like_a_picture_are_told(explored: Path, tiny: Path, tmp_path: Path) -> None:
    shutil.copytree(explored / "project", tmp_path / "project")
    with serving(with_models(tmp_path / "project", tiny), tmp_path) as running:
        picture = (explored / "heap/red/5.jpg").read_bytes()
        near = running.http.post("/v1/neighbors", params={"n": 3}, files={"file": picture}).json()["neighbors"]
        assert len(near) == 3 and near[0]["distance"] < 1e-3 and near[0]["label"] == "red" and set(near[0]) >= {"id", "sha256", "state"}
        assert running.http.post("/v1/neighbors", params={"label": "none"}, files={"file": picture}).status_code == 404
        assert running.http.post("/v1/neighbors", files=[("file", picture), ("file", picture)]).status_code == 422
