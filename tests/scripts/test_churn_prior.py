"""The script that trains the shipped prior repeats itself to the byte."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = [
    sys.executable,
    ROOT / "scripts" / "churn-prior",
    "--gyms",
    "2",
    "--judges",
    "2",
    "--members",
    "150",
    "--out",
]


@pytest.mark.skipif(importlib.util.find_spec("lightgbm") is None, reason="needs lightgbm")
def test_the_prior_is_the_same_each_time(tmp_path):
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    told = [
        subprocess.run([*COMMAND, tmp_path / name], env=environment, check=True, capture_output=True, text=True).stdout
        for name in ("a", "b")
    ]
    assert json.loads(told[0])["gyms"] == 2
    assert told[0] == told[1]
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
