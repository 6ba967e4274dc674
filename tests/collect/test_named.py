"""Lists of files by name: read whatever wrote them, and led nowhere outside of the folder that names are relative to."""

from __future__ import annotations

import tracemalloc
from collections import deque
from pathlib import Path

import pytest

from cvwidgets.collect import find_named, is_named, look_at_list
from cvwidgets.errors import SourceError
from cvwidgets.records import Found, Refused, Source


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of files that are pictures by name, beside one that is nobody's business."""
    for name in ("pictures/1.jpg", "pictures/in/2.png", "pictures/Ä 3.jpg", "secret/4.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"picture")
    return tmp_path / "pictures"


def read(pictures: Path, content: str | bytes, name: str = "list.csv", **options: object) -> tuple[list[tuple], list[Refused]]:
    """Name, label and part of what a list beside the pictures gives; and what was refused."""
    (pictures / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    items = list(find_named(pictures / name, options.pop("label", None), **options))  # type: ignore[arg-type]
    found = [item for item in items if isinstance(item, Found)]
    told = [(str(item.path.relative_to(pictures)), item.label, item.part) for item in found]
    return told, [item for item in items if isinstance(item, Refused)]


@pytest.mark.parametrize(
    "content",
    [
        "filename,label,split\n1.jpg,elk,train\nin/2.png,birds/owl,val\n",
        "\ufeffImage Name;Class;Set\r\n1.jpg;elk;training\r\nin\\2.png;birds/owl;dev\r\n",
        'label\tw\tfile_path\tsubset\n"elk"\t9\t"1.jpg"\tTrain\nbirds/owl\t9\t./in/2.png\tvalidation\n',
        "1.jpg,elk,train\nin/2.png,birds/owl,valid\n",
        "image_id,category,part\n1,elk,train\nin/2,birds/owl,valid\n",
    ],
)
def test_plain_headers_are_known_whatever_wrote_the_table(pictures: Path, content: str) -> None:
    assert read(pictures, content) == ([("1.jpg", "elk", "train"), ("in/2.png", "birds/owl", "valid")], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_names_and_labels_are_read_in_any_usual_encoding(pictures: Path, encoding: str) -> None:
    assert read(pictures, "file,label\nÄ 3.jpg,Bär\n".encode(encoding))[0] == [("Ä 3.jpg", "Bär", None)]


def test_a_text_has_a_name_on_each_line_and_perhaps_a_label_behind_it(pictures: Path) -> None:
    assert read(pictures, "1.jpg 0\nÄ 3.jpg 1\n", "a.txt")[0] == [("1.jpg", "0", None), ("Ä 3.jpg", "1", None)]
    assert read(pictures, "1.jpg\nin/2.png\n", "a.txt")[0] == [("1.jpg", None, None), ("in/2.png", None, None)]


def test_columns_may_be_named_by_header_or_number(pictures: Path) -> None:
    table = "what,where,when\nelk,1.jpg,train\n"
    assert read(pictures, table, columns={"file": "Where", "label": "1", "split": "when"})[0] == [("1.jpg", "elk", "train")]
    with pytest.raises(SourceError, match=r"has no column 'class'; it has the columns what, where, when"):
        read(pictures, table, columns={"file": "where", "label": "class"})
    with pytest.raises(SourceError, match="no column for 'weight' here"):
        read(pictures, table, columns={"weight": "what"})


def test_what_is_not_plain_is_said_with_what_to_say(pictures: Path) -> None:
    with pytest.raises(SourceError, match=r"it has taxon, where\. Say which is which: --columns file=taxon,label=where"):
        read(pictures, "taxon,where\nelk,1\n")
    with pytest.raises(SourceError, match=r"no column that is plainly of labels; it has taxon too.*--columns label=taxon"):
        read(pictures, "file,taxon\n1.jpg,elk\n")
    assert read(pictures, "file,taxon\n1.jpg,elk\n", columns={"file": "file"})[0] == [("1.jpg", None, None)]


HOSTILE = ("../secret/4.jpg", "in/../../secret/4.jpg", "{secret}", "/etc/passwd", "way/4.jpg", "link.jpg", "C:/4.jpg", "\\\\host\\4.jpg")


@pytest.mark.parametrize("name", [*HOSTILE, "in", ".", "a\0b.jpg", "x" * 5000, "in\\" + "x" * 5000])
def test_no_name_leads_out_of_the_folder(pictures: Path, name: str) -> None:
    (pictures / "way").symlink_to(pictures.parent / "secret")
    (pictures / "link.jpg").symlink_to(pictures.parent / "secret" / "4.jpg")
    name = name.format(secret=pictures.parent / "secret" / "4.jpg")
    found, refused = read(pictures, f'file,label\n1.jpg,elk\n"{name}",elk\n')
    assert found == [("1.jpg", "elk", None)] and len(refused) == 1


def test_names_are_relative_to_the_folder_that_is_named_and_may_begin_at_the_root_below_it(pictures: Path) -> None:
    (pictures.parent / "lists").mkdir()
    source = pictures.parent / "lists" / "a.csv"
    source.write_text(f"file,label\n1.jpg,elk\n{pictures}/in/2.png,owl\n")
    found = [item for item in find_named(source, None, images=pictures) if isinstance(item, Found)]
    assert [(item.path, item.label) for item in found] == [(pictures / "1.jpg", "elk"), (pictures / "in" / "2.png", "owl")]


def test_missing_files_are_told_and_a_list_without_any_is_an_error(pictures: Path) -> None:
    found, refused = read(pictures, "file,label\n1.jpg,elk\ngone.jpg,elk\n,elk\n")
    assert found == [("1.jpg", "elk", None)]
    assert [(one.path, one.reason) for one in refused] == [
        ("gone.jpg", "The list names it, and it is not there."),
        ("list.csv:4", "Line 4 names no file."),
    ]
    with pytest.raises(SourceError, match=r"names 2 files, and none is below.*the first: 'a\.jpg'.*--images FOLDER"):
        read(pictures, "file,label\na.jpg,elk\nb.jpg,elk\n")


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("file,label,address\n1.jpg,elk,https://a.example/1.jpg\n", True),
        ("file,label,address\ngone.jpg,elk,https://a.example/1.jpg\n", False),
        ("image,label\nhttps://a.example/1.jpg,elk\n", False),
        ("image,label\n1.jpg,elk\n", True),
        ("image,label,where_seen\ngone.jpg,elk,https://a.example/map\n", True),
        ("# mine\n\nhttps://a.example/1.jpg\n", False),
    ],
)
def test_which_of_the_two_a_list_is_is_told_by_what_it_holds(pictures: Path, content: str, names: bool) -> None:
    (pictures / "a.csv").write_text(content)
    assert is_named(pictures / "a.csv") is names


def test_where_a_picture_came_from_is_read_back_from_our_own_list(pictures: Path) -> None:
    (pictures / "a.csv").write_text("file,label,part,sha256,address,author\n1.jpg,'=elk,test,00,https://a.example/1,'@ann\n")
    (found,) = find_named(pictures / "a.csv", None)
    assert isinstance(found, Found) and (found.label, found.part) == ("=elk", "test")
    assert found.source == Source("https://a.example/1", author="@ann")


def test_a_look_shows_the_first_lines_and_how_many_of_their_files_are_there(pictures: Path) -> None:
    (pictures / "a.csv").write_text("image,taxon\n1.jpg,elk\ngone.jpg,owl\n")
    look = look_at_list(pictures / "a.csv")
    assert (look.kind, look.headers, look.columns, look.found, look.looked) == ("names", ("image", "taxon"), {"file": "image"}, 1, 2)
    assert look.rows == (("1.jpg", "elk"), ("gone.jpg", "owl"))
    assert look_at_list(pictures / "a.csv", columns={"file": "image", "label": "taxon"}).columns["label"] == "taxon"


@pytest.mark.slow
def test_a_long_list_is_read_in_little_memory(pictures: Path) -> None:
    with (pictures / "a.csv").open("w") as file:
        file.write("file,label\n1.jpg,elk\n")
        file.writelines(f"{number}-gone.jpg,elk\n" for number in range(100_000))
    read(pictures, "file,label\n1.jpg,elk\n", "short.csv")  # what is loaded when it is first needed is none of the list's
    tracemalloc.start()
    last = deque(find_named(pictures / "a.csv", None), maxlen=1).pop()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(last, Refused) and "99,000 more of its files are not there" in last.reason and "100,000 in all" in last.reason
    assert peak < 12e6, "its lines take twice as much, and other threads may be at work"
