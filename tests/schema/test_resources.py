"""The shipped folders, in a checkout and in a wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbcheck.errors import UsageError
from kbcheck.schema import resources


def test_the_checkout_has_both_folders() -> None:
    assert (resources.schemas_folder() / "role.schema.json").is_file()
    assert resources.rules_folder().is_dir()
    assert {"role", "phase", "deliverable", "config", "rule"} <= resources.schema_names()
    assert '"urn:kbcheck:schema:role"' in resources.schema_text("role")


def test_a_wheel_has_them_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "kbcheck"
    (package / "_schemas").mkdir(parents=True)
    (tmp_path / "schemas").mkdir()  # of another project beside the package
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources.schemas_folder() == package / "_schemas"
    with pytest.raises(UsageError, match="install it again"):
        resources.rules_folder()


@pytest.mark.parametrize("name", ["nothing", "../role", "role.schema.json", ""])
def test_only_shipped_schemas_have_a_text(name: str) -> None:
    with pytest.raises(LookupError):
        resources.schema_text(name)


def test_messages_are_read_from_the_pages_in_a_language_or_in_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "schema"
    folder.mkdir()
    (folder / "a.md").write_text("---\nmessages:\n  one: 1st\n  two: {text: 2nd, severity: info}\n---\n# A\n", "utf-8")
    (folder / "a.fr.md").write_text("---\nmessages: {one: premier}\n---\n# A\n", "utf-8")
    (folder / "README.md").write_text("# Schema\n", "utf-8")
    monkeypatch.setattr(resources, "rules_folder", lambda: tmp_path)
    assert resources.schema_messages.__wrapped__("en") == {"one": "1st", "two": "2nd"}
    assert resources.schema_messages.__wrapped__("fr") == {"one": "premier", "two": "2nd"}
