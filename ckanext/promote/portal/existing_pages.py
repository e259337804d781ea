"""Which pages and answers of a portal are looked at, by whom, and with which words filled in."""
from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

Route = tuple[str, str]


class Page(NamedTuple):
    """One address, and who asks for it: a user's name, or nothing for a visitor."""

    who: str
    path: str

    def __str__(self) -> str:
        """Give it as a person would write it down."""
        return f"{self.path} ({self.who or 'visitor'})"


API = "/api/3/action/"
# What anybody can read, in English and Spanish: where our texts and hooks could show up.
VISITOR = """
/ /es/ /dataset/ /es/dataset/ /dataset/?q=pozos /dataset/?page=2 /dataset/?tags=camas
/dataset/?organization=agua&res_format=CSV /dataset/?sort=title_string+desc
/dataset/{dataset} /es/dataset/{dataset} /dataset/camas-001 /dataset/rutas-002 /dataset/nothing
/dataset/{dataset}/resource/{resource_id} /es/dataset/{dataset}/resource/{resource_id}
/dataset/{dataset}/resource/{geo} /dataset/{dataset}/resource/{text} /dataset/activity/{dataset}
/dataset/groups/{dataset} /dataset/new /organization/ /es/organization/ /organization/agua
/es/organization/agua /organization/agua?q=pozos /organization/salud /organization/about/agua
/organization/activity/agua /group/ /group/clima /es/group/clima /user/editor /user/boss
/user/activity/boss /about /es/about /user/login /es/user/login /user/register
/feeds/dataset.atom /feeds/organization/agua.atom /feeds/group/clima.atom /feeds/tag/pozos.atom
/feeds/custom.atom?q=pozos /robots.txt /nothing-there /story /story/ /app/ /tool/ /news/
"""
ANSWERS = """
package_search package_search?q=pozos&facet.field=["organization","tags","type"]
package_search?fq=organization:agua package_search?fq=type:dataset&rows=3 package_search?q=*:*
package_list package_list?limit=5&offset=3 current_package_list_with_resources?limit=5
package_show?id={dataset} package_autocomplete?q=pozos-00&limit=50
organization_list organization_list?all_fields=true&include_dataset_count=true
group_list?all_fields=true organization_show?id=agua&include_datasets=true
group_show?id=clima&include_datasets=true tag_show?id=pozos&include_datasets=true
tag_list?all_fields=true tag_autocomplete?query=p vocabulary_list license_list user_list
user_show?id=editor resource_search?query=name:PNG&order_by=id resource_show?id={resource_id}
resource_view_list?id={resource_id} format_autocomplete?q=c status_show site_read
datastore_search?resource_id={resource_id} help_show?name=package_search
recently_changed_packages_activity_list package_activity_list?id={dataset}
organization_activity_list?id=agua user_activity_list?id=boss scheming_dataset_schema_list
"""
# What the people of an organization see beside that.
EDITOR = """
/ /es/ /dataset/ /dataset/?q=pozos /dataset/{dataset} /dataset/gastos-049
/dataset/new /es/dataset/new /dataset/edit/{dataset} /es/dataset/edit/{dataset}
/dataset/{dataset}/resource/new /dataset/{dataset}/resource/{resource_id}/edit
/dataset/{dataset}/resource/{resource_id} /dataset/{dataset}/resource/{resource_id}/views
/organization/ /organization/agua /organization/edit/agua /organization/bulk_process/agua
/group/clima /user/editor /user/edit /user/activity/editor /dashboard/ /dashboard/datasets
/dashboard/organizations /dashboard/groups /feeds/dataset.atom
"""
CHIEF = "/organization/edit/agua /organization/bulk_process/agua /organization/members/agua"
MEMBER = "/ /dataset/ /dataset/{dataset} /organization/agua /dashboard/ /user/member"
# It signs out; it asks another machine; it lists what changes with every start.
NOT_WALKED = ("user.logout", "service_proxy.", "static", "webassets.", "util.primer")


def all_pages(filled: dict[str, Any]) -> list[Page]:
    """Give the pages to look at: the lists above, and every page of CKAN as the sysadmin."""
    words = values(filled)
    lists = {"": VISITOR, "editor": EDITOR, "chief": CHIEF, "member": MEMBER}
    pages = [Page(who, path) for who, text in lists.items() for path in text.split()]
    pages += [Page(who, API + path) for who in ("", "boss") for path in ANSWERS.split()]
    filled_in = [Page(page.who, fill_in(page.path, words)) for page in pages]
    walked = [Page("boss", path) for path in walk(filled["routes"], words)]
    return list(dict.fromkeys([*filled_in, *walked]))


def values(filled: dict[str, Any]) -> dict[str, str]:
    """Give what stands for the words in braces and for the arguments of routes."""
    return {
        "dataset": filled["dataset"],
        "resource_id": filled["resources"]["CSV"],
        "geo": filled["resources"]["GeoJSON"],
        "text": filled["resources"]["TXT"],
        "view_id": filled["views"][0],
        "filename": "data.csv",
        "ver": "3",
        "lang": "es",
        "logic_function": "site_read",
    }


IDS = {
    "group": "clima", "organization": "agua", "user": "somebody", "activity.user": "editor",
    "activity.group": "clima", "activity.organization": "agua", "feeds.group": "clima",
    "feeds.organization": "agua", "feeds.tag": "pozos",
}  # fmt: skip


def walk(routes: Iterable[Route], words: dict[str, str]) -> list[str]:
    """Give a path for every rule whose arguments are known; what `<id>` is, its endpoint says."""
    paths = []
    for endpoint, rule in routes:
        if endpoint.startswith(NOT_WALKED):
            continue
        about = endpoint.split("_")[0] if endpoint.startswith("activity.") else endpoint
        own_id = IDS.get(about) or IDS.get(endpoint.split(".")[0], words["dataset"])
        path = fill_in(re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule), {**words, "id": own_id})
        if "{" not in path:
            paths.append(path)
    return paths


def fill_in(path: str, words: dict[str, str]) -> str:
    """Put values in place of the words in braces; those that are not known stay."""
    return re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), path)


# --- Pages of the contents ---

# What CKAN has for a dataset; it has to answer for a content, too, if only with a redirection.
DATASET_PAGES = """
/dataset/{id} /es/dataset/{id} /dataset/activity/{id} /dataset/edit/{id} /dataset/groups/{id}
/dataset/followers/{id} /dataset/resources/{id} /dataset/delete/{id}
/api/3/action/package_show?id={id} /api/3/action/package_activity_list?id={id}
"""


def of_type(path: str, names: Iterable[str]) -> list[Page]:
    """Give the pages of a type of contents that everybody can see, in both languages."""
    paths = [f"{path}/", *(f"{path}/{name}" for name in names)]
    return [Page("", f"{prefix}{each}") for prefix in ("", "/es") for each in paths]


def as_datasets(names: Iterable[str]) -> list[Page]:
    """Give CKAN's pages of datasets for contents, as a visitor, an editor and the sysadmin."""
    return [
        Page(who, fill_in(path, {"id": name}))
        for name in names for who in ("", "editor", "boss") for path in DATASET_PAGES.split()
    ]  # fmt: skip
