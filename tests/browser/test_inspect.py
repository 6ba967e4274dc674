"""The playground in the dashboard: every way in, why, two models, what is most like it, and again after a reload."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cvwidgets import Project
from cvwidgets.vision import load_classifier, save_classifier
from tests.browser.conftest import open_step, until_left
from tests.conftest import look_through

Tab = Callable[..., Page]
PATIENCE = 120_000


@pytest.fixture(scope="module")
def model(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A model in production and another one that knows one label more."""
    folder = tmp_path_factory.mktemp("elsewhere") / "birds"
    with Project(filled) as project:
        list(project.train(epochs=1, image_size=32, precision="float32"))
        project.models.promote(project.runs.latest())
        save_classifier(load_classifier(project.models.get(1).folder), folder)
        config = folder / "config.json"
        config.write_text(config.read_text().replace('"heron"', '"crane"'))
        project.models.register(folder)
        look_through(project)


def choose(page: Page, path: Path) -> None:
    page.locator(".cvw-inspect input[type=file]").set_input_files(path)


@pytest.mark.slow
@pytest.mark.usefixtures("model")
def test_the_answer_comes_back_after_a_reload_and_stays_when_a_file_is_no_picture(tab: Tab, dashboard: str, pictures: Path) -> None:
    page = tab(dashboard)
    open_step(page, "Inspect")
    choose(page, pictures / "labelled" / "bison" / "broken.jpg")
    expect(page.locator(".cvw-inspect [role=alert]")).to_contain_text("'broken.jpg' cannot be shown", timeout=PATIENCE)
    expect(page.get_by_text("Drop an image here, or choose a file.")).to_be_visible()
    expect(page.locator(".cvw-inspect .cvw-drop")).to_have_css("border-style", "dashed")
    choose(page, pictures / "labelled" / "heron" / "3.jpg")
    expect(page.locator(".cvw-picture[alt='3.jpg']")).to_be_visible(timeout=PATIENCE)
    said = page.locator(".cvw-first-guess").inner_text()
    page.reload()
    open_step(page, "Inspect")
    expect(page.locator(".cvw-picture[alt='3.jpg']")).to_be_visible()
    choose(page, pictures / "labelled" / "bison" / "broken.jpg")
    expect(page.locator(".cvw-inspect [role=alert]")).to_contain_text("Choose another file, or drop one here.")
    assert page.locator(".cvw-first-guess").inner_text() == said and page.locator(".cvw-picture[alt='3.jpg']").is_visible()


@pytest.mark.slow
@pytest.mark.usefixtures("model")
def test_the_worker_is_warmed_when_the_step_is_shown_and_says_that_it_loads(tab: Tab, dashboard: str, pictures: Path, filled: Path) -> None:
    (filled / "worker" / "stop").touch()
    page = tab(dashboard)
    open_step(page, "Inspect")
    choose(page, pictures / "labelled" / "heron" / "4.jpg")
    expect(page.get_by_text("Loading the model; the first answer takes a while.")).to_be_visible()
    expect(page.get_by_role("progressbar", name="The model is asked")).to_be_visible()
    expect(page.locator(".cvw-picture[alt='4.jpg']")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".cvw-answering")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.usefixtures("model")
def test_someone_sees_why_beside_another_model_and_keeps_the_picture(tab: Tab, dashboard: str, pictures: Path, filled: Path) -> None:
    page = tab(dashboard, width=1900)
    open_step(page, "Inspect")
    choose(page, next((pictures / "loose").iterdir()))
    panel = page.locator(".cvw-inspect")
    expect(panel.locator(".cvw-chance")).to_have_count(2, timeout=PATIENCE)
    panel.get_by_label("Beside it").select_option(label="Model 2 from birds")
    expect(panel.locator(".cvw-differs")).to_contain_text("Model 1 does not know 1 of the labels", timeout=PATIENCE)
    expect(panel.get_by_role("row", name="crane")).to_contain_text("Model 1 does not know it")
    panel.get_by_role("button", name="Where it looks").click()
    expect(panel.locator(".cvw-why")).to_contain_text("The model sees the bright part in the frame", timeout=PATIENCE)
    expect(panel.locator(".cvw-heat")).to_be_visible()
    panel.get_by_role("button", name="bison", exact=True).click()
    expect(panel.get_by_role("heading", name="Most similar in bison")).to_be_visible()
    panel.get_by_label("How many images").fill("3")
    panel.get_by_label("How many images").blur()
    expect(panel.locator(".cvw-similar figure")).to_have_count(3, timeout=PATIENCE)
    panel.get_by_role("button", name="What it needs").click()
    expect(panel.locator(".cvw-why")).to_contain_text("bison", timeout=PATIENCE)
    panel.get_by_role("button", name="Keep as bison").click()
    expect(panel.locator(".cvw-adopting")).to_contain_text("It was in the project already, and is kept as bison.")
    until_left(filled, "occlusion")
    page.reload()
    open_step(page, "Inspect")
    expect(panel.locator(".cvw-differs")).to_contain_text("Model 1 does not know 1 of the labels", timeout=PATIENCE)
    expect(panel.get_by_role("button", name="What it needs")).to_have_attribute("aria-pressed", "true")


@pytest.mark.slow
@pytest.mark.usefixtures("model")
def test_a_photo_is_taken_an_image_pasted_and_an_address_refused(tab: Tab, dashboard: str, pictures: Path) -> None:
    page = tab(dashboard)
    open_step(page, "Inspect")
    panel = page.locator(".cvw-inspect")
    choose(page, pictures / "labelled" / "heron" / "5.jpg")
    expect(panel.locator(".cvw-shown figcaption")).to_contain_text("5.jpg", timeout=PATIENCE)
    panel.get_by_role("button", name="Ask about another").click()
    panel.get_by_role("button", name="Use the camera").click()
    expect(panel.get_by_role("alert")).to_contain_text("or drop a file.")
    page.context.grant_permissions(["camera"])
    panel.get_by_role("button", name="Use the camera").click()
    panel.get_by_role("button", name="Take the photo").click()
    expect(panel.locator(".cvw-shown figcaption")).to_contain_text("photo-", timeout=PATIENCE)
    page.evaluate("""async () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 70, height: 50 });
      const blob = await new Promise((resolve) => canvas.toBlob(resolve));
      const data = new DataTransfer();
      data.items.add(new File([blob], "pasted.png", { type: "image/png" }));
      document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }""")
    expect(panel.locator(".cvw-shown figcaption")).to_contain_text("pasted.png · 70 × 50", timeout=PATIENCE)
    page.evaluate("""() => {
      const data = new DataTransfer();
      data.setData("text/plain", "http://127.0.0.1:1/secret.jpg");
      document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }""")
    expect(panel.get_by_role("alert")).to_contain_text("127.0.0.1")
    expect(panel.locator(".cvw-shown figcaption")).to_contain_text("pasted.png")
