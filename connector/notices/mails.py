"""Sends the e-mails that are noted, each at most once.

A mail is claimed by one UPDATE and marked as being sent before the server is given it. What surely
did not arrive is tried again for about a day; what perhaps arrived is never sent a second time. The
server is asked for only here, by beat's tick: no run and no page ever waits for it.
"""

from __future__ import annotations

import logging
import smtplib
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from connector.notices.models import Notice, Preference
from jobqueue import database

logger = logging.getLogger(__name__)

Mail = Notice.Mail
BATCH = 20  # mails a pass, so that none takes long
TRIES = 16
LONGEST = 120  # min between two tries
BUDGET = 10.0  # s of a pass
FOR_GOOD = 500  # from here on SMTP's answers are no for good; below, for now
AWAY = (OSError, smtplib.SMTPException)
SILENT = timedelta(minutes=10)  # after so long whoever was sending has died


def send_due() -> int:
    """Send what is due and return how many; any number of processes may do so at once."""
    _give_up_silent()
    due = Notice.objects.filter(mail=Mail.TO_SEND, mail_at__lte=Now()).order_by("mail_at", "pk")
    if not settings.EMAIL_ON or not due.exists():
        return 0
    server = get_connection()
    try:
        server.open()
    except AWAY as error:
        logger.warning("mail server away", extra={"error": repr(error)})
        _put_off(list(due.values_list("pk", flat=True)[:BATCH]), str(error))
        return 0
    try:
        notices = due.select_related("user", "user__notice_preference")[:BATCH]
        return _send_all(list(notices), server)
    finally:
        server.close()


def _send_all(notices: list[Notice], server: Any) -> int:
    """Stop when the server does not answer any more, or takes too long: the rest is due again."""
    until, sent = time.monotonic() + BUDGET, 0
    for notice in notices:
        if time.monotonic() > until or (came := _send(notice, server)) == Mail.UNSURE:
            break
        sent += came == Mail.SENT
    return sent


def _send(notice: Notice, server: Any) -> Notice.Mail:
    """What became of the mail; NONE when it is another process's."""
    if not _claim(notice):
        return Mail.NONE
    if not notice.user.email:
        return _settle(notice, Mail.REFUSED, _("The person has no e-mail address."))
    return _deliver(notice, server)


def _deliver(notice: Notice, server: Any) -> Notice.Mail:
    try:
        server.send_messages([message_of(notice)])
    except smtplib.SMTPRecipientsRefused as error:
        return _refused(notice, error, min(code for code, _why in error.recipients.values()))
    except smtplib.SMTPResponseException as error:
        return _refused(notice, error, error.smtp_code)
    except AWAY as error:
        logger.warning("mail perhaps sent", extra={"notice": notice.pk, "error": repr(error)})
        return _settle(notice, Mail.UNSURE, str(error))
    except ValueError as error:  # an address that no mail can have
        return _settle(notice, Mail.REFUSED, str(error))
    return _settle(notice, Mail.SENT)


def _claim(notice: Notice) -> bool:
    with database.write():
        mine = Notice.objects.filter(
            pk=notice.pk, mail=Mail.TO_SEND, mail_tries=notice.mail_tries
        ).update(mail=Mail.SENDING, mail_at=Now())
    return bool(mine)


def _refused(notice: Notice, error: smtplib.SMTPException, code: int) -> Notice.Mail:
    """The server said no: for now (4xx), or for good."""
    logger.warning("mail refused", extra={"notice": notice.pk, "error": repr(error)})
    if code >= FOR_GOOD:
        return _settle(notice, Mail.REFUSED, str(error))
    _put_off([notice.pk], str(error))
    return Mail.TO_SEND


def _settle(notice: Notice, mail: Notice.Mail, note: str = "") -> Notice.Mail:
    with database.write():
        Notice.objects.filter(pk=notice.pk).update(
            mail=mail, mail_note=note, mail_tries=F("mail_tries") + 1
        )
    return mail


def _put_off(ids: list[int], note: str) -> None:
    """Nothing was sent: try again after 1, 2, 4 … minutes, and in the end no more."""
    clock = database.clock()
    with database.write():
        for notice in Notice.objects.filter(pk__in=ids, mail__in=[Mail.TO_SEND, Mail.SENDING]):
            tries = notice.mail_tries + 1
            Notice.objects.filter(pk=notice.pk, mail_tries=notice.mail_tries).update(
                mail=Mail.TO_SEND if tries < TRIES else Mail.REFUSED,
                mail_tries=tries,
                mail_at=clock + timedelta(minutes=min(2 ** (tries - 1), LONGEST)),
                mail_note=note,
            )


def _give_up_silent() -> None:
    silent = Notice.objects.filter(mail=Mail.SENDING, mail_at__lte=database.clock() - SILENT)
    if silent.exists():
        with database.write():
            silent.update(mail=Mail.UNSURE, mail_note=_("Whoever sent it died meanwhile."))


def message_of(notice: Notice) -> EmailMessage:
    """The mail in the person's own language, as plain text."""
    preference = getattr(notice.user, "notice_preference", None) or Preference(user=notice.user)
    with translation.override(preference.language):
        outcome = _("It works again.") if notice.back else notice.get_outcome_display()
        subject = f"{notice.description}: {outcome}"
        links = {"run": "", "settings": _absolute(reverse("notification-settings"))}
        if notice.entry_id is not None:
            links["run"] = _absolute(reverse("job-run", args=[notice.entry_id, notice.fence]))
        body = render_to_string("notices/mail.txt", {"notice": notice, "links": links})
    return EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[notice.user.email])


def _absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else ""
