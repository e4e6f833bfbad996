"""What semgrep says of a file is turned into values that do not depend on where the file lies."""

from engines.static.answers import Answer, Fault, ask
from engines.static.command import find_executable
from engines.static.files import SourceFile

RULE = {"id": "a.0", "languages": ["python"], "severity": "INFO", "message": "Of $X.", "pattern": "danger($X)"}


def asked(*files, rules=(RULE,)):
    return ask(find_executable(), rules, [SourceFile(path, "python", text.encode()) for path, text in files], 60)


def test_each_file_gets_its_answer_with_places_and_message():
    answers, faults = asked(("a/b.py", "x = 1\ny = danger(x)\n"), ("c.py", "x = 1\n"))
    (found,) = answers["a/b.py"].found
    assert (found.start_line, found.start_column, found.start_offset) == (2, 5, 10)
    assert (found.end_line, found.end_column, found.end_offset) == (2, 14, 19)
    assert (found.body, found.message) == ("a.0", "Of x.")
    assert answers["c.py"] == Answer(is_scanned=True) and faults == ()


def test_the_same_text_gets_the_same_answer_wherever_it_lies():
    broken = "def f(:\n    danger(1)\n  )(\n"
    answers, _ = asked(("a.py", broken), ("deep/er/b.py", broken))
    assert answers["a.py"] == answers["deep/er/b.py"]
    ((reason, explanation),) = answers["a.py"].faults
    assert reason == "partly_parsed" and ".py" not in explanation and "line" in explanation


def test_names_that_would_mislead_semgrep_do_not():
    long = "d/" + "n" * 254 + "\\xff"
    paths = ("bin/tool", "A.PY", "window.pyw", long)
    answers, _ = asked(*((path, "danger(1)\n") for path in paths))
    assert {path: len(answer.found) for path, answer in answers.items()} == dict.fromkeys(paths, 1)


def test_a_rule_that_cannot_be_used_is_told_and_spoils_no_other():
    invalid = {**RULE, "id": "b.0", "pattern": "def ("}
    without_pattern = {key: value for key, value in RULE.items() if key != "pattern"} | {"id": "c.0"}
    answers, faults = asked(("a.py", "danger(1)\n"), rules=(RULE, invalid, without_pattern))
    assert len(answers["a.py"].found) == 1
    assert {(fault.subject, fault.reason) for fault in faults} == {("b.0", "invalid_rule"), ("c.0", "invalid_rule")}
    assert all(isinstance(fault, Fault) and fault.explanation for fault in faults)
