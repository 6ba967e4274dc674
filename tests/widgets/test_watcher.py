"""What others change is noticed, and nothing is said while nothing changes."""

from __future__ import annotations

import gc
import threading

from cvwidgets.widgets.watcher import Watcher


class Counter:
    """A project's journal, whose version is set by hand."""

    def __init__(self) -> None:
        self.number = 1
        self.journal = self

    def version(self) -> int:
        if self.number < 0:
            raise OSError("the folder is gone")
        return self.number


class Listener:
    def __init__(self) -> None:
        self.heard: list[bool] = []
        self.troubles: list[str] = []

    def look(self, *, changed: bool) -> None:
        self.heard.append(changed)

    def trouble(self, error: Exception) -> None:
        self.troubles.append(str(error))


class StillWatcher(Watcher):
    """Looks only when the test says so."""

    def _run(self) -> None:
        return


def test_a_change_is_told_once_to_everyone_who_watches() -> None:
    watcher, project, one, two = StillWatcher(), Counter(), Listener(), Listener()
    watcher.add(one, project)
    watcher.add(two, project)
    watcher.look()
    watcher.look()
    project.number = 2
    watcher.look()
    assert one.heard == two.heard == [True, False, True]


def test_a_widget_collected_while_another_is_added_takes_its_leave() -> None:
    watcher, project, one, two = StillWatcher(), Counter(), Listener(), Listener()
    watcher.add(one, project)

    def collected() -> None:
        with watcher._lock:  # as in `add`, when Python collects at that moment
            watcher.remove(one)

    leaving = threading.Thread(target=collected, daemon=True)
    leaving.start()
    leaving.join(5)
    assert not leaving.is_alive()
    watcher.add(two, project)
    watcher.look()
    assert (one.heard, two.heard) == ([], [True])


def test_a_project_in_trouble_says_so_and_the_others_go_on() -> None:
    watcher, lost, fine, one, two = StillWatcher(), Counter(), Counter(), Listener(), Listener()
    watcher.add(one, lost)
    watcher.add(two, fine)
    lost.number = -1
    watcher.look()
    assert one.troubles == ["the folder is gone"] and two.heard == [True]


def test_a_widget_that_is_gone_is_forgotten() -> None:
    watcher, project, listener = StillWatcher(), Counter(), Listener()
    watcher.add(listener, project)
    del listener
    gc.collect()
    watcher.look()
    assert watcher._watching == []


def test_the_thread_ends_when_nobody_watches_any_more() -> None:
    watcher, project, listener = Watcher(), Counter(), Listener()
    watcher.add(listener, project)
    thread = watcher._thread
    assert thread is not None
    watcher.remove(listener)
    watcher.nudge()
    thread.join(5)
    assert not thread.is_alive()
