"""What the forms of conversations ask for, and what each step in a conversation does."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ckanext.promote.base.i18n import N_
from ckanext.promote.threads import rules

Widget = Literal["line", "text", "prose", "date", "select", "email", "check", "fixed"]


@dataclass(frozen=True)
class Input:
    """One field of a form."""

    name: str
    label: str
    widget: Widget = "line"
    help: str = ""
    is_required: bool = False
    max_length: int = 200
    source: str = ""
    """Of a select, where its choices come from."""
    empty: str = N_("Choose …")
    """What a select says when nothing is chosen."""

    @property
    def outcomes(self) -> str:
        """The outcomes of an answer that ask for it, with blanks between; nothing for others."""
        if self not in ANSWER_INPUTS:
            return ""
        found = rules.OUTCOMES.items()
        return " ".join(name for name, each in found if self.name in (*each.needs, *each.takes))


@dataclass(frozen=True)
class Step:
    """One thing to do: the action that does it, and the page with its form."""

    action: str
    permission: str
    heading: str
    button: str
    done: str
    lead: str = ""
    inputs: tuple[Input, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    is_grave: bool = False
    key: str = "id"
    """Of the action's input, what names the conversation or the text."""


TEXT = Input("body", N_("Text"), "prose", N_("You may use Markdown."), True, 10_000)
REASON = Input("reason", N_("Reason"), "text", is_required=True, max_length=2_000)
MAYBE_REASON = Input("reason", N_("Reason"), "text", N_("You may leave it out."), max_length=2_000)

ANSWER_INPUTS = (
    Input("due_on", N_("Date"), "date", N_(
        "For “It will be published” and “Possible”: the day of the publication, or of the next "
        "news. It is a promise, shown here and on the page of your institution.")),
    Input("dataset", N_("Dataset"), help=N_(
        "For “Published” and “Partly published”: name or address of the dataset.")),
    Input("legal_basis", N_("Legal basis"), "text", N_(
        "For “Declined”: the article on which this is based."), max_length=2_000),
    Input("duplicate_of", N_("Number of the other conversation"), help=N_(
        "For “Answered in another conversation”: its number, such as 2026-00142.")),
    Input("institution", N_("Institution"), "select", N_(
        "For “It belongs to another institution”: who answers instead."),
        source="institutions", empty=N_("The central team decides")),
)  # fmt: skip
"""What outcomes ask for beside a text, in the order of the form."""

