import dataclasses

import pytest

from flows.assessment import ENGINE, begin, source_digest
from flows.landing import land
from flows.manifest import load_manifest
from flows.settings import Settings

MANIFEST = """\
system: shop
release: "2"
services: {gateway: {source: src, version: "2", exposure: internet}}
"""


@pytest.fixture
def system(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text("print(1)\n")
    (tmp_path / "leadline.yaml").write_text(MANIFEST)
    return tmp_path


def opened(system, change=("", "")):
    path = system / "leadline.yaml"
    path.write_text(MANIFEST.replace(*change))
    return begin(Settings(system / "data"), load_manifest(path, {}), path, ())


def mark(assessment, technique):
    key = dataclasses.replace(assessment.key(ENGINE, "1", technique, "*"), input_digest=assessment.input_digest)
    land(assessment.settings.warehouse, key, lambda: ())


def test_the_first_assessment_of_a_release_is_number_one(system):
    assert opened(system).number == 1


def test_an_undecided_assessment_of_the_same_inputs_goes_on(system):
    mark(opened(system), "declare")
    assert opened(system).number == 1


def test_a_decided_assessment_is_followed_by_a_new_one(system):
    mark(opened(system), "declare")
    mark(opened(system), "decide")
    assert opened(system).number == 2


def test_other_source_begins_a_new_one(system):
    mark(opened(system), "declare")
    (system / "src" / "app.py").write_text("print(2)\n")
    assert opened(system).number == 2


def test_the_digest_sees_content_and_names_and_no_generated_folders(system):
    before = source_digest(system / "src")
    (system / "src" / "__pycache__").mkdir()
    (system / "src" / "__pycache__" / "app.pyc").write_bytes(b"x")
    assert source_digest(system / "src") == before
    (system / "src" / "app.py").rename(system / "src" / "main.py")
    assert source_digest(system / "src") != before


def test_keys_differ_by_service_engine_and_input(system):
    assessment = opened(system)
    keys = {assessment.key(e, "1", "static", s, i).input_digest for e in "ab" for s in "cd" for i in "ef"}
    assert len(keys) == 8


def test_the_release_to_compare_with_can_be_named(system):
    assert opened(system).previous_release_id is None
    assert opened(system, ('release: "2"', 'release: "2"\nagainst: "1"')).previous_release_id == "shop-1"
