from pathlib import Path

from engines.contract import Technique
from flows.reports import together


class Reader:
    def __init__(self, name, technique):
        self.name, self.technique = name, technique


def test_files_of_one_tool_come_together_and_recordings_stay_apart():
    readers = [
        Reader("codeql", Technique.IMPORTED),
        Reader("otlp", Technique.TRACE),
        Reader("codeql", Technique.IMPORTED),
        Reader("otlp", Technique.TRACE),
    ]
    files = [(Path(str(number)), reader) for number, reader in enumerate(readers)]
    assert [[int(str(path)) for path, _ in group] for group in together(files)] == [[0, 2], [1], [3]]
