"""Who may call which action on people, in which state: rows as in ``tests.permissions``."""
from __future__ import annotations

from dataclasses import dataclass

from tests.permissions import ANSWERS, Row

PEOPLE_ROLES = (
    "visitor", "citizen", "member", "editor", "admin", "liaison", "former", "other_admin",
    "other_editor", "central_editor", "sysadmin",
)  # fmt: skip
"""The liaison holds a current appointment of the institution, the former one an ended one; neither
is a member. The other admin and editor belong to another institution."""


@dataclass(frozen=True)
class PeopleRow(Row):
    """A row whose answers are those of ``PEOPLE_ROLES``.

    ``{name}`` in the input stands for a thing that the test made: the institution, the other one,
    one that was deleted, an appointment or an area in that state, an area of the institution.
    """

    @property
    def is_ours(self) -> bool:
        """Whether it is an action of ours, not one of CKAN's."""
        return self.action.startswith("promote_")

    def expected(self, role: str) -> int:
        """The HTTP status for a role."""
        return ANSWERS[self.answers.split()[PEOPLE_ROLES.index(role)]]


#              vis cit mem edi adm lia for oad oed cen sys
ALL =         " +   +   +   +   +   +   +   +   +   +   + "
APPOINTING =  " -   -   -   -   +   -   -   -   -   +   + "  # fmt: skip
IMPOSSIBLE =  " -   -   -   -   !   -   -   -   -   !   ! "  # fmt: skip
NOT_THERE =   " ?   ?   ?   ?   ?   ?   ?   ?   ?   ?   ? "  # fmt: skip
CENTRAL_ALONE = "-   -   -   -   -   -   -   -   -   +   + "  # fmt: skip
CENTRAL_IN_VAIN = "- -   -   -   -   -   -   -   -   !   ! "  # fmt: skip
OTHERS =      " -   -   -   -   -   -   -   +   -   +   + "  # fmt: skip

NEW = {"role": "transparency-liaison", "person": "Eva R.", "institution": "{institution}"}
AT_OTHER = {**NEW, "institution": "{other}"}
AT_DELETED = {**NEW, "institution": "{deleted}"}
ONE = {"id": "{it}"}
END = {"id": "{it}", "reason": "Left."}
RENAMED = {"id": "{it}", "person": "Ana María P."}
FACTS = {"institution": "{institution}", "subject_since": "2026-03-15"}
FIELD = {"institution": "{institution}", "name": "Field work"}

PEOPLE_TABLE = (
    PeopleRow("promote_appointment_create", "for the institution", APPOINTING, NEW),
    PeopleRow("promote_appointment_create", "for another", OTHERS, AT_OTHER),
    PeopleRow("promote_appointment_create", "for a deleted one", NOT_THERE, AT_DELETED),
    PeopleRow("promote_appointment_create", "taken", IMPOSSIBLE, {**NEW, "role": "liaison"}),
    PeopleRow("promote_appointment_create", "the central team's", IMPOSSIBLE,
              {**NEW, "role": "central"}),
    PeopleRow("promote_appointment_update", "current", APPOINTING, RENAMED),
    PeopleRow("promote_appointment_update", "future", APPOINTING, RENAMED),
    PeopleRow("promote_appointment_update", "ended", IMPOSSIBLE, RENAMED),
    PeopleRow("promote_appointment_update", "of a deleted one", NOT_THERE, RENAMED),
    PeopleRow("promote_appointment_end", "current", APPOINTING, END),
    PeopleRow("promote_appointment_end", "future", APPOINTING, END),
    PeopleRow("promote_appointment_end", "ended", IMPOSSIBLE, END),
    PeopleRow("promote_appointment_end", "of a deleted one", NOT_THERE, END),
    PeopleRow("promote_appointment_list", "any", ALL),
    PeopleRow("promote_appointment_list", "of one", ALL, {"institution": "{institution}"}),
    PeopleRow("promote_appointment_list", "of a deleted one", NOT_THERE,
              {"institution": "{deleted}"}),
    PeopleRow("promote_area_create", "for the institution", APPOINTING, FIELD),
    PeopleRow("promote_area_create", "for another", OTHERS, {**FIELD, "institution": "{other}"}),
    PeopleRow("promote_area_create", "for a deleted one", NOT_THERE,
              {**FIELD, "institution": "{deleted}"}),
    PeopleRow("promote_area_create", "taken name", IMPOSSIBLE, {**FIELD, "name": "Labs"}),
    PeopleRow("promote_area_create", "another's dataset", IMPOSSIBLE,
              {**FIELD, "datasets": ["{dataset}"]}),
    PeopleRow("promote_area_update", "area", APPOINTING, {**ONE, "name": "Changed"}),
    PeopleRow("promote_area_update", "area of a deleted one", NOT_THERE, {**ONE, "name": "A"}),
    PeopleRow("promote_area_delete", "area", APPOINTING, ONE),
    PeopleRow("promote_area_delete", "area of a deleted one", NOT_THERE, ONE),
    PeopleRow("promote_area_list", "of one", ALL, {"institution": "{institution}"}),
    PeopleRow("promote_area_list", "of a deleted one", NOT_THERE, {"institution": "{deleted}"}),
    PeopleRow("promote_institution_show", "of one", ALL, {"institution": "{institution}"}),
    PeopleRow("promote_institution_show", "of a deleted one", NOT_THERE,
              {"institution": "{deleted}"}),
    PeopleRow("promote_institution_update", "of one", CENTRAL_ALONE, FACTS),
    PeopleRow("promote_institution_update", "unknown type", CENTRAL_IN_VAIN,
              {**FACTS, "government_type": "kingdom"}),
    PeopleRow("promote_institution_update", "of a deleted one", NOT_THERE,
              {**FACTS, "institution": "{deleted}"}),
    # CKAN's own: an appointment changes no membership.
    PeopleRow("organization_member_create", "citizen", "- - - - + - - - - - +",
              {"id": "{institution}", "username": "{user}", "role": "editor"}),
    PeopleRow("package_create", "dataset", "- - - + + - - - - - +",
              {"name": "{new}", "owner_org": "{institution}"}),
    PeopleRow("package_show", "private", "- - + + + - - - - - +", {"id": "{private}"}),
)  # fmt: skip
