"""What people decided, from YAML or JSON lines; a wrong entry is named."""

from datetime import UTC, datetime

import pytest

from engines.contract import EngineError, Target
from engines.imported.decision_log import DecisionLogEngine

TARGET = Target("kiln-1", "*", "1", "build", "internet")
SHORT = """
- subject: finding
  where: {service: walls, class: sql-injection, file: walls/a.py, function: load}
  action: accepted
  author: dana
  reason: gone by summer
  at: 2026-02-16T09:30:00Z
  until: 2026-07-01
  release: "1.0"
"""


def observed(tmp_path, content):
    path = tmp_path / "decisions.yaml"
    path.write_text(content)
    return list(DecisionLogEngine(path).run(TARGET, ()))


def test_an_entry_tells_subject_action_author_reason_and_times(tmp_path):
    (entry,) = observed(tmp_path, SHORT)
    assert (entry.service, entry.subject_kind, entry.weakness_class, entry.function) == (
        "walls", "finding", "sql-injection", "load",
    )  # fmt: skip
    assert entry.decided_at == datetime(2026, 2, 16, 9, 30, tzinfo=UTC)
    assert entry.expires_at == datetime(2026, 7, 1, tzinfo=UTC)
    assert (entry.action, entry.author, entry.decided_in_release) == ("accepted", "dana", "1.0")


def test_long_keys_and_json_lines_say_the_same(tmp_path):
    line = (
        '{"service": "walls", "subject_kind": "finding", "weakness_class": "sql-injection", "file": "walls/a.py",'
        ' "function": "load", "action": "accepted", "author": "dana", "reason": "gone by summer",'
        ' "decided_at": "2026-02-16T10:30:00+01:00", "expires_at": "2026-07-01", "decided_in_release": "1.0"}'
    )
    assert observed(tmp_path, f"{line}\n\n{line}\n") == observed(tmp_path, SHORT) * 2


def test_an_entry_is_the_same_wherever_it_stands_and_another_when_it_says_more(tmp_path):
    (one,) = observed(tmp_path, SHORT)
    again, other = observed(tmp_path, SHORT + SHORT.replace("gone by summer", "gone by winter"))
    assert again.entry_id == one.entry_id != other.entry_id


def test_a_subject_may_be_told_by_its_id(tmp_path):
    text = '- {subject: manual_test, id: abc, action: passed, author: dana, reason: tried, at: "2026-02-16 09:30:00"}'
    (entry,) = observed(tmp_path, text)
    assert (entry.subject_id, entry.service, entry.decided_at.tzinfo) == ("abc", "*", UTC)


def test_an_empty_log_is_no_fault(tmp_path):
    assert observed(tmp_path, "# nothing yet\n") == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("action: accepted", "action: ignored"),
            "entry 1: the action 'ignored' is not for a finding; valid are false_pos",
        ),
        (("subject: finding", "subject: rumour"), "entry 1: the subject 'rumour' is unknown; valid are finding"),
        (("author: dana", "autor: dana"), "entry 1: the key 'autor' is unknown; valid are"),
        (("author: dana", ""), "entry 1: `author` is missing"),
        (("file: walls/a.py", "fiel: walls/a.py"), "entry 1: the key 'fiel' is unknown"),
        (("at: 2026-02-16T09:30:00Z", "at: last week"), "entry 1: `decided_at` is no time"),
        (("class: sql-injection, file: walls/a.py, function: load", ""), "entry 1: it names no subject"),
        (("where: {", "where: [{"), "cannot be read"),
    ],
)
def test_a_wrong_entry_names_file_entry_and_what_is_valid(tmp_path, change, said):
    with pytest.raises(EngineError) as error:
        observed(tmp_path, SHORT.replace(*change))
    assert str(error.value).startswith("decisions.yaml") and said in str(error.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<html></html>", "is an HTML page"),
        ("just text", "is no list"),
        ("- just text", "entry 1: it is no mapping"),
        ("- !!python/object/apply:os.system [x]", "cannot be read"),
        ("a: &a [x]\nb: [*a, *a]", "YAML aliases are not accepted"),
        ("{broken\n", "cannot be read"),
    ],
)
def test_hostile_and_other_files_are_one_sentence(tmp_path, content, said):
    with pytest.raises(EngineError, match=said):
        observed(tmp_path, content)
