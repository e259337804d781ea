"""Rendering of people's Markdown: what comes out, what never does, and what is refused."""
from __future__ import annotations

import subprocess
import sys
import unicodedata
from pathlib import Path
from urllib.parse import urlsplit

import html5lib
import pytest
from html5lib.serializer import HTMLSerializer
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.promote.base import markdown
from ckanext.promote.base.markdown import MarkdownTooComplex, render, to_text
from tests.base.markdown_payloads import BOMBS, HOSTILE, TOO_MUCH

REL = 'rel="nofollow ugc noopener"'

PIECES = st.sampled_from(
    ["[", "]", "(", ")", "](", "![", "<", ">", "*", "**", "_", "`", "```", "~~", "|", "|-|", "#"]
    + ["\n", "\n\n", "> ", "- ", "1. ", "    ", "\t", "\\", "&", "&#x202e;", "&lt;", '"', "'"]
    + ["http://a.mx", "https://gób.mx/a?b=c&d", "mailto:a@b.mx", "javascript:alert(1)"]
    + ["//evil.mx", "data:text/html,", "a", "é", "\u0301", "\u202e", "\u200d", "\U0001f468"]
    + ["<script>", "</p>", "<!--", "[a]: http://x.mx\n", "[a]", "|a|b|\n|-|:-|\n", "@", ".", "\r"]
    + ["---", "===", "&quot;", "\x0c", "\xa0", ":"]
)
MARKDOWN = st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=40).map("".join)


def tree(html: str):
    return html5lib.parseFragment(html, namespaceHTMLElements=False)


def serialised(html: str) -> str:
    walker = html5lib.getTreeWalker("etree")
    writer = HTMLSerializer(
        quote_attr_values="always", omit_optional_tags=False, resolve_entities=False
    )
    return "".join(writer.serialize(walker(tree(html))))


def assert_harmless(html: str) -> None:
    """Only allowed tags, attributes and addresses, as a parser of HTML5 sees them."""
    elements = [each for each in tree(html).iter() if each.tag != "DOCUMENT_FRAGMENT"]
    assert {each.tag for each in elements} <= markdown.TAGS
    for element in elements:
        assert set(element.attrib) <= markdown.ATTRIBUTES.get(element.tag, frozenset())
        if element.tag == "a":
            assert_harmless_link(element)
    assert serialised(html) == html


def assert_harmless_link(element) -> None:
    assert element.attrib["rel"] == "nofollow ugc noopener"
    parts = urlsplit(element.attrib["href"])
    assert parts.scheme in ("http", "https", "mailto")
    assert element.attrib["href"].isascii()
    if parts.scheme == "mailto":
        assert "@" in parts.path
    else:
        assert element.attrib["href"].startswith(f"{parts.scheme}://")
        assert parts.hostname
        assert "@" not in parts.netloc
    assert "".join(element.itertext()).strip()


def assert_readable(text: str) -> None:
    categories = {unicodedata.category(char) for char in text if char not in "\n\t"}
    assert not {"Cc", "Cs"} & categories
    assert not set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(text)


def render_or_refuse(text: str) -> str:
    try:
        return render(text).html
    except MarkdownTooComplex as err:
        return err.message


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_text_gives_only_allowed_tags_attributes_and_addresses(payload):
    rendered = render(payload)
    assert_harmless(rendered.html)
    assert_readable(rendered.html)
    assert_readable(rendered.plain)


def test_all_hostile_text_at_once_is_as_harmless():
    assert_harmless(render("\n\n".join(HOSTILE)).html)
    assert_harmless(render(" ".join(HOSTILE)).html)


@settings(max_examples=400, deadline=None)
@given(MARKDOWN)
def test_any_text_gives_harmless_html_that_parsing_does_not_change(text):
    try:
        rendered = render(text)
    except MarkdownTooComplex:
        return
    assert_harmless(rendered.html)
    assert_readable(rendered.plain)


