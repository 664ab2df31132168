"""What is installed: the program with its schemas and rule pages inside, and no other top-level package."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import kbcheck

ROOT = Path(__file__).parents[1]
pytest.importorskip("hatchling", reason="the build backend hatchling is not installed")


def build(source: Path, target: str, folder: Path) -> Path:
    """The archive that hatchling builds from `source`; needs no network."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (archive,) = folder.iterdir()
    return archive


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to put on the import path, away from the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def names_in(archive: Path) -> set[str]:
    """The files of a wheel or of an sdist, without the sdist's own folder."""
    if archive.suffix == ".whl":
        return set(zipfile.ZipFile(archive).namelist())
    with tarfile.open(archive) as tar:
        return {name.partition("/")[2] for name in tar.getnames()}


def files_below(folder: str) -> set[str]:
    files = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in files}


def test_the_wheel_installs_one_package(wheel: Path) -> None:
    dist_info = f"kbcheck-{kbcheck.__version__}.dist-info"
    assert {name.partition("/")[0] for name in names_in(wheel)} == {"kbcheck", dist_info}
    assert not any("__pycache__" in name for name in names_in(wheel))
    assert f"{dist_info}/licenses/LICENSE" in names_in(wheel)


@pytest.mark.parametrize("folder", ["schemas", "rules"])
def test_the_wheel_holds_every_schema_and_rule_page(wheel: Path, folder: str) -> None:
    assert files_below(folder)
    assert {f"kbcheck/_{name}" for name in files_below(folder)} <= names_in(wheel)


def test_the_wheel_holds_the_catalogues(wheel: Path) -> None:
    catalogues = {name for name in files_below("kbcheck/locale") if name.endswith(".mo")}
    assert catalogues
    assert catalogues <= names_in(wheel)


def test_the_wheel_holds_what_a_tab_offers(wheel: Path) -> None:
    assert "kbcheck/cli/completion.json" in names_in(wheel)


@pytest.mark.parametrize("arguments", [["--version"], ["explain", "missing-anchor"]])
def test_the_installed_program_runs_away_from_the_checkout(
    installed: Path, tmp_path: Path, arguments: list[str]
) -> None:
    environment = os.environ | {"PYTHONPATH": str(installed)}
    command = [sys.executable, "-m", "kbcheck", *arguments]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (kbcheck.__version__ if arguments == ["--version"] else "missing-anchor") in done.stdout


def test_the_sdist_holds_tests_and_builds_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    assert "tests/test_packaging.py" in names_in(sdist)
    with tarfile.open(sdist) as tar:
        tar.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    assert names_in(build(source, "wheel", tmp_path / "wheel")) == names_in(wheel)
