import pytest

from engines.imported.places import Unplaced
from engines.imported.sarif_log import Artifact, ArtifactLocation
from engines.imported.sarif_places import path_of, roots_of

BASES = {
    "%SRCROOT%": ArtifactLocation(uri="file:///home/ci/repo/"),
    "LIB": ArtifactLocation(uri="lib/", uri_base_id="%SRCROOT%"),
    "LOOP": ArtifactLocation(uri="x/", uri_base_id="LOOP"),
}


@pytest.mark.parametrize(
    ("uri", "base", "path"),
    [
        ("a%20b.py", None, "a b.py"),
        ("file:///home/ci/a.py", None, "/home/ci/a.py"),
        ("file://host/home/a.py", None, "/home/a.py"),
        ("file:/home/a.py", None, "/home/a.py"),
        (r"src\a.cs", None, "src/a.cs"),
        ("a.py", "%SRCROOT%", "a.py"),
        ("a.py", "LIB", "lib/a.py"),
        ("a.py", "UNKNOWN", "a.py"),
        ("a.py", "LOOP", "x/" * 10 + "a.py"),
        ("%FF.py", None, "\ufffd.py"),
    ],
)
def test_an_artifact_location_means_a_path(uri, base, path):
    assert path_of(ArtifactLocation(uri=uri, uri_base_id=base), BASES, ()) == path


def test_an_index_is_looked_up_and_what_is_no_file_is_told():
    artifacts = [Artifact(location=ArtifactLocation(uri="a.py"))]
    assert path_of(ArtifactLocation(index=0), {}, artifacts) == "a.py"
    assert path_of(ArtifactLocation(index=7), {}, artifacts) == ""
    assert isinstance(path_of(ArtifactLocation(uri="https://a/b.js"), {}, ()), Unplaced)
    assert isinstance(path_of(None, {}, ()), Unplaced)


def test_absolute_folders_are_where_paths_begin_the_longest_first():
    folders = [ArtifactLocation(uri=uri) for uri in ("file:///build/", "file:///build/1234", "src/")]
    assert roots_of([*folders, None]) == ("/build/1234/", "/build/")
