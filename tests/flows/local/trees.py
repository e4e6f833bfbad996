"""A git work tree to be changed and scanned."""

import subprocess
from pathlib import Path

WEAK = 'def {name}(db, key):\n    return db.execute("select * from bricks where {name} = \'" + key + "\'")\n'


class Tree:
    """A git work tree."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self("init", "-q", "-b", "main")

    def __call__(self, *arguments: str) -> str:
        names = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *names, *arguments], cwd=self.folder, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def write(self, name: str, *lines: object) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in lines))

    def commit(self) -> None:
        self("add", "-A")
        self("commit", "-q", "-m", "x")


def weak(*names: str) -> str:
    """Return Python with a weak function for each name, its statement on the lines 2, 8, 14 …."""
    return "\n\n\n\n".join(WEAK.format(name=name) for name in names)
