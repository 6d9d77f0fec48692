"""A file is written whole or not at all, even when the process is killed in the middle."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import sys
import threading

import pytest

from app import durable, errors


def test_a_file_is_replaced_and_only_the_owner_reads_it(tmp_path):
    path = tmp_path / "réglages.json"
    durable.write(path, b"un")
    durable.write(path, b"deux")
    assert path.read_bytes() == b"deux"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, errors.DiskFull),
        (errno.EDQUOT, errors.DiskFull),
        (errno.EACCES, errors.FolderNotWritable),
        (errno.EROFS, errors.FolderNotWritable),
        (errno.EIO, errors.EnvironmentProblem),
    ],
)
@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_refusal_at_any_step_is_told_and_leaves_the_former_file(tmp_path, monkeypatch, number, expected, step):
    path = tmp_path / "clef"
    durable.write(path, b"avant")

    def refuse(*_args):
        raise OSError(number, "refused")

    with monkeypatch.context() as patch:
        patch.setattr(os, step, refuse)
        with pytest.raises(expected) as caught:
            durable.write(path, b"apres")
    assert type(caught.value) is expected
    assert path.read_bytes() == b"avant"
    assert [one.name for one in tmp_path.iterdir()] == ["clef"]


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(errors.EnvironmentProblem):
        durable.write(tmp_path / "absent" / "clef", b"")


def test_writers_side_by_side_never_mix(tmp_path):
    path = tmp_path / "fichier"
    contents = [bytes([rank]) * 50_000 for rank in range(6)]
    threads = [threading.Thread(target=durable.write, args=(path, content)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_bytes() in contents


_WRITER = """
import json, sys
from pathlib import Path
from app import durable
path = Path(sys.argv[1])
count = 0
while True:
    count += 1
    durable.write(path, json.dumps({"count": count, "body": "x" * 20000, "again": count}).encode())
    if count == 1:
        print("ready", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_killed_at_any_instant_the_file_is_whole(tmp_path):
    path = tmp_path / "clef.json"
    durable.write(path, json.dumps({"count": 0, "body": "", "again": 0}).encode())
    instants = random.Random(20)
    script = [sys.executable, "-c", _WRITER, str(path)]
    for _ in range(20):
        with subprocess.Popen(script, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            threading.Event().wait(instants.uniform(0, 0.02))
            writer.send_signal(signal.SIGKILL)
        content = json.loads(path.read_bytes())
        assert content["count"] == content["again"] >= 1
    durable.sweep(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_sweeping_removes_leftovers_only(tmp_path):
    (tmp_path / ".clef.json.0123.tmp").write_bytes(b"half")
    (tmp_path / "clef.json").write_bytes(b"whole")
    (tmp_path / "notes.tmp").write_bytes(b"not ours")
    durable.sweep(tmp_path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["clef.json", "notes.tmp"]
    durable.sweep(tmp_path / "absent")
