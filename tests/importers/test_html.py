"""HTML in Markdown: what becomes of it, and that the Markdown around it stays."""
from __future__ import annotations

import time

import pytest

from ckanext.promote.base import markdown
from ckanext.promote.importers import bodies


def cleaned(text: str) -> str:
    return bodies.clean(text).markdown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A *text* with **Markdown** and `<b>code</b>`.",) * 2,
        ("a < b and b > c, 5<6",) * 2,
        ("<https://a.example> and <ana@a.example>",) * 2,
        ("```\n<p>{{ code }}</p>\n```",) * 2,
        ("<p>One</p><p>Two\n  lines</p>", "One\n\nTwo lines"),
        ("One<br>Two<br/>", "One  \nTwo"),
        ("<strong>bold</strong> <em>slanted</em> <i> x </i>.", "**bold** *slanted*  *x* ."),
        ("<b></b>empty", "empty"),
        ('<a href="https://a.example/">A</a>', "[A](https://a.example/)"),
        ("<a href='https://a.example/x y'>A\n B</a>", "[A B](<https://a.example/x y>)"),
        ('<a href="https://a.example/"></a>', "[a.example](https://a.example/)"),
        ('<a name="top"></a>Text', "Text"),
        ('<a href="javascript:alert(1)">A</a>', "A"),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
        ("<ul>\n <li>\n One\n two\n <li>Three\n</ul>", "- One two\n- Three"),
        ("<ol><li>One<ul><li>In</li></ul></li><li>Two</li></ol>", "1. One\n   - In\n2. Two"),
        ("<li>alone</li>", "- alone"),
        ("<h2 class='x'>A  title</h2>text", "## A title\n\ntext"),
        ("<blockquote><p>One</p><p>Two</p></blockquote>", "> One\n>\n> Two"),
        ('<img src="https://a.example/a.png" alt="A map">', "![A map](https://a.example/a.png)"),
        (
            '<div class="video">\n  <iframe src="//v.example/e/1" allowfull></iframe>\n</div>',
            "[v.example](https://v.example/e/1)",
        ),
        (
            "<table><tr><th>A</th><th>B</th></tr><tr><td>1|2</td><td>3</td></tr></table>",
            "| A | B |\n| --- | --- |\n| 1\\|2 | 3 |",
        ),
        ("<div>\n    A text\n</div>", "A text"),
        ("<p>no end", "no end"),
        ("<strong>no end", "no end"),
        ("no beginning</p></strong>", "no beginning"),
        ("<custom>stays</custom>", "<custom>stays</custom>"),
        ("<span style='color:red'>red</span>", "red"),
        ("A<script>alert(1)</script>B<style>p{}</style>", "AB"),
        ("A <script>no end", "A <script>no end"),
        ("<p>a<p>b", "a\n\nb"),
        ("<pre><code>x = 1\ny = 2</code></pre>", "```\nx = 1\ny = 2\n```"),
    ],
)
def test_html_becomes_markdown(text: str, expected: str):
    assert cleaned(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One\n\n<!--more-->\n\nTwo", "One\n\nTwo"),
        ("One <!-- a note --> two", "One  two"),
        ("A {% include map.html id='1' %}B", "A B"),
        ("{% comment %}not shown{% endcomment %}A", "A"),
        ("[A]({{ site.url | append: site.baseurl }}/x.html)", "[A](/x.html)"),
        ("A [link](https://a.example){:target=\"_blank\"}.", "A [link](https://a.example)."),
        ("{: .lead}\nText", "Text"),
        ("* TOC\n{:toc}\n\nText", "Text"),
        ("###Results", "### Results"),
        ("#hashtag",) * 2,
        ("####Last one", "#### Last one"),
        ("![A map]({{ site.url }}assets/a.png)", "![A map](assets/a.png)"),
        ("![1](/assets/a.png) text", "text"),
        ('<img src="{{ "/assets/a.png" | prepend: site.url }}">\n*Caption*', "*Caption*"),
        ("One\r\n\r\n\r\n\r\nTwo".replace("\r\n", "\n"), "One\n\nTwo"),
    ],
)
def test_marks_of_jekyll_go(text: str, expected: str):
    assert cleaned(text) == expected


def test_what_is_taken_out_is_listed():
    body = bodies.clean("{% include map.html %}<script>x()</script>![1](a/b.png)")
    assert body.markdown == ""
    assert body.removed == ["{% include map.html %}", "<script>x()</script>"]
    assert body.pictures == ["a/b.png"]


HOSTILE = {
    "tags open": "<div>" * 15_000,
    "tags nested": "<ul><li>" * 8_000,
    "quotes nested": "<blockquote>" * 8_000 + "x" + "</blockquote>" * 100,
    "angle brackets": "<" * 95_000,
    "attributes": "<a " * 30_000,
    "attributes without end": "<a" + " a" * 45_000,
    "comments": "<!--" * 24_000,
    "scripts": "<script>" * 12_000,
    "liquid": "{{" * 45_000,
    "liquid tags": "{% x " * 19_000,
    "kramdown": "{:" * 45_000,
    "backticks": "`" * 95_000,
    "backticks apart": "` " * 45_000,
    "images": "![" * 45_000,
    "images open": "![a](" * 19_000,
    "emphasis": "*a" * 45_000,
    "hashes": "#" * 95_000,
    "fences": "```\n" * 24_000,
    "rows": "<table>" + "<tr><td>" * 11_000,
    "newlines": "\n" * 95_000,
    "tocs": "* toc\n" * 15_000,
    "bold": "**a" * 30_000,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_text_takes_no_time(case: str):
    start = time.process_time()
    bodies.clean(HOSTILE[case])
    assert time.process_time() - start < 3


def test_what_comes_out_is_rendered_without_html():
    text = cleaned("<p onclick='x()'>A <a href='https://a.example' onclick='x()'>b</a></p>")
    assert markdown.render(text).html == (
        '<p>A <a href="https://a.example" rel="nofollow ugc noopener">b</a></p>\n'
    )
