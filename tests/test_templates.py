"""Templates get the variables that they list, and reach only what is there."""
from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.static import templates
from tests.static.package import Files, hold, ours

Check = Callable[[Files], list[str]]

CHECKS: list[Check] = [
    templates.families, templates.headers, templates.helpers, templates.keys,
    templates.renders, templates.snippets, templates.texts,
]  # fmt: skip

PAGE = "templates/promote/a.html"
PART = "templates/promote/part.html"
LISTED = "{#\nA page.\n\ntitle - what it is called\nerrors, data - of the form\n#}\n"
USED = "{{ title }}{{ errors }}{{ data }}"
ONE_LINE = "{# A field. title, errors - as promote/a.html #}"
VIEW = 'def show():\n    tk.render("promote/a.html", {})'

WRONG: list[tuple[Check, dict[str, str]]] = [
    (templates.headers, {PAGE: "<p>{# later #}</p>"}),
    (templates.headers, {PAGE: f"{LISTED}{USED}{{{{ other }}}}"}),
    (templates.headers, {PAGE: f"{LISTED}{USED.replace('title', 'h.title')}"}),
    (templates.headers, {PAGE: f"{ONE_LINE}{{{{ title }}}}"}),
    (templates.headers, {PAGE: "{# A. #}{{ value }}{% set value = 1 %}"}),
    (templates.headers, {PAGE: "{# A. #}{% set value = value or 1 %}{{ value }}"}),
    (templates.snippets, {PAGE: '{# A. #}{% snippet "promote/none.html" %}'}),
    (templates.snippets, {PAGE: '{# A. #}{% snippet "snippets/that_is_not.html" %}'}),
    (
        templates.snippets,
        {PART: f"{ONE_LINE}", PAGE: '{# #}{% snippet "promote/part.html", title=1 %}'},
    ),
    (
        templates.snippets,
        {PART: "{# A. #}", PAGE: '{# #}{% snippet "promote/part.html", title=1 %}'},
    ),
    (templates.snippets, {PAGE: "{# #}{% snippet name, title=1 %}"}),
    (
        templates.snippets,
        {
            "templates/promote/form/field.html": "{# #}{% snippet widget, title=1 %}",
            "templates/promote/form/line.html": ONE_LINE,
        },
    ),
    (templates.families, {PAGE: '{# A. #}{% include "promote/part.html" %}', PART: "{# A. #}"}),
    (templates.families, {PAGE: '{# A. #}{% extends "promote/none.html" %}'}),
    (templates.families, {PAGE: '{# A. #}{% import "macros/none.html" as a %}'}),
    (templates.families, {"templates/package/read.html": '{# A. #}{% extends "page.html" %}'}),
    (templates.families, {"templates/package/none.html": "{# A. #}{% ckan_extends %}"}),
    (
        templates.families,
        {
            "templates/package/read.html": "{# A. #}{% ckan_extends %}"
            "{% block primary_content_iner %}{% block promote_in %}{% endblock %}{% endblock %}"
        },
    ),
    (templates.helpers, {PAGE: "{# A. #}{{ h.promote_none() }}"}),
    (templates.helpers, {PAGE: "{# A. #}{{ h.that_is_none() }}"}),
    (templates.helpers, {"content/views.py": "tk.h.promote_none()"}),
    (templates.renders, {"content/views.py": VIEW}),
    (templates.renders, {"content/views.py": VIEW, PAGE: "{# A page. title - its name #}"}),
    (
        templates.renders,
        {"content/views.py": VIEW.replace("{}", '{"title": 1}'), PAGE: "{# A page. #}"},
    ),
    (templates.keys, {PAGE: "{# A. #}{% if content.permissions.update %}x{% endif %}"}),
    (templates.texts, {PAGE: "{# A. #}{{ _('a' ~ b) }}"}),
    (templates.texts, {PAGE: "{# A. #}{{ _('%s is missing') }}"}),
    (templates.texts, {PAGE: "{# A. #}{{ _('{n} % of it') }}"}),
    (templates.texts, {PAGE: "{# A. #}{{ ungettext('{n} day', n ~ ' days', n) }}"}),
]

RIGHT: list[tuple[Check, dict[str, str]]] = [
    (templates.keys, {PAGE: "{# A. #}{% for a in b.items() %}{{ c['update'] }}{% endfor %}"}),
    (templates.headers, {PAGE: LISTED + USED}),
    (templates.headers, {PAGE: ONE_LINE + "{{ title }}{{ errors }}"}),
    (
        templates.headers,
        {
            PAGE: '{# A. #}{% extends "page.html" %}{% set a = 1 %}{% block b %}{{ a }}'
            "{% if h.lang() %}{% set c = 1 %}{% for d in c %}{{ d }}{{ loop.index }}{% endfor %}"
            "{% endif %}{{ super() }}{% trans n=1 %}{{ n }}{% endtrans %}{% endblock %}"
        },
    ),
    (
        templates.snippets,
        {
            PART: ONE_LINE,
            PAGE: '{# #}{% snippet "promote/part.html", title=1, errors=2 %}'
            '{% snippet "snippets/search_form.html", query=1 %}',
        },
    ),
    (
        templates.families,
        {
            PAGE: '{# A. #}{% extends "page.html" %}{% block primary %}{% block own %}'
            "{% endblock %}{% endblock %}",
            PART: '{# A. #}{% extends "promote/a.html" %}{% block own %}{% endblock %}',
        },
    ),
    (
        templates.helpers,
        {
            "base/helpers.py": "def promote_date(value): ...",
            PAGE: "{# A. #}{{ h.promote_date(h.lang()) }}{{ h.csrf_input() }}",
        },
    ),
    (
        templates.renders,
        {"content/views.py": VIEW.replace("{}", '{"title": 1, **more}'), PAGE: "{# A page. #}"},
    ),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_templates_keep_it(check: Check) -> None:
    hold(check(ours()))


@pytest.mark.parametrize(("check", "files"), WRONG, ids=lambda each: getattr(each, "__name__", ""))
def test_a_check_finds_what_it_is_for(check: Check, files: dict[str, str]) -> None:
    assert len(check(Files(files))) == 1


@pytest.mark.parametrize(("check", "files"), RIGHT, ids=lambda each: getattr(each, "__name__", ""))
def test_a_check_leaves_alone_what_is_right(check: Check, files: dict[str, str]) -> None:
    assert check(Files(files)) == []


def test_every_check_is_tried_on_something_wrong() -> None:
    assert {check for check, _ in WRONG} == set(CHECKS)
