"""The conventions of the code, held over the package, and each check over what it is for."""
from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.static import code, logic, names, pages
from tests.static.package import Files, hold, ours, suite

Check = Callable[[Files], list[str]]

CHECKS: list[Check] = [
    logic.access_checks, logic.action_docstrings, logic.action_names, logic.auth_functions,
    logic.auth_twins, logic.chained_functions, logic.reading_actions,
    names.names_of_a_country, names.options, names.public_names,
    code.commits, code.gettext, code.markup, code.naive_times, code.old_queries, code.prints,
    code.sizes, code.suppressions,
    pages.assets, pages.html, pages.markup,
]  # fmt: skip

PAGE = "templates/promote/a.html"
ACTION = "content/action.py"
SHOW = "@tk.side_effect_free\ndef promote_a_show(context, data_dict):\n    "
CHECKED = 'tk.check_access("promote_a_show", context, data_dict)'
OPEN_AUTH = (
    '@tk.auth_allow_anonymous_access\ndef promote_a_show(context, data_dict):\n    """{}"""\n'
)
SCHEMA = "from ckanext.promote.content import schema\n"
READ = 'import ckantoolkit as tk\n\ndef a():\n    return tk.config["ckanext.promote.a"]\n'
DECLARED = "version: 1\ngroups:\n  - annotation: a\n    options:\n      - key: ckanext.promote.a\n"
CHAINED = "@tk.chained_action\ndef {}(next_action, context, data_dict):\n    pass"

WRONG: list[tuple[Check, dict[str, str]]] = [
    (logic.auth_twins, {ACTION: f"{SHOW}pass", "content/auth.py": ""}),
    (logic.auth_twins, {"content/auth.py": "def promote_a_show(context, data_dict): ..."}),
    (logic.action_names, {ACTION: "def show_it(context, data_dict): ..."}),
    (logic.action_names, {ACTION: "def promote_a_manage(context, data_dict): ..."}),
    (logic.access_checks, {ACTION: f"{SHOW}pass"}),
    (logic.access_checks, {ACTION: f"{SHOW}{CHECKED.replace('_show', '_list')}"}),
    (logic.access_checks, {ACTION: f"{SHOW}if data_dict:\n        {CHECKED}"}),
    (logic.access_checks, {ACTION: f"{SHOW}if data_dict:\n        return 1\n    {CHECKED}"}),
    (logic.reading_actions, {ACTION: "def promote_a_list(context, data_dict): ..."}),
    (logic.reading_actions, {ACTION: SHOW.replace("_show", "_create") + "pass"}),
    (logic.action_docstrings, {ACTION: f"{SHOW}pass"}),
    (logic.action_docstrings, {ACTION: f'{SHOW}"""A thing."""'}),
    (logic.action_docstrings, {ACTION: f'{SHOW}"""{"A" * 81}\n\n    :returns: it\n    """'}),
    (
        logic.action_docstrings,
        {
            ACTION: f'{SCHEMA}{SHOW}"""It.\n\n    :param id: id\n    :returns: it\n    """\n'
            "    validated(schema.show, data_dict)",
            "content/schema.py": 'def one():\n    return {"id": []}\n\n'
            'def show():\n    return paged({**one(), "version": []})',
        },
    ),
    (logic.auth_functions, {"content/auth.py": OPEN_AUTH.format("The people who may.")}),
    (
        logic.auth_functions,
        {"content/auth.py": "def promote_a_show(context, data_dict):\n    viewer_of(context)"},
    ),
    (logic.chained_functions, {"content/core_action.py": CHAINED.format("package_autocomplete")}),
    (logic.chained_functions, {"content/core_action.py": CHAINED.format("package_that_is_not")}),
    (
        logic.chained_functions,
        {"content/core_action.py": "@tk.side_effect_free\n" + CHAINED.format("package_create")},
    ),
    (logic.chained_functions, {"content/core_auth.py": "def package_create(context): ..."}),
    (names.options, {"config.py": READ, "config_declaration.yaml": "groups: []"}),
    (names.options, {"config.py": READ, "config_declaration.yaml": DECLARED}),
    (
        names.options,
        {"config.py": "", "config_declaration.yaml": f"{DECLARED}        description: It."},
    ),
    (
        names.options,
        {"base/a.py": READ, "config_declaration.yaml": f"{DECLARED}        description: It."},
    ),
    (names.public_names, {"base/helpers.py": "def date(value): ..."}),
    (names.public_names, {"base/validators.py": "def is_line(value): ..."}),
    (names.public_names, {"base/model.py": 'class A(B):\n    __tablename__ = "event"'}),
    (names.public_names, {"migration/promote/versions/1.py": 'op.create_table("event")'}),
    (names.public_names, {"content/views.py": 'bp = Blueprint("content", __name__)'}),
    (names.names_of_a_country, {PAGE: "<p>datos.gob.mx</p>"}),
    (names.names_of_a_country, {"base/a.py": '"""Of the CEDN."""'}),
    (code.commits, {ACTION: "model.Session.commit()"}),
    (code.commits, {ACTION: 'context["session"].commit()'}),
    (code.commits, {"base/model.py": "def commit(context): ..."}),
    (code.old_queries, {ACTION: 'context["session"].query(Content).all()'}),
    (code.old_queries, {"content/queries.py": "model.Session.query(Content).count()"}),
    (code.markup, {"content/helpers.py": "Markup(text)"}),
    (code.naive_times, {ACTION: "dt.datetime.now()"}),
    (code.naive_times, {ACTION: "datetime.utcnow()"}),
    (code.naive_times, {ACTION: "dt.date.today()"}),
    (code.prints, {ACTION: "print(1)"}),
    (code.sizes, {ACTION: "a = 1\n" * 401}),
    (code.sizes, {PAGE: "<p>\n" * 101}),
    (code.sizes, {ACTION: "def a():\n" + "    b = 1\n" * 40}),
    (code.suppressions, {ACTION: "a = 1  # noqa"}),
    (code.suppressions, {ACTION: "a = 1  # noqa: E501"}),
    (code.suppressions, {ACTION: "a = 1  # type: ignore -- why"}),
    (code.gettext, {ACTION: 'def a():\n    tk._(f"{b} is missing")'}),
    (code.gettext, {ACTION: 'def a():\n    tk._("a" + b)'}),
    (code.gettext, {ACTION: "def a(label):\n    tk._(label)"}),
    (code.gettext, {ACTION: 'def a():\n    tk._("%s is missing")'}),
    (code.gettext, {ACTION: 'def a():\n    tk.ungettext("{n} day", f"{n} days", n)'}),
    (code.gettext, {ACTION: 'A = tk._("Day")'}),
    (code.gettext, {ACTION: "A = N_(day)"}),
    (pages.assets, {"assets/a.js": "node.innerHTML = text;"}),
    (pages.assets, {"assets/a.css": "a { background: url(https://example.org/a.png) }"}),
    (pages.assets, {"assets/webassets.yml": "style:\n  contents:\n    - a.css"}),
    (pages.assets, {PAGE: "{# #}{% asset 'promote/style' %}"}),
    (pages.html, {PAGE: '<p {% if a %}style="color: {{ b }}"{% endif %}>'}),
    (pages.html, {PAGE: '<button onclick="a()">'}),
    (pages.html, {PAGE: "<script>a()</script>"}),
    (pages.html, {PAGE: '<a href="javascript:a()">'}),
    (pages.html, {PAGE: '<img src="//example.org/a.png" alt="">'}),
    (pages.html, {PAGE: '<form method="post"><p></form>'}),
    (pages.html, {PAGE: '<form method="{{ method }}">{# {{ h.csrf_input() }} #}</form>'}),
    (pages.html, {PAGE: '<form><button formmethod="post"></form>'}),
    (pages.markup, {PAGE: "{{ text | safe }}"}),
    (pages.markup, {PAGE: "{{ h.render_markdown(text) }}"}),
]

