"""Builds a page of nasty headings with every site generator that is installed, and compares the ids with ours.

    python benchmarks/headings.py --node FOLDER [--write]

FOLDER holds the `node_modules` of `npm install vitepress github-slugger @docusaurus/core @docusaurus/preset-classic react
react-dom`; MkDocs (`pip install mkdocs mkdocs-material`), Jekyll and Hugo (Debian's packages) are found in the PATH. What is
not there is skipped and said. `--write` keeps what the generators made in `tests/platforms/headings/`, where the tests, which
need no generator, read it. GitHub itself cannot be installed: github-slugger stands for it.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from kbcheck.config import Settings
from kbcheck.engine import load_base

FIXTURES = Path(__file__).parents[1] / "tests" / "platforms" / "headings"
_HEADING = re.compile(r"<h[1-6]\b([^>]*)>")
_ID = re.compile(r"""\bid=(?:"([^"]*)"|([^\s"'>]+))""")


class Generator(Struct, frozen=True):
    """A generator: the files of its site (the page is `page`), the command that builds it, and where the result is.

    `of_node`: the command is a package in `node_modules/.bin`. The name may have a variant: `mkdocs-material`.
    """

    name: str
    files: dict[str, str]
    page: str
    command: tuple[str, ...]
    result: str
    of_node: bool = False
    begin: str = "<h1"
    end: str = "<footer"
    top: str = ""

    @property
    def platform(self) -> str:
        """The platform of that name."""
        return self.name.partition("-")[0]


_SLUGGER = """
import GithubSlugger from 'github-slugger'
import fs from 'node:fs'
const slugger = new GithubSlugger()
const texts = JSON.parse(fs.readFileSync('texts.json', 'utf8'))
fs.writeFileSync('out.html', texts.map((text) => `<h1 id="${slugger.slug(text)}">`).join('\\n'))
"""
_MATERIAL = """site_name: x
markdown_extensions:
  - toc:
      slugify: !!python/object/apply:pymdownx.slugs.slugify
        kwds:
          case: lower
"""
_DOCUSAURUS = """module.exports = {
  title: 'x',
  url: 'https://example.org',
  baseUrl: '/',
  onBrokenLinks: 'ignore',
  markdown: { format: 'detect', hooks: { onBrokenMarkdownLinks: 'ignore', onBrokenMarkdownImages: 'ignore' } },
  presets: [['classic', { docs: { routeBasePath: '/' }, blog: false, theme: {} }]],
}
"""
_HUGO = {
    "hugo.toml": "baseURL = 'https://example.org/'\n",
    "config.toml": "baseURL = 'https://example.org/'\n",  # the name that Hugo before 0.110 looks for
    "layouts/_default/single.html": "{{ .Content }}",
    "layouts/_default/list.html": "",
}

GENERATORS = (
    Generator("github", {"run.mjs": _SLUGGER}, "page.md", ("node", "run.mjs"), "out.html"),
    Generator(
        "vitepress",
        {".vitepress/config.mjs": "export default { ignoreDeadLinks: true }\n", "picture.png": ""},
        "page.md",
        ("vitepress", "build", "."),
        ".vitepress/dist/page.html",
        of_node=True,
        begin="<main",
    ),
    Generator(
        "docusaurus",
        {
            "docusaurus.config.js": _DOCUSAURUS,
            "package.json": "{}",
            "docs/picture.png": "",
            "docs/other.md": "",
            "docs/x.md": "",
        },
        "docs/page.md",
        ("docusaurus", "build", "."),
        "build/page/index.html",
        of_node=True,
        begin='class="theme-doc-markdown',
    ),
    Generator(
        "mkdocs", {"mkdocs.yml": "site_name: x\n"}, "docs/page.md", ("mkdocs", "build", "-q"), "site/page/index.html"
    ),
    Generator(
        "mkdocs-material", {"mkdocs.yml": _MATERIAL}, "docs/page.md", ("mkdocs", "build", "-q"), "site/page/index.html"
    ),
    Generator(
        "jekyll",
        {"_config.yml": "title: x\n"},
        "page.md",
        ("jekyll", "build", "-q"),
        "_site/page.html",
        top="---\n---\n\n",
    ),
    Generator("hugo", _HUGO, "content/page.md", ("hugo", "--quiet"), "public/page/index.html"),
)


def main() -> None:
    """Builds, compares, and says what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--node", type=Path, default=Path.cwd())
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    headings = (FIXTURES / "headings.md").read_text(encoding="utf-8")
    differing = 0
    for generator in GENERATORS:
        program = generator.command[0]
        binary = arguments.node / "node_modules" / ".bin" / program
        command = str(binary) if generator.of_node else shutil.which(program)
        if command is None or not Path(command).exists():
            print(f"{generator.name}: skipped, {program} is not installed")
            continue
        with TemporaryDirectory(dir=arguments.node) as folder:
            theirs, ours = _ids(generator, Path(folder), generator.top + headings, command)
        wrong = [(one, other) for one, other in zip(theirs, ours, strict=False) if one != other]
        differing += len(wrong) + abs(len(theirs) - len(ours))
        print(f"{generator.name}: {len(theirs) - len(wrong)} of {len(theirs)} ids equal, {len(ours)} headings read")
        for one, other in wrong:
            print(f"    theirs {one!r}, ours {other!r}")
        if arguments.write:
            _write(generator, theirs)
    sys.exit(differing > 0)


def _ids(generator: Generator, folder: Path, page: str, command: str) -> tuple[list[str], list[str]]:
    """The ids that the generator makes of the headings of a page, and ours."""
    for path, text in {**generator.files, generator.page: page}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    base = load_base(Settings(root=folder, platform=generator.platform))
    document = base.documents[generator.page]
    if generator.name == "github":
        texts = [heading.text if heading.spaced is None else heading.spaced for heading in document.headings]
        (folder / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    done = subprocess.run([command, *generator.command[1:]], cwd=folder, capture_output=True, text=True, check=False)
    result = folder / generator.result
    if not result.exists():
        sys.exit(f"{generator.name} made no page:\n{done.stdout}{done.stderr}")
    html = result.read_text(encoding="utf-8")
    begin = html.index(generator.begin)
    end = html.find(generator.end, begin)
    attributes = _HEADING.findall(html, begin, end if end > 0 else len(html))
    found = [_ID.search(written) for written in attributes]
    theirs = [unescape(match[1] or match[2] or "") if match else "" for match in found]
    return theirs, list(base.platform.heading_ids(document))


def _write(generator: Generator, ids: list[str]) -> None:
    content = {"files": generator.files if generator.name != "github" else {}, "page": generator.page, "ids": ids}
    text = json.dumps(content, ensure_ascii=False, indent=2)
    (FIXTURES / f"{generator.name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
