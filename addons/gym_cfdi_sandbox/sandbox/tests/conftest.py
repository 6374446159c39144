import pytest

from gym_cfdi_sandbox.sandbox import Control, Server

from .callers import Caller


@pytest.fixture
def server(tmp_path):
    with Server(tmp_path / "state.sqlite") as running:
        yield running


@pytest.fixture
def control(server):
    return Control(server.url)


@pytest.fixture
def caller(server):
    return Caller(server.url)
