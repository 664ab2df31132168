"""Small knowledge bases, one a platform, with every form of link; and what tests ask of folders."""

from __future__ import annotations

from pathlib import Path

from kbcheck.engine import Request, check

_GITBOOK = {
    "README.md": "# Base\n\n[po](roles/po.md#tasks) [folder](roles/) [img](./assets/a%20b.png) <a href='roles/po.md'>x</a>\n",
    "SUMMARY.md": "* [Base](README.md)\n* [Roles](roles/README.md)\n  * [PO](roles/po.md)\n* [Guide](guide/start.md)\n",
    "roles/README.md": "# Roles\n\n[PO](po.md) [PO](./po.md) [up](../README.md) [dead](gone.md) [out](https://example.org)\n",
    "roles/po.md": '---\ncover: ../assets/a.png\n---\n\n# PO\n\n## Tasks\n\n![a](../assets/a.png) [g][g] [r](/roles/README.md)\n\n[g]: <../guide/start.md> "t"\n',
    "guide/start.md": '# Start\r\n\r\n{% content-ref url="../roles/po.md" %}\r\n[po.md](../roles/po.md)\r\n{% endcontent-ref %}\r\n\r\n<img src="../assets/a.png"> [dir](../roles) [self](#start) [é](../accentué.md)\r\n',
    "accentué.md": "\ufeff# É\n\n[po](roles/po.md)\n",
    "assets/a.png": "",
    "assets/a b.png": "",
    ".gitbook.yaml": "root: ./\n\nredirects:\n  old/po: roles/po.md # kept\n",
}
_VITEPRESS = {
    "docs/.vitepress/config.ts": "import { defineConfig } from 'vitepress'\nexport default defineConfig({\n  themeConfig: { sidebar: [\n    { text: 'Roles', link: '/roles/' },\n    { text: 'PO', link: '/roles/po' },\n    { text: 'Guide', link: '/guide/start.md' },\n  ] },\n  sitemap: { hostname: 'https://kb.example.org' },\n})\n",
    "docs/index.md": "# Base\n\n[po](/roles/po) [po](roles/po.md#tasks) [po](./roles/po.html) [roles](/roles/) <https://kb.example.org/roles/po>\n",
    "docs/roles/index.md": "# Roles\n\n[po](po) [po](./po.md) [up](../) [guide](/guide/start)\n",
    "docs/roles/po.md": "# PO\n\n## Tasks\n\n![a](./a.png) [roles](./) [g](../guide/start)\n",
    "docs/roles/a.png": "",
    "docs/guide/start.md": "# Start\n\n[po](../roles/po#tasks) [site](https://kb.example.org/roles/po.html#tasks)\n",
}
_DOCUSAURUS = {
    "docusaurus.config.js": "module.exports = { url: 'https://kb.example.org', baseUrl: '/', presets: [['classic', { docs: {} }]] };\n",
    "sidebars.js": "module.exports = { docs: ['intro', { type: 'category', label: 'Roles', items: ['roles/po', 'roles/dev'] }] };\n",
    "docs/intro.md": "# Base\n\n[po](roles/po.md#tasks) [po](/docs/roles/po) [dev](./roles/dev.md)\n",
    "docs/roles/po.md": "# PO\n\n## Tasks\n\n[dev](dev.md) [dev](./dev) [up](../intro.md) ![a](../../static/a.png)\n",
    "docs/roles/dev.md": "# Dev\n\n[po](https://kb.example.org/docs/roles/po#tasks)\n",
    "static/a.png": "",
}
_MKDOCS = {
    "mkdocs.yml": "site_url: https://kb.example.org/\nnav:\n  - Base: index.md\n  - Roles:\n      - PO: roles/po.md # kept\n      - 'roles/dev.md'\nplugins:\n  - search\n  - redirects:\n      redirect_maps:\n        old.md: roles/po.md\n",
    "docs/index.md": "# Base\n\n[po](roles/po.md#tasks) [site](https://kb.example.org/roles/po/#tasks)\n",
    "docs/roles/po.md": "# PO\n\n## Tasks\n\n[dev](dev.md) [up](../index.md) ![a](../img/a.png)\n",
    "docs/roles/dev.md": "# Dev\n\n[po](po.md)\n",
    "docs/img/a.png": "",
}
_JEKYLL = {
    "_config.yml": "url: https://kb.example.org\nplugins:\n  - jekyll-redirect-from\n",
    "index.md": "---\ntitle: Base\n---\n\n[po](roles/po.md#tasks) [po](/roles/po.html) [tag]({% link roles/po.md %})\n",
    "roles/po.md": "---\ntitle: PO\n---\n\n## Tasks\n\n[dev](dev.md) [up](../index.md) ![a](../img/a.png)\n",
    "roles/dev.md": "---\ntitle: Dev\nredirect_from:\n  - /former.html\n---\n\n[po](https://kb.example.org/roles/po.html#tasks)\n",
    "img/a.png": "",
}
_HUGO = {
    "hugo.toml": "baseURL = 'https://kb.example.org/'\n",
    "content/_index.md": '---\ntitle: Base\n---\n\n[po](roles/po.md) [po](/roles/po/) [ref]({{< ref "roles/po.md" >}})\n',
    "content/roles/_index.md": "---\ntitle: Roles\n---\n\n[po](/roles/po/#tasks)\n",
    "content/roles/po.md": '---\ntitle: PO\n---\n\n## Tasks\n\n[dev](dev.md) {{< relref "dev" >}} ![a](/a.png)\n',
    "content/roles/dev.md": "+++\ntitle = 'Dev'\n+++\n\n[site](https://kb.example.org/roles/po/)\n",
    "static/a.png": "",
}
_OBSIDIAN = {
    ".obsidian/app.json": "{}\n",
    "Base.md": "# Base\n\n[[po]] [[po#Tasks|the tasks]] [[roles/po]] ![[a.png]] [po](roles/po.md) [[Start]] [[guide/Start.md]]\n",
    "roles/po.md": "# PO\n\n## Tasks\n\n[[dev]] [[Base]] ![[img/a.png]] [[#Tasks]]\n",
    "roles/dev.md": "# Dev\n\n[[po|PO]] [dev](dev.md)\n",
    "guide/Start.md": "# Start\n\n[[roles/dev|dev]] [[roles/po#Tasks]]\n",
    "guide/deep/note.md": "# Note\n\n[[Base]]\n",
    "img/a.png": "",
}
_GITHUB = {
    ".kbcheck.yaml": "repository: a/b\nbranch: main\nexclude:\n  - guide/old/**\nper-file-ignores:\n  roles/po.md: [KB3]\n",
    "README.md": "# Base\n\n[po](roles/po.md#tasks) [r](roles) [l](roles/po.md?plain=1#L3) <img src='img/a%20b.png'>\n\n[x]: https://github.com/a/b/blob/main/roles/po.md#tasks\n\n[x]\n",
    "roles/README.md": "# Roles\n\n[po](po.md) [up](..) [up](../README.md) [img]: <../img/a b.png>\n",
    "roles/po.md": "# PO\n\n## Tasks\n\n![a](<../img/a b.png>) [g](../guide/start.md) [abs](/guide/start.md)\n",
    "guide/start.md": "# Start\n\n<a href='../roles/po.md'>po</a>\n",
    "img/a b.png": "",
}
#: The files of each base, by the platform.
BASES = {
    "gitbook": _GITBOOK,
    "vitepress": _VITEPRESS,
    "docusaurus": _DOCUSAURUS,
    "mkdocs": _MKDOCS,
    "jekyll": _JEKYLL,
    "hugo": _HUGO,
    "obsidian": _OBSIDIAN,
    "github": _GITHUB,
}


def write(files: dict[str, str], folder: Path) -> Path:
    """The folder with these files in it."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    return folder


def read(folder: Path) -> dict[str, bytes]:
    """Every file but git's, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def dead(folder: Path) -> list[str]:
    """The links, entries and redirects that lead nowhere, without the place where they stand."""
    report, _ = check(Request(folder, select=("KB3", "navigation-entry-missing")))
    return sorted(f"{one.rule} {one.target}" for one in report.diagnostics)
