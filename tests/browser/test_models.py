"""Models in the dashboard: one from a folder comes in, answers, goes to a hub on 127.0.0.1; a base is found there."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from cvwidgets import Project
from tests.browser.conftest import open_step, port, served, until_left
from tests.browser.test_access import findings
from tests.tried import tried_run
from tests.vision.conftest import Hub, running_hub, tiny  # noqa: F401
from tests.vision.test_hub_searching import listed

Tab = Callable[..., Page]


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    """A hub with two base models to be found."""
    with running_hub() as server:
        server.listed = [
            listed("zoo/convnext-large", 200, 90_000),
            listed("zoo/convnext-tiny", 28, 5_300, "license:mit"),
        ]
        yield server


@pytest.fixture(scope="module")
def dashboard(filled: Path, pictures: Path, hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard of someone who is logged in to that hub."""
    call = "open_app(Path(sys.argv[1]), roots=[Path(sys.argv[2])], browser=False, port=int(sys.argv[3]))"
    machine = tmp_path_factory.mktemp("machine")
    more = {"HF_HUB_OFFLINE": "", "HF_ENDPOINT": f"http://127.0.0.1:{hub.server_port}", "HF_TOKEN": "hf_ann", "HF_HUB_CACHE": str(machine)}
    with served(call, machine, filled, pictures, port(), more={**more, "NO_PROXY": "127.0.0.1"}) as address:
        yield address


@pytest.fixture
def folder(pictures: Path, tiny: Path) -> Path:  # noqa: F811
    """A model that someone trained elsewhere, below the roots."""
    shutil.copytree(tiny, pictures / "birds-of-may", dirs_exist_ok=True)
    (pictures / "birds-of-may" / "preprocessor_config.json").write_text('{"size": {"height": 32, "width": 32}}')
    return pictures / "birds-of-may"


@pytest.mark.slow
def test_a_model_from_elsewhere_comes_in_answers_and_goes_out(tab: Tab, dashboard: str, folder: Path, filled: Path, hub: Hub) -> None:
    with Project(filled) as project:
        run = tried_run(project, wrong=[0])
        shutil.copytree(folder, run.folder / "best")
        project.models.promote(run)
    page = tab(dashboard, height=1400)
    open_step(page, "Train")
    models = page.locator(".cvw-models")
    models.get_by_role("button", name="Register a model …").click()
    models.get_by_label("Name on the hub, or a folder").fill(str(folder))
    models.get_by_label("Title of the model").fill("<b>Birds</b>")
    models.get_by_role("button", name="Register", exact=True).click()
    expect(models.get_by_text(re.compile("It is model 2, with 2 labels. Its labels are not the project's"))).to_be_visible()
    models.get_by_role("button", name="Promote it").click()
    expect(models.get_by_text(re.compile("It cannot be compared with model 1: model 2 was trained elsewhere"))).to_be_visible()
    rows = models.locator("tbody tr")
    expect(rows.first).to_contain_text("<b>Birds</b>")
    expect(rows.first).to_contain_text("In production")
    expect(rows.last.get_by_role("button", name="Roll back model 1")).to_be_visible()
    models.get_by_role("button", name="Put model 1 back").click()
    expect(rows.last).to_contain_text("In production")
    models.get_by_role("button", name="More about model 2").click()
    expect(page.get_by_role("menu")).to_be_in_viewport(ratio=1)  # and not cut off by the table
    page.get_by_role("menuitem", name="Send to the hub …").click()
    models.get_by_label("Name on the hub", exact=True).fill("ann/birds")
    models.get_by_role("button", name="Send", exact=True).click()
    expect(models.get_by_role("link")).to_have_text(f"http://127.0.0.1:{hub.server_port}/ann/birds")
    assert hub.private == {"ann/birds": True} and "model.safetensors" in hub.sent["ann/birds"]


@pytest.mark.slow
def test_a_base_is_found_on_the_hub_and_is_still_chosen_after_a_reload(tab: Tab, dashboard: str, filled: Path) -> None:
    page = tab(dashboard, height=1400)
    open_step(page, "Train")
    page.get_by_role("button", name="Find on the hub …").click()
    page.get_by_label("Words in the name of a base model").fill("convnext")
    page.get_by_label("Largest size").select_option("150")
    page.get_by_role("button", name="Search", exact=True).click()
    found = page.locator(".cvw-found-base")
    expect(found).to_have_text(re.compile("zoo/convnext-tiny112 MB · mit · 5.3 k downloads"))
    found.click()
    base = page.get_by_label("Base model", exact=True)
    expect(base).to_have_value("zoo/convnext-tiny")
    until_left(filled, "zoo/convnext-tiny")
    page.reload()
    open_step(page, "Train")
    expect(base).to_have_value("zoo/convnext-tiny")


@pytest.mark.slow
@pytest.mark.parametrize(("dark", "width"), [(False, 1000), (True, 1900)])
def test_a_model_is_exported_and_downloaded_with_the_table_of_what_its_forms_take(
    tab: Tab, dashboard: str, folder: Path, filled: Path, dark: bool, width: int
) -> None:
    with Project(filled) as project:
        run = tried_run(project, wrong=[0])
        shutil.copytree(folder, run.folder / "best")
        config = run.folder / "best/config.json"
        config.write_text(config.read_text().replace('"owl"', '"bison"').replace('"elk"', '"heron"'))
        project.models.promote(run)
        version = project.models.list()[-1].version
    page = tab(dashboard, dark=dark, width=width, height=1400)
    open_step(page, "Train")
    models = page.locator(".cvw-models")
    models.get_by_role("button", name=f"More about model {version}").click()
    page.get_by_role("menuitem", name="Export …").click()
    models.get_by_label("Form of the model").select_option("ONNX, small (int8)")
    models.get_by_role("button", name="Export", exact=True).click()
    rows = models.locator(".cvw-outward tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.last).to_contain_text(re.compile(r"ONNX, int8.*%"))
    expect(models.get_by_text(f"test images of run {run.name}, one by one")).to_be_visible()
    expect(models.locator("pre")).to_contain_text("onnxruntime.InferenceSession")
    with page.expect_download() as download:
        models.get_by_role("button", name="Download").click()
    with ZipFile(download.value.path()) as archive:
        names = archive.namelist()
    assert [name.partition("/")[2] for name in names] == ["README.md", "model.onnx"] and names[0].startswith(f"model-{version}-onnx-int8")
    assert findings(page) == []
    models.locator(".cvw-outward").scroll_into_view_if_needed()
