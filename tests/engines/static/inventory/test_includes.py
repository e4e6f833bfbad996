"""Files that a file runs by their path."""

from engines.contract import Call
from tests.engines.static.inventory.written import inventory, only

FILES = {
    "shop/orders/show.php": """<?php
        include 'lines.php';
        require_once __DIR__ . '/../lib/head.php';
        require ROOT . 'lib/' . $_GET['kind'] . '.inc';
        function late() { include "lib/{$name}.php"; }
        include $anything;
        include '../' . $anything;
        include 'absent.php';
    """,
    "shop/orders/lines.php": "<?php",
    "other/lines.php": "<?php",
    "shop/lib/head.php": "<?php",
    "shop/lib/foot.php": "<?php",
    "shop/sub/lib/deep/er.php": "<?php",
}


def test_the_files_that_a_path_may_mean_are_called(tmp_path):
    records = inventory(tmp_path, FILES)
    found = {(c.line, c.caller, c.callee_file, c.is_approximate) for c in only(records, Call) if c.callee_file}
    assert found == {
        (2, "{main}", "shop/orders/lines.php", False),
        (3, "{main}", "shop/lib/head.php", False),
        (5, "late", "shop/lib/head.php", True),
        (5, "late", "shop/lib/foot.php", True),
    }


def test_what_cannot_be_told_stays_a_call(tmp_path):
    calls = only(inventory(tmp_path, FILES), Call, callee="include", callee_file=None)
    assert {c.line for c in calls} == {4, 6, 7, 8}
