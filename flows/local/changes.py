"""What changed in a git work tree since a revision: files, lines, and what the files held before.

"Since REV" counts from where the current branch left REV (their merge base), so that what others have added to REV
meanwhile is not taken for a change. What is not committed yet and what git does not know yet are changes too.
"""

from __future__ import annotations

import codecs
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
# The repository is not trusted to have programs of its own run.
_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=true")
_DIFF = ("diff", "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all", "--find-renames")
_NEW = ("--src-prefix=a/", "--dst-prefix=b/", "--unified=0", "--diff-filter=d")


class GitError(Exception):
    """git cannot tell what changed; the message is one sentence with the remedy."""


@dataclass(frozen=True)
class Change:
    """A file that was added, changed or renamed: its path now, before, and the lines that are new.

    `before`: relative to the work tree like `path`; None: the file is new. `lines`: None: all of them.
    """

    path: str
    before: str | None
    lines: frozenset[int] | None

    def touches(self, start: int, end: int) -> bool:
        """Whether one of the lines `start`..`end` is new."""
        return self.lines is None or any(line in self.lines for line in range(start, end + 1))


def work_tree(folder: Path) -> Path | None:
    """Return the root of the git work tree that a folder is in, None outside of one and where there is no git."""
    try:
        done = subprocess.run([*_GIT, "rev-parse", "--show-toplevel"], cwd=folder, capture_output=True, check=False)
    except OSError:
        return None
    top = done.stdout.rstrip(b"\n")
    return Path(top.decode("utf-8", "surrogateescape")) if done.returncode == 0 and top else None


def base_of(tree: Path, revision: str) -> str:
    """Return the commit from which "since `revision`" counts.

    Raises:
        GitError: git knows no such revision.
    """
    if revision.startswith("-"):
        raise GitError(f"--since {revision}: that is no revision.")
    commit = _git(tree, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", check=False)
    if not commit:
        raise GitError(
            f"git knows no revision {revision} in {tree}: name a commit, a branch or HEAD~1 "
            "(a shallow clone may not hold it: fetch more of its history)."
        )
    base = _git(tree, "merge-base", commit.decode().strip(), "HEAD", check=False)
    return (base or commit).decode().strip()


def changes_since(tree: Path, base: str) -> list[Change]:
    """Return the files of a work tree that differ from the commit `base`, in the order of their paths."""
    changed = _parse(_git(tree, *_DIFF, *_NEW, base, "--"))
    untracked = _git(tree, "ls-files", "--others", "--exclude-standard", "-z").split(b"\0")
    changed += [Change(_text(path), None, None) for path in untracked if path]
    return sorted(changed, key=lambda change: change.path)


def contents_at(tree: Path, commit: str, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of those files that the commit holds."""
    wanted = [path for path in paths if "\n" not in path]
    asked = b"".join(f"{commit}:{path}\n".encode("utf-8", "surrogateescape") for path in wanted)
    answer = _git(tree, "cat-file", "--batch", given=asked)
    position = 0
    for path in wanted:
        end = answer.index(b"\n", position)
        *_, kind, size = answer[position:end].split(b" ")
        position = end + 1
        if size.isdigit():  # else: "missing"
            if kind == b"blob":
                yield path, answer[position : position + int(size)]
            position += int(size) + 1


def _parse(diff: bytes) -> list[Change]:
    """Read a diff without context; hunks are counted out, since a changed line may look like a header."""
    changes: list[Change] = []
    before, lines = None, iter(diff.split(b"\n"))
    for line in lines:
        if line.startswith(b"diff --git "):
            before = None
        elif line.startswith(b"rename from "):
            before = _name(line[len(b"rename from ") :])
        elif line.startswith(b"rename to "):
            changes.append(Change(_name(line[len(b"rename to ") :]), before, frozenset()))
        elif line.startswith(b"--- ") and line != b"--- /dev/null":
            before = before or _name(line[4:])[2:]
        elif line.startswith(b"+++ "):
            path = _name(line[4:])[2:]
            if not changes or changes[-1].path != path:
                changes.append(Change(path, before, frozenset()))
        elif hunk := _HUNK.match(line):
            removed, start, added = (int(group) if group else 1 for group in hunk.groups(default=b"1"))
            change = changes[-1]
            # Where lines were only removed, the two around the gap say what it is about.
            new = range(start, start + added) if added else range(start, start + 2)
            changes[-1] = Change(change.path, change.before, (change.lines or frozenset()) | frozenset(new))
            for _ in range(removed + added):
                next(lines, None)
    return [change if change.before else Change(change.path, None, None) for change in changes]


def _name(quoted: bytes) -> str:
    quoted = quoted.rstrip(b"\t")
    if quoted.startswith(b'"') and quoted.endswith(b'"'):
        quoted = codecs.escape_decode(quoted[1:-1])[0]  # type: ignore[attr-defined]
    return _text(quoted)


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _git(tree: Path, *arguments: str, check: bool = True, given: bytes | None = None) -> bytes:
    done = subprocess.run([*_GIT, *arguments], cwd=tree, input=given, capture_output=True, check=False)
    if check and done.returncode != 0:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())[:300]
        raise GitError(f"git {arguments[0]} failed in {tree}: {said}")
    return done.stdout if done.returncode == 0 else b""
