"""Where the commands write."""

import os

from vigor import paths


def test_who_may_not_write_into_the_clone_has_logs_in_a_folder_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda path, mode: path != paths.ROOT)
    assert paths.log_file("backup") == tmp_path / ".local" / "state" / "vigor" / "log" / "backup.log"
