"""Who may call which action, in which state: the one table, and nothing else.

A row gives for each role what the action API answers. The tests are made from it, and an action
of ours without a row fails one.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.factories import STORY

ROLES = (
    "visitor", "citizen", "member", "editor", "admin", "other_editor", "central_editor", "sysadmin",
)  # fmt: skip
"""Visitors have no account, citizens no institution. Member, editor and admin belong to the
institution of the content; the other editor to another one, the central editor to the central
team's."""

ANSWERS = {"+": 200, "-": 403, "?": 404, "!": 409}
"""Allowed, refused, not found (as if it were not there), not possible for anybody."""


@dataclass(frozen=True)
class Row:
    """An action with its input, in a state of what it is about.

    ``{name}`` in the input stands for a thing that the test made: the content in that state, the
    institution, the other one, a public and a private dataset of the institution, a user.
    """

    action: str
    state: str
    answers: str
    data: dict[str, Any] = field(default_factory=dict)

    def expected(self, role: str) -> int:
        """The HTTP status for a role."""
        return ANSWERS[self.answers.split()[ROLES.index(role)]]


#            vis cit mem edi adm oth cen sys
EVERYBODY = " +   +   +   +   +   +   +   + "
ITS_PEOPLE = "-   -   -   +   +   -   +   + "
HIDDEN =    " ?   ?   ?   +   +   ?   +   + "  # fmt: skip
CENTRAL =   " -   -   -   -   -   -   +   + "  # fmt: skip
SYSADMIN =  " -   -   -   -   -   -   -   + "  # fmt: skip
NOBODY =    " -   -   -   -   -   -   -   - "  # fmt: skip

CONTENT = {"id": "{content}"}
OURS = {**STORY, "owner_org": "{institution}"}
THEIRS = {**STORY, "owner_org": "{other}"}
CHANGED = {"id": "{content}", "title": "Changed"}
REASONED = {"id": "{content}", "reason": "Name the source of each figure."}
MOVED = {"id": "{content}", "owner_org": "{other}"}
WHOLE = {**OURS, "id": "{content}", "title": "Changed"}

