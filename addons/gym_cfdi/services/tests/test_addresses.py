import pytest

from gym_cfdi.services import clients
from gym_cfdi.services.addresses import FOREIGN, MALFORMED, UNENCRYPTED, problem_of

OWN = ("pac.example",)


@pytest.mark.parametrize(
    "url, problem",
    [
        ("", None),
        ("https://pac.example", None),
        ("https://test.PAC.example:8443/v4", None),
        ("https://pac.example.", None),
        ("http://pac.example", UNENCRYPTED),
        ("http://10.0.0.7", UNENCRYPTED),
        ("http://127.0.0.1.evil.example", UNENCRYPTED),
        ("http://127.0.0.1:8199", FOREIGN),
        ("https://evilpac.example", FOREIGN),
        ("https://pac.example.evil.example", FOREIGN),
        ("https://169.254.169.254/latest", FOREIGN),
        ("https://pac.example@evil.example", MALFORMED),
        ("https://evil.example\\@pac.example", MALFORMED),
        ("https://evil.example#.pac.example", MALFORMED),
        ("https://evil.example?.pac.example", MALFORMED),
        ("https://pac.example/ x", MALFORMED),
        ("https://pac.example\n", MALFORMED),
        ("ftp://pac.example", MALFORMED),
        ("file:///etc/passwd", MALFORMED),
        ("pac.example", MALFORMED),
    ],
)
def test_credentials_go_to_the_provider_and_encrypted(url, problem):
    assert problem_of(url, OWN, production=False) == problem


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_only_a_trial_on_this_machine_goes_without_encryption(host):
    url = f"http://{host}:8199"
    assert problem_of(url, OWN, production=False, any_host=True) is None
    assert problem_of(url, OWN, production=True, any_host=True) == UNENCRYPTED


@pytest.mark.parametrize("client", [client for client in clients().values() if not client.is_sandbox])
def test_the_own_addresses_of_every_adapter_may_be_used(client):
    for production, addresses in client.addresses.items():
        for url in [addresses] if isinstance(addresses, str) else addresses:
            assert problem_of(url, client.domains, production=production) is None
