from flows.manifest import load_manifest
from flows.sarif.checkout import folders_of

MANIFEST = """\
system: library
release: "1"
services:
  orders: {source: services/orders, version: "1", exposure: internal}
  dark: {version: "1", exposure: internal}
  outside: {source: ../elsewhere, version: "1", exposure: internal}
"""


def test_folders_are_those_of_the_checkout(tmp_path):
    here = tmp_path / "repo" / "deploy"
    (here / "services" / "orders").mkdir(parents=True)
    (tmp_path / "repo" / "elsewhere").mkdir()
    path = here / "leadline.yaml"
    path.write_text(MANIFEST)
    manifest = load_manifest(path, {})
    assert folders_of(manifest, path) == {"orders": "services/orders"}
    (tmp_path / "repo" / ".git").mkdir()
    assert folders_of(manifest, path) == {"orders": "deploy/services/orders", "outside": "elsewhere"}
