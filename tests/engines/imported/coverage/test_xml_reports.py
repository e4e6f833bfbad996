"""JaCoCo and Cobertura: lines that ran, roots of paths; no entity is ever declared, nothing fetched."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.contract import EngineError
from engines.imported.coverage.lines import NO_CONTEXTS, Ran, Refused, Root
from engines.imported.coverage.xml_reports import read_cobertura, read_jacoco

JACOCO = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="shop"><sessioninfo id="host-1" start="1" dump="2"/>
<package name="shop/cart">
  <class name="shop/cart/Cart" sourcefilename="Cart.java"><method name="add" desc="()V" line="9"/></class>
  <sourcefile name="Cart.java"><line nr="9" mi="0" ci="3" mb="0" cb="0"/><line nr="10" mi="4" ci="0" mb="0" cb="0"/>
    <line nr="x" mi="0" ci="1" mb="0" cb="0"/><counter type="LINE" missed="1" covered="1"/></sourcefile>
  <sourcefile name="Unused.java"><line nr="3" mi="1" ci="0" mb="0" cb="0"/></sourcefile>
</package></report>"""
COBERTURA = """<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="0.5" version="1"><sources><source>/build/app</source></sources>
<packages><package name="app"><classes><class name="a" filename="app/a.py">
  <methods><method name="m"><lines><line number="2" hits="9"/></lines></method></methods>
  <lines><line number="1" hits="1"/><line number="2" hits="9"/><line number="3" hits="0"/></lines>
</class></classes></package></packages></coverage>"""


def write(folder: Path, text: str) -> Path:
    path = folder / "report.xml"
    path.write_text(text)
    return path


def test_jacoco_tells_lines_with_instructions_that_ran(tmp_path: Path) -> None:
    items = list(read_jacoco(write(tmp_path, JACOCO)))
    assert [item for item in items if not isinstance(item, Refused)] == [
        Ran("shop/cart/Cart.java", None, (9,)), NO_CONTEXTS
    ]  # fmt: skip
    assert sum(isinstance(item, Refused) for item in items) == 1


def test_cobertura_tells_lines_with_hits_and_where_paths_begin(tmp_path: Path) -> None:
    items = list(read_cobertura(write(tmp_path, COBERTURA)))
    assert items == [Root("/build/app"), Ran("app/a.py", None, (1, 2)), NO_CONTEXTS]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (JACOCO[:400], "no well-formed XML"),
        ("<html/>", "HTML page"),
        ("<other/>", "begins with <other>"),
        ('<!DOCTYPE report [<!ENTITY a "b">]><report>&a;</report>', "declares entities"),
        ("<report>" + "<x>" * 60, "nests deeper"),
    ],
)
def test_what_is_no_report_is_refused_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(EngineError, match=sentence):
        list(read_jacoco(write(tmp_path, text)))
