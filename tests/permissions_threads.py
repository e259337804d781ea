"""Who may call which action on conversations, in which state: the table, and nothing else."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.permissions import ANSWERS, Row

THREAD_ROLES = (
    "visitor", "citizen", "asker", "other_editor", "editor", "admin", "central_editor",
    "sysadmin", "blocked",
)  # fmt: skip
"""The asker began the thread. Editor and admin belong to the institution that owes the answer, the
other editor to another one, the central editor to the central team's. The blocked one is a citizen
who may write no more."""


@dataclass(frozen=True)
class ThreadRow(Row):
    """As ``Row``; ``{name}`` in the input stands for what the test made in that state."""

    def expected(self, role: str) -> int:
        """The HTTP status for a role."""
        return ANSWERS[self.answers.split()[THREAD_ROLES.index(role)]]


#             vis cit ask oth edi adm cen sys blo
EVERYBODY  = " +   +   +   +   +   +   +   +   + "
NOT_BLOCKED = "+   +   +   +   +   +   +   +   - "
ACCOUNTS   = " -   +   +   +   +   +   +   +   - "
ASKER      = " -   -   +   -   -   -   -   -   - "
ASKER_LATE = " -   -   !   -   -   -   -   -   - "
ITS_PEOPLE = " -   -   -   -   +   +   +   +   - "
PEOPLE_LATE = "-   -   -   -   !   !   !   !   - "
TAKING_PART = "-   -   +   -   +   +   +   +   - "
PART_LATE  = " -   -   !   -   !   !   !   !   - "
MODERATORS = " -   -   -   -   -   -   +   +   - "
MODS_LATE  = " -   -   -   -   -   -   !   !   - "
UNSEEN     = " ?   ?   +   ?   ?   ?   +   +   ? "
PRIVATE    = " ?   ?   ?   ?   +   +   ?   +   ? "
ADVICE     = " ?   ?   ?   ?   +   +   +   +   ? "
# fmt: skip

THREAD = {"id": "{thread}"}
POST = {"id": "{post}"}
FIRST = {"id": "{first}"}
OFFICIAL = {"id": "{official}"}
QUESTION: dict[str, Any] = {
    "subject_type": "dataset", "subject_id": "{dataset}", "kind": "question",
    "title": "How often?", "body": "How often is it updated?",
}  # fmt: skip
OURS = {"subject_type": "institution", "subject_id": "{institution}"}
ANSWER = {"id": "{thread}", "outcome": "explained", "body": "Every week."}
PROMISE = {"id": "{thread}", "outcome": "will_publish", "body": "Soon.", "due_on": "{soon}"}
NOT_OURS = {"id": "{thread}", "outcome": "not_ours", "body": "Theirs.", "institution": "{other}"}
BACK = {"id": "{thread}", "body": "Which column do you mean?"}
AREA = {"id": "{thread}", "area": "hydrology"}
ROUTE = {"id": "{thread}", "institution": "{other}", "reason": "They measure it."}
REPLY = {"thread_id": "{thread}", "body": "Thank you."}
NOTE = {**REPLY, "internal": True}
POSTS = {"thread_id": "{thread}"}
HIDE = {"id": "{post}", "reason": "It names a person."}
REPORT = {"post_id": "{post}", "reason": "spam"}
DECISION = {"id": "{item}", "decision": "approve"}
KEEP = {"id": "{commitment}", "dataset": "{dataset}"}
TEMPLATE = {"institution": "{institution}", "title": "Weekly", "body": "Every week."}
BLOCK = {"user": "{user}", "reason": "Advertising."}
Row9 = ThreadRow

THREAD_TABLE = (
    Row9("promote_thread_create", "about a dataset", "! + + + + + + + -", QUESTION),
    Row9("promote_thread_create", "about a private one", PRIVATE,
         {**QUESTION, "subject_id": "{private}"}),
    Row9("promote_thread_create", "about an institution", "! + + + + + + + -",
         {**QUESTION, **OURS}),
    Row9("promote_thread_create", "advice", ITS_PEOPLE, {**QUESTION, **OURS, "kind": "advice"}),
    Row9("promote_thread_create", "for somebody", ITS_PEOPLE,
         {**QUESTION, "source": "telephone", "received_on": "{today}"}),
    Row9("promote_thread_show", "open", EVERYBODY, THREAD),
    Row9("promote_thread_show", "closed", EVERYBODY, THREAD),
    Row9("promote_thread_show", "pending", UNSEEN, THREAD),
    Row9("promote_thread_show", "hidden", UNSEEN, THREAD),
    Row9("promote_thread_show", "private", PRIVATE, THREAD),
    Row9("promote_thread_show", "advice", ADVICE, THREAD),
    Row9("promote_thread_list", "all", EVERYBODY),
    Row9("promote_response_figures_show", "all", EVERYBODY, {"institution": "{institution}"}),
    Row9("promote_thread_list", "mine", "- + + + + + + + +", {"mine": True}),
    Row9("promote_thread_list", "followed", "- + + + + + + + +", {"followed": True}),
    Row9("promote_thread_list", "queue", MODERATORS, {"queue": True}),
    Row9("promote_thread_update", "open", TAKING_PART, {**THREAD, "topic": "quality"}),
    Row9("promote_thread_update", "open, its title", "- - + - ! ! + + -",
         {**THREAD, "title": "How often, please?"}),
    Row9("promote_thread_update", "comment", TAKING_PART, {**THREAD, "kind": "question"}),
    Row9("promote_thread_update", "answered", PART_LATE, {**THREAD, "topic": "quality"}),
    Row9("promote_thread_update", "private", PRIVATE, {**THREAD, "topic": "quality"}),
    Row9("promote_thread_answer", "open", ITS_PEOPLE, ANSWER),
    Row9("promote_thread_answer", "waiting", ITS_PEOPLE, ANSWER),
    Row9("promote_thread_answer", "answered", ITS_PEOPLE, ANSWER),
    Row9("promote_thread_answer", "closed", ITS_PEOPLE, ANSWER),
    Row9("promote_thread_answer", "pending", "? ? - ? ? ? ! ! ?", ANSWER),
    Row9("promote_thread_answer", "hidden", "? ? - ? ? ? + + ?", ANSWER),
    Row9("promote_thread_answer", "private", PRIVATE, ANSWER),
    Row9("promote_thread_answer", "advice", "? ? ? ? - - + + ?", ANSWER),
    Row9("promote_thread_answer", "open, promising", ITS_PEOPLE, PROMISE),
    Row9("promote_thread_answer", "open, not ours", ITS_PEOPLE, NOT_OURS),
    Row9("promote_thread_answer", "answered, not ours", PEOPLE_LATE, NOT_OURS),
    Row9("promote_thread_clarify", "open", ITS_PEOPLE, BACK),
    Row9("promote_thread_clarify", "waiting", PEOPLE_LATE, BACK),
    Row9("promote_thread_clarify", "answered", PEOPLE_LATE, BACK),
    Row9("promote_thread_clarify", "private", PRIVATE, BACK),
    Row9("promote_thread_assign", "open", ITS_PEOPLE, AREA),
    Row9("promote_thread_assign", "answered", PEOPLE_LATE, AREA),
    Row9("promote_thread_assign", "private", PRIVATE, AREA),
    Row9("promote_thread_route", "open", ITS_PEOPLE, ROUTE),
    Row9("promote_thread_route", "waiting", ITS_PEOPLE, ROUTE),
    Row9("promote_thread_route", "answered", PEOPLE_LATE, ROUTE),
    Row9("promote_thread_route", "advice", "? ? ? ? - - ! ! ?", ROUTE),
    Row9("promote_thread_close", "open", "- - + - ! ! + + -", THREAD),
    Row9("promote_thread_close", "answered", TAKING_PART, THREAD),
    Row9("promote_thread_close", "closed", PART_LATE, THREAD),
    Row9("promote_thread_reopen", "open", PART_LATE, THREAD),
    Row9("promote_thread_reopen", "answered", TAKING_PART, THREAD),
    Row9("promote_thread_reopen", "closed", TAKING_PART, THREAD),
    Row9("promote_thread_withdraw", "open", ASKER, THREAD),
    Row9("promote_thread_withdraw", "waiting", ASKER, THREAD),
    Row9("promote_thread_withdraw", "answered", ASKER_LATE, THREAD),
    Row9("promote_thread_withdraw", "pending", "? ? + ? ? ? - - ?", THREAD),
    Row9("promote_thread_verdict", "answered", ASKER, {**THREAD, "helpful": True}),
    Row9("promote_thread_verdict", "open", ASKER_LATE, {**THREAD, "helpful": True}),
    Row9("promote_thread_verdict", "closed", ASKER_LATE, {**THREAD, "helpful": True}),
    Row9("promote_thread_support", "open", NOT_BLOCKED, THREAD),
    Row9("promote_thread_support", "pending", UNSEEN, THREAD),
    Row9("promote_thread_support", "private", PRIVATE, THREAD),
    Row9("promote_thread_follow", "open", ACCOUNTS, THREAD),
    Row9("promote_thread_follow", "private", PRIVATE, THREAD),
    Row9("promote_thread_unfollow", "open", "- + + + + + + + +", THREAD),
    Row9("promote_post_create", "open", "! + + + + + + + -", REPLY),
    Row9("promote_post_create", "closed", "! ! ! ! ! ! ! ! -", REPLY),
    Row9("promote_post_create", "pending", "? ? ! ? ? ? ! ! ?", REPLY),
    Row9("promote_post_create", "private", PRIVATE, REPLY),
    Row9("promote_post_create", "advice", ADVICE, REPLY),
    Row9("promote_post_create", "open, internal", ITS_PEOPLE, NOTE),
    Row9("promote_post_create", "advice, internal", "? ? ? ? - - + + ?", NOTE),
    Row9("promote_post_list", "open", EVERYBODY, POSTS),
    Row9("promote_post_list", "pending", UNSEEN, POSTS),
    Row9("promote_post_list", "private", PRIVATE, POSTS),
    Row9("promote_post_list", "advice", ADVICE, POSTS),
    Row9("promote_post_update", "open", ASKER, {**POST, "body": "Changed."}),
    Row9("promote_post_update", "open, first", ASKER, {**FIRST, "body": "Changed."}),
    Row9("promote_post_update", "answered, first", ASKER_LATE, {**FIRST, "body": "Changed."}),
    Row9("promote_post_update", "closed", ASKER_LATE, {**POST, "body": "Changed."}),
    Row9("promote_post_update", "hidden post", ASKER_LATE, {**POST, "body": "Changed."}),
    Row9("promote_post_update", "private", "? ? ? ? - - ? - ?", {**POST, "body": "Changed."}),
    Row9("promote_post_update", "answered, official", "- - - - ! - - - -",
         {**OFFICIAL, "body": "Changed."}),
    Row9("promote_post_delete", "open", ASKER, POST),
    Row9("promote_post_delete", "open, first", ASKER_LATE, FIRST),
    Row9("promote_post_delete", "answered, official", "- - - - ! - - - -", OFFICIAL),
    Row9("promote_post_delete", "private", "? ? ? ? - - ? - ?", POST),
    Row9("promote_post_hide", "open", MODERATORS, HIDE),
    Row9("promote_post_hide", "answered, official", MODS_LATE, {**HIDE, "id": "{official}"}),
    Row9("promote_post_hide", "hidden post", MODS_LATE, HIDE),
    Row9("promote_post_hide", "private", "? ? ? ? - - ? + ?", HIDE),
    Row9("promote_post_restore", "hidden post", MODERATORS, POST),
    Row9("promote_post_restore", "open", MODS_LATE, POST),
    Row9("promote_post_restore", "pending, first", "? ? - ? ? ? + + ?", FIRST),
    Row9("promote_post_appeal", "hidden post", ASKER, {**POST, "text": "Nobody is named."}),
    Row9("promote_post_appeal", "open", ASKER_LATE, {**POST, "text": "Nobody is named."}),
    Row9("promote_report_create", "open", NOT_BLOCKED, REPORT),
    Row9("promote_report_create", "hidden post", "! ! ! ! ! ! ! ! -", REPORT),
    Row9("promote_report_create", "private", PRIVATE, REPORT),
    Row9("promote_moderation_list", "any", MODERATORS),
    Row9("promote_moderation_decide", "pending", MODERATORS, DECISION),
    Row9("promote_moderation_decide", "decided", MODS_LATE, DECISION),
    Row9("promote_commitment_list", "any", EVERYBODY),
    Row9("promote_commitment_keep", "promised", ITS_PEOPLE, KEEP),
    Row9("promote_commitment_keep", "kept", PEOPLE_LATE, KEEP),
    Row9("promote_answer_template_create", "for the institution", ITS_PEOPLE, TEMPLATE),
    Row9("promote_answer_template_create", "for another", "- - - + - - + + -",
         {**TEMPLATE, "institution": "{other}"}),
    Row9("promote_answer_template_list", "of the institution", ITS_PEOPLE,
         {"institution": "{institution}"}),
    Row9("promote_answer_template_update", "of the institution", ADVICE,
         {"id": "{template}", "title": "Every week"}),
    Row9("promote_answer_template_delete", "of the institution", ADVICE, {"id": "{template}"}),
    Row9("promote_user_block", "any", MODERATORS, BLOCK),
    Row9("promote_user_block", "open, by a text", MODERATORS,
         {"post_id": "{post}", "reason": "Advertising."}),
    Row9("promote_user_unblock", "any", MODERATORS, BLOCK),
    Row9("promote_user_block_list", "any", MODERATORS),
)  # fmt: skip
