"""What is known to be true, for one release."""

import pytest

from engines.contract import EngineError, Target
from engines.imported.truth import COLUMNS, TruthEngine

TARGET = Target("kiln-1", "*", "1", "build", "internet")
HEAD = ",".join(COLUMNS) + "\n"
ROW = "1.0,walls,a.py,12,GET,/walls,name,CWE-89,real,confirmed,new_reach,now,a note\n"


def observed(tmp_path, content, release="1.0"):
    path = tmp_path / "truth.csv"
    path.write_text(content)
    return list(TruthEngine(path, release).run(TARGET, ()))


def test_rows_of_the_release_only(tmp_path):
    content = HEAD + ROW + ROW.replace("1.0", "1.1") + "1.0,walls,,,,,,CWE-693,bait,,,later,\n"
    real, bait = observed(tmp_path, content)
    assert (real.service, real.file, real.line, real.is_real, real.expected_state) == (
        "walls",
        "a.py",
        12,
        True,
        "confirmed",
    )
    assert (bait.file, bait.line, bait.route, bait.is_real, bait.coverage) == (None, None, None, False, "later")
    assert real.truth_id != bait.truth_id
    assert len(observed(tmp_path, content, "1.1")) == 1 and observed(tmp_path, content, "9") == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2\n", "has other columns than release, service"),
        ("", "has other columns"),
        (HEAD + ROW.replace("real", "perhaps"), "line 2: `real` is 'perhaps'; valid are real and bait"),
        (HEAD + ROW.replace("now", "soon"), "line 2: `coverage` is 'soon'"),
        (HEAD + ROW.replace("CWE-89", "SQL"), "line 2: `cwe` is 'SQL'"),
        (HEAD + ROW.replace(",12,", ",twelve,"), "line 2: `line` is 'twelve'"),
        (HEAD + "1.0,walls\n", "line 2: it has not the 13 fields"),
        (HEAD + '1.0,"walls"x,\n', "it is no CSV"),
        ("<html>", "is an HTML page"),
    ],
)
def test_a_wrong_file_names_line_and_what_is_valid(tmp_path, content, said):
    with pytest.raises(EngineError, match=said):
        observed(tmp_path, content)
