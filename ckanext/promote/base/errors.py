"""Errors of ours that callers tell apart from CKAN's, and how they leave through HTTP."""
from __future__ import annotations

from typing import Any, Literal

import ckantoolkit as tk
import flask

REFUSED = (400, 409, 422)
"""What the action API and pages answer to a validation error."""

FormTokenProblem = Literal["quick", "old", "wrong", "used"]


class RateLimited(tk.ValidationError):
    """Too many tries. ``seconds``: how long to wait until the next one counts anew."""

    def __init__(self, seconds: int, message: str) -> None:
        super().__init__({"__before": [message]})
        self.seconds = seconds
        if flask.has_request_context():
            flask.g.promote_retry_after = seconds


class BadFormToken(tk.ValidationError):
    """The token of a visitor's form does not do. ``problem`` says why."""

    def __init__(self, problem: FormTokenProblem, message: str) -> None:
        super().__init__({"form_token": [message]})
        self.problem = problem


def add_retry_after(response: Any) -> Any:
    """Make 429 with ``Retry-After`` of the answer that a ``RateLimited`` led to.

    For all of CKAN: its action API knows validation errors alone, and answers 409.
    """
    seconds = flask.g.pop("promote_retry_after", None)
    if seconds is not None and response.status_code in REFUSED:
        response.status_code = 429
        response.headers["Retry-After"] = str(seconds)
    return response
