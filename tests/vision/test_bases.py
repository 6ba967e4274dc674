from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cvwidgets import vision
from cvwidgets.errors import BaseUnavailable
from cvwidgets.settings import change_settings
from cvwidgets.vision.bases import PROPOSED
from tests.vision.conftest import Hub


def test_the_starter_ships_with_the_package_and_needs_nobody(own_cache: Path) -> None:
    folder = vision.find_base("starter")
    assert (folder / "model.safetensors").stat().st_size < 8_000_000
    assert (folder / "SOURCE.txt").is_file()


def test_a_hub_base_is_fetched_once_and_then_found_without_asking(hub: Hub, tiny: Path) -> None:
    hub.models["zoo/tiny"] = tiny
    folder = vision.find_base("zoo/tiny")
    asked = len(hub.asked)
    assert vision.find_base("zoo/tiny") == folder
    assert len(hub.asked) == asked
    assert vision.load_classifier("zoo/tiny").labels == ("owl", "elk")


def test_the_hub_is_told_nothing_but_what_is_fetched(hub: Hub, tiny: Path) -> None:
    hub.models["zoo/tiny"] = tiny
    vision.find_base("zoo/tiny")
    assert {agent.split("; ", 1)[1].split("/")[0] for _, _, agent in hub.asked} == {"hf_hub"}
    assert not any(word in agent for _, _, agent in hub.asked for word in ("torch", "agent", "session"))
    assert all("/zoo/tiny/" in f"{path.split('?')[0]}/" for _, path, _ in hub.asked)


def test_a_base_that_the_hub_does_not_know_is_said_in_three_beats(hub: Hub) -> None:
    with pytest.raises(BaseUnavailable, match=r"no model 'zoo/dodo'.*On this machine is 'starter'.*try again"):
        vision.find_base("zoo/dodo")


def test_a_guarded_base_says_how_to_be_let_in(hub: Hub) -> None:
    hub.gated.add("zoo/tiger")
    with pytest.raises(BaseUnavailable, match=r"'zoo/tiger' is guarded.*hf auth login"):
        vision.find_base("zoo/tiger")


def test_a_hub_out_of_reach_names_what_lies_here(hub: Hub, tiny: Path, gone_hub: Callable[[], None]) -> None:
    hub.models["zoo/tiny"] = tiny
    vision.find_base("zoo/tiny")
    gone_hub()
    with pytest.raises(BaseUnavailable, match=r"the hub is out of reach. On this machine are zoo/tiny and 'starter'"):
        vision.find_base("zoo/other")
    assert vision.find_base("zoo/tiny").is_dir()


