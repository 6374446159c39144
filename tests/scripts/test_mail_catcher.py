"""The mail server of the demo keeps every message and answers as a mail server does."""

import email
import smtplib
from email import policy
from email.message import EmailMessage

import pytest
from vigor.server import mails_kept


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mails"


def send(port, to, body):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "hola@gym.example", ", ".join(to), "Su cargo de mañana"
    message.set_content(body)
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        server.send_message(message)


def test_a_message_is_kept_as_it_was_sent(folder):
    body = "Uno\n.\n..dos\nQUIT\n"
    with mails_kept(folder) as port:
        send(port, ["ana@gym.example", "luz@gym.example"], body)
    [file] = folder.iterdir()
    assert file.name.endswith("-ana@gym.example,luz@gym.example.eml")
    kept = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    assert kept["Subject"] == "Su cargo de mañana"
    assert kept.get_content().replace("\r\n", "\n") == body


def test_several_messages_of_one_connection_are_kept_apart(folder):
    with mails_kept(folder) as port, smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        for name in ("ana", "luz"):
            server.sendmail("hola@gym.example", [f"{name}@gym.example"], f"Subject: {name}\r\n\r\nHola")
    assert sorted(file.name.rpartition("-")[2] for file in folder.iterdir()) == [
        "ana@gym.example.eml",
        "luz@gym.example.eml",
    ]


def test_an_address_cannot_leave_the_folder(folder):
    with mails_kept(folder) as port, smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        server.sendmail("hola@gym.example", ["../../etc/x@gym.example"], "Subject: x\r\n\r\nHola")
    assert [file.parent for file in folder.rglob("*.eml")] == [folder]


def test_what_it_does_not_know_it_refuses(folder):
    with mails_kept(folder) as port, smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        assert server.docmd("STARTTLS")[0] == 502
        assert server.noop()[0] == 250
    assert not list(folder.iterdir())