@settings(max_examples=100, deadline=None)
@given(MARKDOWN, st.integers(min_value=1, max_value=60))
def test_any_text_gives_a_line_of_words_within_the_length(text, max_chars):
    try:
        words = to_text(text, max_chars)
    except MarkdownTooComplex:
        return
    assert len(words) <= max_chars
    assert words == " ".join(words.split())


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ('"quoted" & \'so\'', "<p>\"quoted\" &amp; 'so'</p>\n"),
        ("**a** _b_ ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>\n"),
        ("a\nb  \nc", "<p>a\nb<br>\nc</p>\n"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
        ("```py\na < b\n```", "<pre><code>a &lt; b\n</code></pre>\n"),
        ("    code", "<pre><code>code\n</code></pre>\n"),
        ("> a\n\n---", "<blockquote>\n<p>a</p>\n</blockquote>\n<hr>\n"),
        (
            "|a|b|\n|:-|-:|\n|1|2|",
            "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n"
            "<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n",
        ),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_markdown_becomes_plain_html(text, html):
    assert render(text).html == html


def test_header_cell_without_a_word_is_no_header():
    html = render("| |b|\n|-|-|\n|1|2|").html
    assert "<td></td>\n<th>b</th>" in html
    assert "<th></th>" not in html


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("[x](https://a.mx/b)", f'<a href="https://a.mx/b" {REL}>x</a>'),
        ("[x](HTTPS://a.mx/b)", f'<a href="https://a.mx/b" {REL}>x</a>'),
        ('[x](https://a.mx "title")', f'<a href="https://a.mx" {REL}>x</a>'),
        ("[x][1]\n\n[1]: http://a.mx", f'<a href="http://a.mx" {REL}>x</a>'),
        ("<http://a.mx/b>", f'<a href="http://a.mx/b" {REL}>http://a.mx/b</a>'),
        ("<a@b.mx>", f'<a href="mailto:a@b.mx" {REL}>a@b.mx</a>'),
        ("[x](mailto:a@b.mx?subject=Hi)", f'<a href="mailto:a@b.mx?subject=Hi" {REL}>x</a>'),
        ("[x](http://a.mx/año)", f'<a href="http://a.mx/a%C3%B1o" {REL}>x</a>'),
        ("[](http://a.mx/b)", f'<a href="http://a.mx/b" {REL}>a.mx</a>'),
        ("[x](javascript:alert)", "[x](javascript:alert)"),
        ("[x](//evil.mx)", "[x](//evil.mx)"),
        ("[x](/dataset)", "[x](/dataset)"),
        ("[x]()", "x"),
    ],
)
def test_links_lead_to_the_web_or_to_mail_or_stay_text(text, inner):
    assert render(text).html == f"<p>{inner}</p>\n"


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("see http://a.mx.", f'see <a href="http://a.mx" {REL}>http://a.mx</a>.'),
        ("(http://a.mx/b)", f'(<a href="http://a.mx/b" {REL}>http://a.mx/b</a>)'),
        ("http://a.mx/b_(c)", f'<a href="http://a.mx/b_(c)" {REL}>http://a.mx/b_(c)</a>'),
        ("http://a.mx/a_b_c", f'<a href="http://a.mx/a_b_c" {REL}>http://a.mx/a_b_c</a>'),
        (
            "http://a.mx/?b=1&copy=2",
            f'<a href="http://a.mx/?b=1&amp;copy=2" {REL}>http://a.mx/?b=1&amp;copy=2</a>',
        ),
        ("**http://a.mx**", f'<strong><a href="http://a.mx" {REL}>http://a.mx</a></strong>'),
        ("`http://a.mx`", "<code>http://a.mx</code>"),
        ("xhttp://a.mx", "xhttp://a.mx"),
        ("ftp://a.mx", "ftp://a.mx"),
        ("http://a@b.mx", "http://a@b.mx"),
        ("[http://a.mx](http://a.mx)", f'<a href="http://a.mx" {REL}>http://a.mx</a>'),
    ],
)
def test_bare_web_addresses_become_links(text, inner):
    assert render(text).html == f"<p>{inner}</p>\n"


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("[gob.mx](http://evil.mx/)", f'<a href="http://evil.mx/" {REL}>gob.mx</a> (evil.mx)'),
        ("[gob.mx](http://www.gob.mx/a)", f'<a href="http://www.gob.mx/a" {REL}>gob.mx</a>'),
        ("[www.gob.mx](http://gob.mx/a)", f'<a href="http://gob.mx/a" {REL}>www.gob.mx</a>'),
        (
            "[a@gob.mx](mailto:b@evil.mx)",
            f'<a href="mailto:b@evil.mx" {REL}>a@gob.mx</a> (evil.mx)',
        ),
        ("[gob.mx](http://notgob.mx)", f'<a href="http://notgob.mx" {REL}>gob.mx</a> (notgob.mx)'),
    ],
)
def test_link_whose_text_names_another_host_shows_where_it_leads(text, inner):
    assert render(text).html == f"<p>{inner}</p>\n"


