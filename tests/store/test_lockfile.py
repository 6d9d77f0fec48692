"""One window at a time, and nothing stale after a crash."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from app import errors
from app.store.lockfile import NotebookLock

_HOLDER = """
import sys
from pathlib import Path
from app.store.lockfile import NotebookLock
lock = NotebookLock.acquire(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_window_is_refused_until_the_first_leaves(tmp_path):
    with NotebookLock.acquire(tmp_path) as first:
        for _ in range(2):
            with pytest.raises(errors.NotebookInUse):
                NotebookLock.acquire(tmp_path)
        first.release()
        first.release()
        NotebookLock.acquire(tmp_path).release()


def test_two_notebooks_are_independent(tmp_path):
    for name in ("un", "deux"):
        (tmp_path / name).mkdir()
    with NotebookLock.acquire(tmp_path / "un"), NotebookLock.acquire(tmp_path / "deux"):
        pass


def test_a_killed_window_leaves_the_notebook_free(tmp_path):
    command = [sys.executable, "-c", _HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(errors.NotebookInUse):
            NotebookLock.acquire(tmp_path)
        other.kill()
    NotebookLock.acquire(tmp_path).release()


def test_a_process_we_start_does_not_keep_the_notebook(tmp_path):
    lock = NotebookLock.acquire(tmp_path)
    command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, close_fds=False):
        lock.release()
        NotebookLock.acquire(tmp_path).release()


def test_no_folder_no_notebook(tmp_path):
    with pytest.raises(errors.NotebookMissing):
        NotebookLock.acquire(tmp_path / "absent")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_refuses_writing_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(errors.FolderNotWritable):
        NotebookLock.acquire(tmp_path)
