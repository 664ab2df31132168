"""What must hold on every platform, whatever the pages and the configuration say."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbcheck.config import Settings
from kbcheck.engine import Request, check, load_base
from kbcheck.files import Tree
from kbcheck.platforms.detection import PLATFORMS, detect
from kbcheck.rules.examples import File, write

#: What is enough for each platform to be found.
FOUND_BY = {
    "gitbook": ".gitbook.yaml",
    "vitepress": "docs/.vitepress/config.ts",
    "docusaurus": "website/docusaurus.config.js",
    "mkdocs": "mkdocs.yml",
    "hugo": "hugo.toml",
    "jekyll": "_config.yml",
    "obsidian": ".obsidian/app.json",
}
PARTS = ["# A\n", "# A {#b}\n", "[x](a.md#a) ", "[x](/b/) ", "[[a#A|x]] ", '{{< ref "a" >}} ', "{% link a.md %}", "\n\n", "![i](../c.png)",
         "[x](%zz#%) ", "<a href='/'>", "---\nslug: /\npermalink: [1]\n---\n", "^id\n", "--8<--", "[x][y] ", '{{< s "a" >}} ', '{{% s', "{% include s.html %}",
         "{{ content }}\n", "term\n: x\n", "import A from './a.md'\n", "{% raw %}"]  # fmt: skip
VALUES = [
    "",
    "null",
    "[1, {a: b}]",
    "nav: [1, {a: [b.md, {c: 2}]}]\nplugins: {redirects: 3}\nurl: 5",
    "defaults: [1]\ncollections: 3",
    "defaults: 3\nplugins: x\nexclude: {a: 1}\nmarkdown_extensions: [toc: 3, 5]\nsite_url: 3\nkramdown: x\nmarkdown: 3",
    "defaults: [{scope: 3, values: 4}, {values: {permalink: [1]}}]\ndocs_dir: 5\nbaseurl: [1]\nmarkup: 3\nnav: {a: b}",
    "baseURL = 3\npermalinks = 4\ntaxonomies = [1]\n[languages]\nfr = 3",
    "export default {themeConfig: {sidebar: [{link: 3}, {text: 'x', items: 'y'}]}, srcDir: '..', base: 1}",
    "module.exports = {presets: [1, ['x'], ['y', {docs: false, path: 3}]]}",
    "languages = 3\n[module]\nmounts = [1]",
    "contentDir = '..'\nmodule = 'x'",
    "hooks: [3, hooks.py]\nplugins: [blog: 3, blog: {blog_dir: [1]}]",
    "export default {rewrites: {':a/:a': 'x', 'a*': 3, '(': ':b'}, presets: [['x', {docs: {path: '..'}, blog: 3}]], plugins: [[], [1]]}",
]
# Templates and other files that configurations are read with, hostile ones among them.
BESIDE = {
    "layouts/shortcodes/s.html": '{{ partial "p.html" . }}{{ readFile (.Get 0) }}<p id="{{ . }}-x">{{/*',
    "layouts/partials/p.html": '{{ partial "p.html" }}{{ template "x" }}',
    "_includes/s.html": "{% include s.html %}{{ include.content }",
    "hooks.py": "def on_files(:",
    "docs/_category_.json": '{"label": [1], "link": {"type": "generated-index", "slug": 3}}',
    "website/sidebars.js": "export default {a: [{type: 'category', link: {type: 'generated-index'}}]}",
    "_data/nav.yml": "- &a {url: /x, link: [3], items: [*a, {title: 3, href: /y/}]}\n- *a\n",
    "website/versions.json": "[1, \"..\"]",
    "i18n/fr/docusaurus-plugin-content-docs/current/a.md": "# A\n",
}  # fmt: skip


def tree(*paths: str) -> Tree:
    folders = {""}
    for path in paths:
        while path := path.rpartition("/")[0]:
            folders.add(path)
    return Tree(root=None, files=frozenset(paths), folders=frozenset(folders), pages=())  # type: ignore[arg-type]  # unused


@pytest.mark.parametrize("name", FOUND_BY)
def test_each_platform_is_found_by_its_configuration(name):
    assert detect(tree(FOUND_BY[name], "README.md")) is PLATFORMS[name]


def test_what_is_found_when_several_left_their_files():
    assert detect(tree("README.md")).name == "github"
    assert detect(tree("SUMMARY.md")).name == "gitbook"
    assert detect(tree("SUMMARY.md", "_config.yml")).name == "jekyll"
    assert detect(tree(".gitbook.yaml", "website/docusaurus.config.ts")).name == "docusaurus"
    assert detect(tree(".obsidian/app.json", "mkdocs.yml")).name == "mkdocs"
    assert detect(tree("config.toml")).name == "github"
    assert detect(tree("config.toml", "content/a.md")).name == "hugo"


@pytest.mark.parametrize("name", FOUND_BY)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(page=st.lists(st.sampled_from(PARTS), max_size=8).map("".join), configuration=st.sampled_from(VALUES))
def test_no_page_and_no_configuration_is_too_odd(name, page, configuration, tmp_path_factory):
    folder = tmp_path_factory.mktemp(name)
    paths = ("docs/a.md", "content/a.md", "a.md", "docs/b/index.md")
    pages = [File(path, page.encode()) for path in paths]
    beside = [File(path, text.encode()) for path, text in BESIDE.items()]
    write([*pages, *beside, File(FOUND_BY[name], configuration.encode())], folder)
    report, _ = check(Request(root=folder))
    assert report.platform == name


@pytest.mark.parametrize("name", PLATFORMS)
@given(text=st.text(alphabet="aA1 -_.é#*`[](){}!&;:\t'日", max_size=40))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_heading_has_one_id(name, text, tmp_path_factory):
    folder = tmp_path_factory.mktemp(name)
    write([File("docs/a.md", f"# {text}\n\n## {text}\n\n## {text} 1\n".encode())], folder)
    base = load_base(Settings(root=folder, platform=name))
    document = base.documents["docs/a.md"]
    assert len(base.platform.heading_ids(document)) == len(document.headings)


@pytest.mark.parametrize(
    ("name", "path", "unit"),
    [
        ("hugo", "layouts/shortcodes/s.html", "{{/*"),
        ("hugo", "layouts/shortcodes/s.html", "<!--"),
        ("hugo", "layouts/shortcodes/s.html", ' id={{ "a" }}'),
        ("hugo", "layouts/shortcodes/s.html", 'partial "s" '),
        ("hugo", "content/b.md", "a\n\n"),
        ("hugo", "content/b.md", "{{< s "),
        ("jekyll", "b.md", "{% raw %}"),
        ("jekyll", "b.md", "{{ a "),
        ("jekyll", "b.md", "id='{{"),
        ("jekyll", "b.md", "{%id="),
        ("jekyll", "b.md", "{%<h1 "),
        ("jekyll", "b.md", " \t"),
        ("docusaurus", "docs/b.md", "import a "),
        ("docusaurus", "docs/b.md", "import './a.md'\n"),
        ("hugo", "hugo.toml", "[[menus.a]]\nurl = '/a'\n"),
        ("jekyll", "_data/nav.yml", "- url: /a\n"),
        ("mkdocs", "hook.py", "def on_"),
    ],
)
def test_no_file_is_slow(name, path, unit, tmp_path):
    index = "{{< s >}} [b](b.md#x)"
    texts = {FOUND_BY[name]: "", "docs/a.md": index, "content/a.md": index, path: "x" + unit * (60_000 // len(unit))}
    write([File(each, text.encode()) for each, text in texts.items()], tmp_path)
    started = time.process_time()
    check(Request(root=tmp_path, select=("KB3",)))
    assert time.process_time() - started < 10