def test_hosts_in_letters_that_look_like_others_are_shown_encoded():
    shown = "https://xn--gb-fmc.mx/"
    inner = f'<a href="{shown}" {REL}>{shown}</a>'
    assert render("https://g\u043eb.mx/").html == f"<p>{inner}</p>\n"
    assert render("<https://g\u043eb.mx/>").html == f"<p>{inner}</p>\n"


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("![A map](http://a.mx/i.png)", f'<a href="http://a.mx/i.png" {REL}>A map</a>'),
        (
            "![](http://a.mx/i%20j.png?u=1)",
            f'<a href="http://a.mx/i%20j.png?u=1" {REL}>i j.png</a> (a.mx)',
        ),
        ("![](http://a.mx/)", f'<a href="http://a.mx/" {REL}>a.mx</a>'),
        ("[![A](http://a.mx/i.png)](http://b.mx)", f'<a href="http://b.mx" {REL}>A</a>'),
        ("![A [b](http://c.mx)](http://a.mx)", f'<a href="http://a.mx" {REL}>A b</a>'),
        ("![A](data:image/png;base64,aa)", "![A](data:image/png;base64,aa)"),
    ],
)
def test_images_become_links(text, inner):
    assert render(text).html == f"<p>{inner}</p>\n"


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# a", [3]),
        ("## a", [3]),
        ("###### a", [3]),
        ("# a\n## b\n### c\n#### d\n##### e", [3, 4, 5, 6, 6]),
        ("# a\n### b\n# c\n## d", [3, 4, 3, 4]),
        ("### a\n# b\n## c", [3, 3, 4]),
        ("a\n=\n\nb\n-", [3, 4]),
        ("#\n\n# a\n\n## &shy;", [3]),
    ],
)
def test_headings_form_an_outline_that_starts_at_level_three(text, levels):
    found = [int(each.tag[1]) for each in tree(render(text).html).iter() if each.tag[0] == "h"]
    assert found == levels


def test_first_heading_takes_the_level_asked_for():
    assert render("# a\n## b", heading_level=5).html == "<h5>a</h5>\n<h6>b</h6>\n"


@pytest.mark.parametrize("level", [0, 1, 2, 7])
def test_heading_level_of_the_page_itself_is_refused(level):
    with pytest.raises(ValueError, match="heading_level"):
        render("a", heading_level=level)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x" + "\u0301" * 500, "<p>x" + "\u0301" * 4 + "</p>\n"),
        ("*x*\u0301", "<p><em>x</em></p>\n"),
        ("&#x202e;gnp", "<p>gnp</p>\n"),
        ("a&NewLine;b&#13;c", "<p>a b c</p>\n"),
        ("\x00a\ud800", "<p>a</p>\n"),
    ],
)
def test_what_hides_or_disfigures_text_is_dropped(text, expected):
    assert render(text).html == expected


def test_marks_do_not_pile_up_across_elements():
    assert "\u0301" not in render("x" + "*\u0301*" * 9).html
    assert "\u0301" not in render("x" + "`\u0301` " * 9).html


def test_bombs_are_rendered_or_refused_and_none_hangs():
    # Seconds where the work is bounded, hours where it is not; hence the generous limit.
    program = (
        "from tests.base.test_markdown import BOMBS, render_or_refuse\n"
        "print(sum(render_or_refuse(text) != '' for text in BOMBS.values()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.strip() == str(len(BOMBS))


@pytest.mark.parametrize("name", TOO_MUCH)
def test_text_beyond_a_limit_is_refused_with_its_reason(name):
    with pytest.raises(MarkdownTooComplex) as caught:
        render(TOO_MUCH[name])
    assert str(caught.value) == caught.value.message.format(**caught.value.params)


def test_text_at_the_limits_is_shown():
    assert render("a" * markdown.MAX_CHARS).plain == "a" * markdown.MAX_CHARS
    assert render("> " * markdown.MAX_NESTING + "deep").plain == "deep"
    assert render("1. " * (markdown.MAX_NESTING // 2) + "deep").plain == "deep"


def test_plain_text_has_a_line_for_each_block_and_row():
    text = (
        "# A *b*\n\nc\nd [e](http://a.mx) ![f](http://b.mx/g.png)\n\n- h\n- i\n\n"
        "|j|k|\n|-|-|\n|1|2|\n\n```\nl\nm\n```\n"
    )
    assert render(text).plain == "A b\nc d e f\nh\ni\nj k\n1 2\nl\nm"


@pytest.mark.parametrize(
    ("text", "max_chars", "expected"),
    [
        ("# Title\n\nSome **bold** text", 100, "Title Some bold text"),
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one two three", 8, "one two…"),
        ("one two three", 7, "one…"),
        ("a" * 30, 10, "a" * 9 + "…"),
        ("<b>x</b>", 20, "<b>x</b>"),
        ("", 10, ""),
    ],
)
def test_summaries_are_cut_between_words(text, max_chars, expected):
    assert to_text(text, max_chars) == expected