def test_offline_mode_asks_nobody(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(BaseUnavailable, match=r"offline mode \(HF_HUB_OFFLINE\) is on"):
        vision.find_base("zoo/tiny")
    assert vision.propose_base().name == "starter"
    assert hub.asked == []


def test_weights_that_could_run_code_are_never_opened(hub: Hub, tmp_path: Path, tiny: Path) -> None:
    pickled = tmp_path / "pickled"
    pickled.mkdir()
    (pickled / "config.json").write_bytes((tiny / "config.json").read_bytes())
    (pickled / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    hub.models["zoo/old"] = pickled
    why = r"pickle can run code when it is loaded and is never opened\. .*load it with transformers .* save it anew .*'starter'"
    with pytest.raises(BaseUnavailable, match=f"'zoo/old' has no weights as safetensors: {why}"):
        vision.find_base("zoo/old")
    with pytest.raises(BaseUnavailable, match=f"pickled' has its weights as pickle alone, and safetensors are needed: {why}"):
        vision.find_base(str(pickled))
    (pickled / "pytorch_model.bin").unlink()
    with pytest.raises(BaseUnavailable, match="holds no model; a base needs"):
        vision.find_base(str(pickled))
    assert not any("pytorch_model" in path for _, path, _ in hub.asked)


@pytest.mark.parametrize("name", ["../../no such", "a/b/c", "", "a" * 5000, "~nobody-at-all", "no such folder/x", "zoo/ti\nger"])
def test_what_is_no_name_at_all_is_a_sentence_too(hub: Hub, name: str) -> None:
    with pytest.raises(BaseUnavailable, match="Use one of these or a local folder"):
        vision.find_base(name)


def test_tiny_is_proposed_with_its_size_when_the_hub_answers(hub: Hub, tiny: Path) -> None:
    hub.models[PROPOSED] = tiny
    proposed = vision.propose_base()
    assert (proposed.name, proposed.available) == (PROPOSED, False)
    assert proposed.size == (tiny / "model.safetensors").stat().st_size
    vision.find_base(PROPOSED)
    assert vision.propose_base().available


def test_the_starter_is_proposed_when_the_hub_is_silent(hub: Hub, gone_hub: Callable[[], None]) -> None:
    gone_hub()
    assert "offline, quick look" in vision.propose_base().note


def test_the_list_holds_what_is_cached(hub: Hub, tiny: Path) -> None:
    hub.models["zoo/tiny"] = tiny
    vision.find_base("zoo/tiny")
    assert [(base.name, base.available) for base in vision.list_bases()] == [(PROPOSED, False), ("starter", True), ("zoo/tiny", True)]


def test_a_hub_that_is_out_of_order_is_not_mistaken_for_a_missing_base(hub: Hub) -> None:
    hub.broken.add("zoo/tiny")
    with pytest.raises(BaseUnavailable, match=r"'zoo/tiny' is not on this machine, and the hub (is out of reach|refused it)"):
        vision.find_base("zoo/tiny")


def test_a_download_that_breaks_off_leaves_no_half_base(hub: Hub, tiny: Path) -> None:
    hub.models["zoo/tiny"] = tiny
    hub.broken.add("zoo/tiny/resolve")
    with pytest.raises(BaseUnavailable, match="'zoo/tiny' is not on this machine"):
        vision.find_base("zoo/tiny")
    hub.broken.clear()
    assert vision.load_classifier("zoo/tiny").labels == ("owl", "elk")


def test_a_connection_cut_in_the_middle_of_the_weights_is_said_and_the_next_start_fetches_the_rest(hub: Hub, tiny: Path) -> None:
    hub.models["zoo/tiny"] = tiny
    hub.cut.add("model.safetensors")
    with pytest.raises(BaseUnavailable, match=r"'zoo/tiny' is not on this machine, and fetching it failed \(.*connect and try again"):
        vision.find_base("zoo/tiny")
    hub.cut.clear()
    hub.asked.clear()
    assert vision.load_classifier("zoo/tiny").labels == ("owl", "elk")
    assert not any(path.endswith("config.json") and command == "GET" for command, path, _ in hub.asked if "/resolve/" in path)


def test_a_model_that_tells_no_pictures_apart_is_said_to_be_what_it_is(hub: Hub, tmp_path: Path) -> None:
    from transformers import BertConfig, BertForMaskedLM

    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "vocab_size": 50}
    BertForMaskedLM(BertConfig(**sizes)).save_pretrained(tmp_path / "bert")
    hub.models["zoo/bert"] = tmp_path / "bert"
    with pytest.raises(BaseUnavailable, match=r"'zoo/bert' cannot be loaded as an image classifier \(it is a BertForMaskedLM\). A base"):
        vision.new_classifier("zoo/bert", ["owl", "elk"])


def test_the_base_of_the_settings_comes_first(hub: Hub, tiny: Path) -> None:
    change_settings(base="starter")
    assert (vision.propose_base().name, hub.asked) == ("starter", [])
    change_settings(base=str(tiny))
    assert vision.propose_base().note == "the base of the settings; on this machine"
    assert [base.name for base in vision.list_bases()] == [str(tiny), PROPOSED, "starter"]


def test_a_base_of_the_settings_that_is_out_of_reach_is_not_proposed(hub: Hub, gone_hub: Callable[[], None]) -> None:
    gone_hub()
    change_settings(base="zoo/other")
    assert vision.propose_base().name == "starter"
    assert [(base.name, base.available) for base in vision.list_bases()][:2] == [("zoo/other", False), (PROPOSED, False)]
