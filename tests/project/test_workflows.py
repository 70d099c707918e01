"""What runs on a foreign machine with rights to this repository: linted, pinned, and kept small."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github/workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def zizmor(folder):
    """Return what zizmor, which reads workflows as an attacker would, says of a folder of them."""
    program = Path(sys.executable).with_name("zizmor")
    command = [str(program), "--offline", "--no-progress", "--strict-collection", "--quiet", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


def test_zizmor_has_nothing_to_say():
    ran = zizmor(FOLDER)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2", "@v4", "unpinned-uses"),
        ("persist-credentials: false", "fetch-depth: 1", "artipacked"),
        ("permissions: {contents: read}", "permissions: write-all", "excessive-permissions"),
        (
            "run: ruff check . &&",
            "run: echo ${{ github.event.pull_request.title }} &&",
            "template-injection",
        ),
    ],
)
def test_zizmor_sees_what_it_is_there_for(tmp_path, old, new, said):
    text = (FOLDER / "ci.yml").read_text(encoding="utf-8")
    assert old in text
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    (folder / "ci.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    ran = zizmor(folder)
    assert ran.returncode != 0
    assert said in ran.stdout


@each_workflow
def test_every_action_is_pinned_by_its_commit_with_the_version_beside_it(path):
    used = re.findall(r"uses: (.+)", path.read_text(encoding="utf-8"))
    assert used
    assert [line for line in used if not PINNED.fullmatch(line)] == []


def test_an_action_has_one_commit_in_all_workflows():
    used = {line for path in WORKFLOWS for line in re.findall(r"uses: (.+)", path.read_text("utf-8"))}
    names = [line.partition("@")[0] for line in used]
    assert len(names) == len(set(names)), sorted(used)


@each_workflow
def test_every_job_ends_by_itself_and_has_no_more_rights_than_it_needs(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] in ({}, {"contents": "read"})
    for job in workflow["jobs"].values():
        assert 0 < job["timeout-minutes"] <= 90
        may_write = "write" in job.get("permissions", {}).values()
        assert not may_write or not any("run" in step for step in job["steps"]), "what may write runs no code"


def test_what_builds_the_site_cannot_publish_it():
    jobs = yaml.safe_load((FOLDER / "site.yml").read_text(encoding="utf-8"))["jobs"]
    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert jobs["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert jobs["deploy"]["needs"] == "build"
    assert len(jobs["deploy"]["steps"]) == 1
