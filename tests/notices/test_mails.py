"""E-mails: each at most once, none lost, and a mail server that is away harms nobody."""

from __future__ import annotations

import time
from datetime import timedelta
from email.header import decode_header, make_header
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now

from connector.mail_server import mail_server
from connector.notices import mails
from connector.notices.models import Notice
from connector.notices.tasks import housekeeping, send
from jobqueue.errors import Halt
from jobqueue.models import Status
from jobqueue.running import Outcome, RunningJob
from tests.jobqueue.conftest import at_once
from tests.notices.conftest import Postbox, asked, given_work, ran, use_mail, wants

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def noted(kari: User, postbox: Postbox) -> Notice:
    """A mail that is to be sent."""
    wants(kari, "always")
    ran(asked(kari))
    return Notice.objects.get()


def state(notice: Notice) -> str:
    notice.refresh_from_db()
    return notice.mail


def later() -> None:
    """The pause before the next try is over."""
    Notice.objects.update(mail_at=Now() - timedelta(seconds=1))


def test_a_mail_says_what_became_of_it_and_where_to_look(noted: Notice, postbox: Postbox) -> None:
    send()

    [mail] = postbox.got
    assert (mail["to"], mail["from"]) == ("kari@example.com", "books@example.com")
    assert mail["subject"] == "Sync all things: Success"
    assert mail.get_content_type() == "text/plain"
    text = mail.get_content()
    assert "It is done." in text
    assert "read 3\ncreated 2\n" in text.replace("\r\n", "\n")
    assert "rejected" not in text
    assert f"https://books.example.com/jobs/{noted.entry_id}/runs/{noted.fence}/" in text
    assert "https://books.example.com/setup/notifications/" in text
    assert state(noted) == "sent"


def test_it_is_written_in_the_person_s_language(kari: User, postbox: Postbox) -> None:
    wants(kari, "always", "nb")
    ran(asked(kari))

    send()

    [mail] = postbox.got
    assert str(make_header(decode_header(mail["subject"]))).endswith(": Vellykket")
    assert "opprettet 2" in mail.get_content()


def test_what_a_shop_sends_stays_text(kari: User, postbox: Postbox) -> None:
    def work(_job: RunningJob) -> Outcome:
        raise Halt("Tom & <Jerry>\r\nBcc: all@example.com")

    wants(kari, "problems")
    given_work(work)
    ran(asked(kari))

    send()

    [mail] = postbox.got
    assert "Tom & <Jerry>" in mail.get_content()
    assert mail["bcc"] is None


def test_ticks_that_come_twice_and_at_once_send_once(noted: Notice, postbox: Postbox) -> None:
    said = at_once(mails.send_due, mails.send_due, mails.send_due)
    send()

    assert sum(said) == 1
    assert len(postbox.got) == 1


def test_a_server_that_is_away_is_asked_again_later_and_no_run_waits_for_it(
    noted: Notice, kari: User, postbox: Postbox, settings: Any
) -> None:
    use_mail(settings, "smtp+plain://127.0.0.1:9")
    send()
    assert (state(noted), noted.mail_tries) == ("to_send", 1)
    assert "refused" in noted.mail_note
    send()
    assert (state(noted), noted.mail_tries) == ("to_send", 1)  # not before its time

    began = time.monotonic()
    assert ran(asked(kari)).status == Status.FINISHED
    assert time.monotonic() - began < 5

    use_mail(settings, f"smtp+plain://127.0.0.1:{postbox.port}")
    later()
    send()
    assert state(noted) == "sent"
    assert len(postbox.got) == 2


def test_a_server_that_never_answers_costs_seconds_and_is_given_up_in_the_end(
    noted: Notice, postbox: Postbox, settings: Any
) -> None:
    postbox.answers["HELLO"] = "421 not now"
    for _try in range(mails.TRIES + 2):
        later()
        send()

    assert (state(noted), noted.mail_tries) == ("refused", mails.TRIES)
    assert postbox.got == []


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"RCPT": "550 nobody here"}, "refused"),
        ({"RCPT": "450 busy"}, "to_send"),
        ({"MAIL": "451 later"}, "to_send"),
        ({"DATA": "554 no"}, "refused"),
        ({"DATA": "DROP"}, "unsure"),
    ],
)
def test_what_surely_did_not_arrive_is_sent_again_unless_refused_for_good(
    answers: dict[str, str], expected: str, noted: Notice, postbox: Postbox
) -> None:
    postbox.answers.update(answers)

    send()

    assert state(noted) == expected
    assert postbox.got == []


def test_what_perhaps_arrived_is_never_sent_again(noted: Notice, postbox: Postbox) -> None:
    postbox.answers["TAKEN"] = "DROP"  # the server takes the mail and does not say so
    send()
    assert state(noted) == "unsure"

    postbox.answers.clear()
    later()
    send()

    assert len(postbox.got) == 1


def test_a_sender_that_died_leaves_a_mail_that_is_not_sent_again(
    noted: Notice, postbox: Postbox
) -> None:
    Notice.objects.update(mail="sending", mail_at=Now() - timedelta(minutes=9))
    send()
    assert state(noted) == "sending"

    Notice.objects.update(mail_at=Now() - timedelta(minutes=11))
    send()

    assert state(noted) == "unsure"
    assert postbox.got == []


def test_one_bad_address_keeps_no_other_mail_back(
    noted: Notice, kari: User, postbox: Postbox
) -> None:
    User.objects.filter(pk=kari.pk).update(email="")
    ola = User.objects.create_user("ola", email="ola@example.com")
    wants(ola, "always")
    ran(asked(ola))

    send()

    assert [mail["to"] for mail in postbox.got] == ["ola@example.com"]
    assert (state(noted), noted.mail_note) == ("refused", "The person has no e-mail address.")


def test_old_notices_go(noted: Notice) -> None:
    housekeeping()
    assert Notice.objects.exists()

    Notice.objects.update(ended_at=Now() - timedelta(days=91))
    housekeeping()

    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://kari:p%40ss@mail.example.com", ("mail.example.com", 587, "p@ss", True, False)),
        ("smtps://mail.example.com:4650", ("mail.example.com", 4650, "", False, True)),
        ("smtp+plain://127.0.0.1", ("127.0.0.1", 25, "", False, False)),
    ],
)
def test_one_address_says_all_of_a_mail_server(url: str, expected: tuple[Any, ...]) -> None:
    found = mail_server(url)

    assert (found.host, found.port, found.password, found.starttls, found.tls) == expected
    assert found.backend == "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize("url", ["mail.example.com", "http://kari:secret@mail", "smtp://", "file:"])
def test_an_address_that_is_none_is_refused_and_no_password_is_shown(url: str) -> None:
    with pytest.raises(ValueError, match="EMAIL_URL: write smtp://name:password") as caught:
        mail_server(url)

    assert "secret" not in str(caught.value)
