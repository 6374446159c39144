"""The cache holds only what is complete, whatever interrupts whoever fills it."""

import multiprocessing
import os
import time

import pytest
from vigor import cache
from vigor.console import Problem


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return cache.Cache()


def write(text):
    return lambda folder: (folder / "file").write_text(text)


def test_an_entry_is_built_once(store):
    first = store.entry("kind", "key", write("first"))
    second = store.entry("kind", "key", write("second"))
    assert first == second == store.root / "kind" / "key"
    assert (first / "file").read_text() == "first"


def test_an_interrupted_build_leaves_no_entry_and_the_next_one_repairs(store):
    def interrupted(folder):
        write("half")(folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.entry("kind", "key", interrupted)
    assert store.find("kind", "key") is None
    killed = store.root / "kind" / "key.partkilled"
    killed.mkdir()
    store.entry("kind", "key", write("whole"))
    assert [path.name for path in (store.root / "kind").iterdir()] == ["key"]


def _build_slowly(root, log):
    os.environ["XDG_CACHE_HOME"] = str(root)

    def build(folder):
        with log.open("a") as lines:
            lines.write("built\n")
        time.sleep(0.3)
        write("whole")(folder)

    entry = cache.Cache().entry("kind", "key", build)
    assert (entry / "file").read_text() == "whole"


def test_two_processes_at_once_build_one_entry(tmp_path):
    log = tmp_path / "log"
    start = multiprocessing.get_context("fork").Process
    both = [start(target=_build_slowly, args=(tmp_path, log)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    assert log.read_text() == "built\n"


def test_old_entries_go_but_not_those_that_somebody_may_be_using(store):
    for number in range(cache.KEEP_OF_A_KIND + 2):
        entry = store.entry("kind", f"key{number}", write("x"))
        age = 2 * cache.KEEP_AT_LEAST_S if number < 2 else 0
        os.utime(entry, (time.time() - age, time.time() - age))
    store.entry("kind", "last", write("x"))
    kept = {path.name for path in (store.root / "kind").iterdir()}
    assert kept == {f"key{number}" for number in range(2, cache.KEEP_OF_A_KIND + 2)} | {"last"}


def test_a_digest_follows_content_and_names_and_not_tests(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "models.py").write_text("one")
    first = cache.digest(tmp_path)
    (tmp_path / "a" / "tests").mkdir()
    (tmp_path / "a" / "tests" / "test_x.py").write_text("any")
    assert cache.digest(tmp_path) == first
    (tmp_path / "a" / "models.py").write_text("two")
    second = cache.digest(tmp_path)
    (tmp_path / "a" / "models.py").rename(tmp_path / "a" / "model.py")
    assert len({first, second, cache.digest(tmp_path)}) == 3


def test_texts_do_not_run_into_each_other():
    assert cache.digest("ab", "c") != cache.digest("a", "bc")


def test_a_full_disk_is_told_with_what_is_needed(tmp_path):
    with pytest.raises(Problem, match=r"needs 999999999 MB") as raised:
        cache.require_space(tmp_path / "not" / "yet", 999999999, "this test")
    assert "XDG_CACHE_HOME" in raised.value.remedy


def test_a_cache_that_cannot_be_written_is_told(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    with pytest.raises(Problem, match="cannot be made"):
        cache.Cache()