RIGHT: list[tuple[Check, dict[str, str]]] = [
    (logic.access_checks, {ACTION: f"{SHOW}with a:\n        {CHECKED}\n    return 1"}),
    (logic.auth_functions, {"content/auth.py": OPEN_AUTH.format("Everybody.")}),
    (
        logic.auth_functions,
        {
            "content/auth.py": "from ckanext.promote.content import access\n"
            + OPEN_AUTH.format("The people who may.")
            + "    return access.may(context)",
            "content/access.py": "def may(context):\n    return _who(context)\n\n"
            "def _who(context):\n    return viewer_of(context)",
        },
    ),
    (
        names.options,
        {
            "config.py": 'P = "ckanext.promote."\ndef a(b):\n    tk.config[P + f"limits.{b}"]',
            "config_declaration.yaml": DECLARED.replace("promote.a", "promote.limits.<name>")
            + "        description: It.",
        },
    ),
    (code.sizes, {ACTION: 'def a():\n    """' + "\n" * 40 + '"""\n' + "    b = 1\n" * 39}),
    (code.suppressions, {ACTION: 'a = "# noqa"  # noqa: E501, F401 -- the library\'s name'}),
    (code.gettext, {ACTION: "def a():\n    return [tk._(label) for _, label in STAGES]"}),
    (code.gettext, {ACTION: "def a(err):\n    return tk._(err.message) + tk._(NO_RESOURCES)"}),
    (pages.html, {PAGE: '<form method="post">{{ h.csrf_input() }}</form>'}),
    (pages.html, {PAGE: '{# <script> #}<a href="https://example.org">'}),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_package_keeps_it(check: Check) -> None:
    hold(check(ours()))


@pytest.mark.parametrize("check", [code.sizes, code.suppressions], ids=lambda c: c.__name__)
def test_the_tests_keep_it_too(check: Check) -> None:
    hold(check(suite()))


@pytest.mark.parametrize(("check", "files"), WRONG, ids=lambda each: getattr(each, "__name__", ""))
def test_a_check_finds_what_it_is_for(check: Check, files: dict[str, str]) -> None:
    assert len(check(Files(files))) == 1


@pytest.mark.parametrize(("check", "files"), RIGHT, ids=lambda each: getattr(each, "__name__", ""))
def test_a_check_leaves_alone_what_is_right(check: Check, files: dict[str, str]) -> None:
    assert check(Files(files)) == []


def test_every_check_is_tried_on_something_wrong() -> None:
    assert {check for check, _ in WRONG} == set(CHECKS)
