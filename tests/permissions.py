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
MOVED = {"id": "{content}", "owner_org": "{other}"}
WHOLE = {**OURS, "id": "{content}", "title": "Changed"}

TABLE = (
    Row("promote_content_create", "for the institution", ITS_PEOPLE, OURS),
    Row("promote_content_create", "for another", "- - - - - + + +", THEIRS),
    Row("promote_content_create", "for nobody", CENTRAL, STORY),
    Row("promote_content_update", "published", ITS_PEOPLE, CHANGED),
    Row("promote_content_update", "published, to another", CENTRAL, MOVED),
    Row("promote_content_update", "unowned", CENTRAL, CHANGED),
    Row("promote_content_update", "archived", HIDDEN, CHANGED),
    Row("promote_content_archive", "published", ITS_PEOPLE, CONTENT),
    Row("promote_content_archive", "unowned", CENTRAL, CONTENT),
    Row("promote_content_archive", "archived", HIDDEN, CONTENT),
    Row("promote_content_show", "published", EVERYBODY, CONTENT),
    Row("promote_content_show", "unowned", EVERYBODY, CONTENT),
    Row("promote_content_show", "archived", HIDDEN, CONTENT),
    Row("promote_content_dataset_list", "published", EVERYBODY, CONTENT),
    Row("promote_content_dataset_list", "archived", HIDDEN, CONTENT),
    Row("promote_dataset_content_list", "public", EVERYBODY, {"dataset": "{dataset}"}),
    Row("promote_dataset_content_list", "private", "? ? + + + ? ? +", {"dataset": "{private}"}),
    Row("promote_content_list", "any", EVERYBODY),
    Row("promote_content_type_list", "any", EVERYBODY),
    Row("promote_content_type_show", "any", EVERYBODY, {"type": "story"}),
    # CKAN's actions, on contents
    Row("package_show", "published", EVERYBODY, CONTENT),
    Row("package_show", "archived", ITS_PEOPLE, CONTENT),
    Row("package_create", "for the institution", ITS_PEOPLE, OURS),
    Row("package_create", "for another", "- - - - - + + +", THEIRS),
    Row("package_create", "for nobody", CENTRAL, STORY),
    Row("package_update", "published", ITS_PEOPLE, WHOLE),
    Row("package_update", "published, to another", CENTRAL, {**WHOLE, "owner_org": "{other}"}),
    Row("package_update", "unowned", CENTRAL, WHOLE),
    Row("package_update", "archived", ITS_PEOPLE, WHOLE),
    Row("package_patch", "published", ITS_PEOPLE, CHANGED),
    Row("package_patch", "published, to another", CENTRAL, MOVED),
    Row("package_patch", "unowned", CENTRAL, CHANGED),
    Row("package_patch", "archived", ITS_PEOPLE, CHANGED),
    Row("package_revise", "published", ITS_PEOPLE,
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