TABLE = (
    Row("promote_content_create", "for the institution", ITS_PEOPLE, OURS),
    Row("promote_content_create", "for another", "- - - - - + + +", THEIRS),
    # A visitor needs his name and his form's token.
    Row("promote_content_create", "for nobody", "! + + + + + + +", STORY),
    Row("promote_content_update", "published", ITS_PEOPLE, CHANGED),
    Row("promote_content_update", "draft", HIDDEN, CHANGED),
    Row("promote_content_update", "submitted", HIDDEN, CHANGED),
    Row("promote_content_update", "published, to another", CENTRAL, MOVED),
    Row("promote_content_update", "unowned", CENTRAL, CHANGED),
    Row("promote_content_update", "archived", HIDDEN, CHANGED),
    Row("promote_content_archive", "published", ITS_PEOPLE, CONTENT),
    Row("promote_content_archive", "unowned", CENTRAL, CONTENT),
    Row("promote_content_archive", "archived", HIDDEN, CONTENT),
    Row("promote_content_archive", "draft", HIDDEN, CONTENT),
    Row("promote_content_submit", "draft", HIDDEN, CONTENT),
    Row("promote_content_submit", "returned", HIDDEN, CONTENT),
    Row("promote_content_submit", "submitted", "? ? ? ! ! ? ! !", CONTENT),
    Row("promote_content_submit", "published", "- - - ! ! - ! !", CONTENT),
    Row("promote_content_publish", "submitted", "? ? ? - - ? + +", CONTENT),
    Row("promote_content_publish", "draft", "? ? ? - - ? + +", CONTENT),
    Row("promote_content_publish", "archived", "? ? ? - - ? ! !", CONTENT),
    Row("promote_content_return", "submitted", "? ? ? - - ? + +", REASONED),
    Row("promote_content_return", "draft", "? ? ? - - ? ! !", REASONED),
    Row("promote_content_return", "published", "- - - - - - ! !", REASONED),
    Row("promote_review_take", "submitted", "? ? ? - - ? + +", CONTENT),
    Row("promote_review_take", "published", "- - - - - - ! !", CONTENT),
    Row("promote_review_list", "all of it", CENTRAL),
    Row("promote_review_list", "mine", "- + + + + + + +", {"mine": True}),
    Row("promote_content_history", "published", ITS_PEOPLE, CONTENT),
    Row("promote_content_history", "draft", HIDDEN, CONTENT),
    Row("promote_content_show", "draft", HIDDEN, CONTENT),
    Row("promote_content_show", "submitted", HIDDEN, CONTENT),
    Row("promote_content_show", "returned", HIDDEN, CONTENT),
    Row("promote_content_show", "published", EVERYBODY, CONTENT),
    Row("promote_content_show", "unowned", EVERYBODY, CONTENT),
    Row("promote_content_show", "archived", HIDDEN, CONTENT),
    Row("promote_content_dataset_list", "published", EVERYBODY, CONTENT),
    Row("promote_content_dataset_list", "archived", HIDDEN, CONTENT),
    Row("promote_content_dataset_list", "submitted", HIDDEN, CONTENT),
    Row("promote_dataset_content_list", "public", EVERYBODY, {"dataset": "{dataset}"}),
    Row("promote_dataset_content_list", "private", "? ? + + + ? ? +", {"dataset": "{private}"}),
    Row("promote_content_list", "any", EVERYBODY),
    Row("promote_content_type_list", "any", EVERYBODY),
    Row("promote_content_type_show", "any", EVERYBODY, {"type": "story"}),
    Row("promote_app_download_count", "published app", EVERYBODY, CONTENT),
    Row("promote_app_download_count", "archived app", HIDDEN, CONTENT),
    Row("promote_app_download_count", "published", "? ? ? ? ? ? ? ?", CONTENT),
    Row("promote_form_token_show", "any", EVERYBODY, {"form": "submission"}),
    Row("promote_impact_show", "any", EVERYBODY),
    Row("promote_featured_list", "any", EVERYBODY),
    Row("promote_featured_update", "published", CENTRAL, {"items": ["{content}"]}),
    Row("promote_featured_update", "draft", "- - - - - - ! !", {"items": ["{content}"]}),
    # CKAN's actions, on contents
    Row("package_show", "published", EVERYBODY, CONTENT),
    Row("package_show", "archived", ITS_PEOPLE, CONTENT),
    Row("package_create", "for the institution", CENTRAL, OURS),
    Row("package_create", "for another", CENTRAL, THEIRS),
    Row("package_create", "for nobody", CENTRAL, STORY),
    Row("package_show", "submitted", "? ? ? ? ? ? ? ?", CONTENT),
    Row("package_update", "published", CENTRAL, WHOLE),
    Row("package_update", "published, to another", CENTRAL, {**WHOLE, "owner_org": "{other}"}),
    Row("package_update", "unowned", CENTRAL, WHOLE),
    Row("package_update", "archived", CENTRAL, WHOLE),
    Row("package_patch", "published", CENTRAL, CHANGED),
    Row("package_patch", "published, to another", CENTRAL, MOVED),
    Row("package_patch", "unowned", CENTRAL, CHANGED),
    Row("package_patch", "archived", CENTRAL, CHANGED),
    Row("package_revise", "published", CENTRAL,
        {"match": CONTENT, "update": {"title": "Changed"}}),
    Row("package_delete", "published", ITS_PEOPLE, CONTENT),
    Row("package_delete", "unowned", CENTRAL, CONTENT),
    Row("package_delete", "archived", ITS_PEOPLE, CONTENT),
    Row("resource_create", "published", NOBODY,
        {"package_id": "{content}", "url": "https://a.example", "name": "file"}),
    Row("package_collaborator_create", "published", NOBODY,
        {"id": "{content}", "user_id": "{user}", "capacity": "editor"}),
    Row("package_owner_org_update", "published", SYSADMIN,
        {"id": "{content}", "organization_id": "{other}"}),
    Row("package_relationship_create", "published", NOBODY,
        {"subject": "{content}", "object": "{dataset}", "type": "depends_on"}),
    Row("dataset_purge", "published", SYSADMIN, CONTENT),
)  # fmt: skip
