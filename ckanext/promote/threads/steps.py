"""How an action writes: once, all of it or nothing, and a refusal becomes a sentence."""
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ckan import model
from sqlalchemy.exc import IntegrityError

from ckanext.promote.base import idempotency
from ckanext.promote.base.model import commit
from ckanext.promote.threads import queries, rules, words
from ckanext.promote.threads.loading import Loaded
from ckanext.promote.threads.model import Thread


@contextmanager
def writing(context: Any) -> Iterator[None]:
    """Commit what the block wrote; on any error nothing of it is stored.

    :raises ValidationError: when a rule refuses the step
    """
    try:
        yield
        commit(context)
    except rules.Refused as err:
        model.Session.rollback()
        raise words.not_now(err) from err
    except BaseException:
        model.Session.rollback()
        raise


@contextmanager
def step(context: Any, loaded: Loaded) -> Iterator[Thread]:
    """As ``writing``, with the thread locked and as it is now.

    :raises ValidationError: when a rule refuses the step, or another institution got the thread
        since it was loaded
    """
    with writing(context):
        yield locked(loaded)


def locked(loaded: Loaded) -> Thread:
    """A thread as it is now, kept from others until the end of the transaction.

    :raises Refused: when another institution got it since it was loaded
    """
    before = loaded.thread.institution_id
    thread = queries.locked(model.Session, loaded.thread.id)
    if thread.institution_id != before:
        raise rules.Refused("moved")
    return thread


def once(
    context: Any, action: str, data: Mapping[str, Any], make: Callable[[], str]
) -> str:
    """Make something and commit; the same request again gives the id of what was made.

    :param data: as it was sent: a digest tells whether it is the same
    :raises ValidationError: when a rule refuses it, or the key was used for something else
    """
    earlier = idempotency.earlier_result(context, action, data)
    if earlier is not None:
        return earlier
    try:
        with writing(context):
            made = make()
            idempotency.remember(context, action, data, made)
    except IntegrityError:
        # The same request was made at the same time, and won.
        earlier = idempotency.earlier_result(context, action, data)
        if earlier is None:
            raise
        return earlier
    return made