STEPS: dict[str, Step] = {
    "reply": Step(
        "promote_post_create", "post", N_("Write in this conversation"), N_("Send"),
        N_("Your text was sent."), inputs=(TEXT,), key="thread_id",
    ),
    "note": Step(
        "promote_post_create", "post_internal", N_("Write an internal note"), N_("Keep the note"),
        N_("The note is kept."),
        N_("Only the people of the institution and the central team read it."),
        (TEXT,), {"internal": True}, key="thread_id",
    ),
    "answer": Step(
        "promote_thread_answer", "answer", N_("Answer officially"), N_("Send the answer"),
        N_("The answer is published."),
        N_("The institution stands behind this text. It stays; a later answer can correct it."),
        (Input("outcome", N_("What comes of it?"), "select", is_required=True, source="outcomes"),
         TEXT, *ANSWER_INPUTS),
    ),
    "clarify": Step(
        "promote_thread_clarify", "clarify", N_("Ask for a clarification"), N_("Ask"),
        N_("The clock stands still until the clarification comes."),
        N_("The clock stands still until it comes, once, and not for ever."),
        (Input("body", N_("What has to be known?"), "prose", "", True, 10_000),),
    ),
    "route": Step(
        "promote_thread_route", "route", N_("Hand it on"), N_("Hand it on"),
        N_("It was handed on."),
        N_("Another institution answers, with a clock of its own. The ages of both are shown."),
        (Input("institution", N_("To which institution?"), "select", source="institutions",
               empty=N_("To the queue of the central team")),
         Input("reason", N_("Reason"), "text", N_("Everybody reads it."), True, 2_000)),
    ),
    "assign": Step(
        "promote_thread_assign", "assign", N_("Give it to an area"), N_("Give it to the area"),
        N_("It was given to the area."),
        N_("An area prepares the answer until an inner date. Only your institution sees this."),
        (Input("area", N_("Area"), "select", source="areas", empty=N_("To none")),
         Input("due_on", N_("Inner date"), "date")),
    ),
    "update": Step(
        "promote_thread_update", "update", N_("Correct what it is about"), N_("Save"),
        N_("It is corrected."),
        N_("A comment can become a question: its clock starts then."),
        (Input("kind", N_("What is it?"), "select", source="kinds"),
         Input("topic", N_("What is it about?"), "select", source="topics"),
         Input("title", N_("Title"))),
    ),
    "close": Step(
        "promote_thread_close", "close", N_("Close this conversation"), N_("Close"),
        N_("The conversation is closed."), inputs=(MAYBE_REASON,), is_grave=True,
    ),
    "reopen": Step(
        "promote_thread_reopen", "reopen", N_("Open it again"), N_("Open again"),
        N_("The conversation is open again."), inputs=(MAYBE_REASON,),
    ),
    "withdraw": Step(
        "promote_thread_withdraw", "withdraw", N_("Withdraw your question"), N_("Withdraw"),
        N_("Your question is withdrawn."),
        N_("It is answered no more. When nobody else has written, nobody sees it any more."),
        (MAYBE_REASON,), is_grave=True,
    ),
    "verdict": Step(
        "promote_thread_verdict", "verdict", N_("Did the answer help you?"), N_("Send"),
        N_("Thank you. Your word is noted."),
        inputs=(
            Input("helpful", N_("It helped"), "select", is_required=True, source="verdicts"),
            Input("reason", N_("What is missing?"), "text", N_(
                "Needed when it did not help: the question is opened again, once."),
                max_length=2_000)),
    ),
    "support": Step(
        "promote_thread_support", "support", N_("Me too"), N_("Me too"), N_("You are counted."),
        N_("Say that you would like to know this, too."),
    ),
    "unsupport": Step(
        "promote_thread_support", "support", N_("Not me any more"), N_("Take it back"),
        N_("You are counted no more."), fixed={"undo": True},
    ),
    "follow": Step(
        "promote_thread_follow", "follow", N_("Follow"), N_("Follow"),
        N_("You follow this conversation."),
    ),
    "unfollow": Step(
        "promote_thread_unfollow", "follow", N_("Follow no more"), N_("Follow no more"),
        N_("You hear of this conversation no more."),
        N_("You get no more mail about this conversation."),
    ),
    "keep": Step(
        "promote_commitment_keep", "keep", N_("Keep the promise"), N_("Name the dataset"),
        N_("The promise is kept."),
        N_("Name the dataset that was published. The conversation is closed, and all who follow "
           "it are told."),
        (Input("dataset", N_("Dataset"), help=N_("Its name or address."), is_required=True),),
    ),
}  # fmt: skip
"""What can be done with a conversation, by the last part of the path."""

POST_STEPS: dict[str, Step] = {
    "edit": Step(
        "promote_post_update", "update", N_("Correct your text"), N_("Save"),
        N_("Your text is corrected."), inputs=(TEXT,),
    ),
    "delete": Step(
        "promote_post_delete", "delete", N_("Delete your text"), N_("Delete"),
        N_("Your text is deleted."), N_("It cannot be brought back. Its place stays, empty."),
        is_grave=True,
    ),
    "report": Step(
        "promote_report_create", "report", N_("Report this text"), N_("Report"),
        N_("Thank you. A moderator looks at it."), N_("A moderator decides whether it stays."),
        (Input("reason", N_("What is wrong with it?"), "select", is_required=True,
               source="reasons"),
         Input("text", N_("What should the moderator know?"), "text", max_length=2_000)),
        key="post_id",
    ),
    "hide": Step(
        "promote_post_hide", "hide", N_("Hide this text"), N_("Hide it"), N_("The text is hidden."),
        N_("Its place stays, empty. Its author reads the reason, and can object."),
        (REASON,), is_grave=True,
    ),
    "block": Step(
        "promote_user_block", "block", N_("Block who wrote this"), N_("Block"),
        N_("Who wrote this may write no more."),
        N_("Who is blocked can still read. Everything that was written stays."),
        (REASON,), is_grave=True, key="post_id",
    ),
    "restore": Step(
        "promote_post_restore", "restore", N_("Show this text again"), N_("Show it"),
        N_("The text is shown again."),
    ),
    "appeal": Step(
        "promote_post_appeal", "appeal", N_("Ask to show your text again"), N_("Send"),
        N_("A moderator looks at it again."), inputs=(
            Input("text", N_("Why should it be shown?"), "text", "", True, 2_000),),
    ),
}  # fmt: skip
"""What can be done with one text of a conversation."""

WITH_LINK = frozenset({
    "promote_post_create", "promote_thread_update", "promote_thread_close",
    "promote_thread_reopen", "promote_thread_withdraw", "promote_thread_verdict",
    "promote_thread_support", "promote_thread_follow", "promote_thread_unfollow",
    "promote_post_update", "promote_post_delete", "promote_post_appeal",
})  # fmt: skip
"""Actions that a visitor's personal link may take."""
