"""Files that a server runs when their path is asked for."""

from tests.engines.static.inventory.written import edges, endpoints, inventory, parameters

PAGE = """
<html><?php
require_once 'lib/orders.php';
$id = $_GET['id'];
if (isset($_POST["name"])) { save($_POST["name"]); }
?></html>
"""


def test_pages_that_read_a_request_are_endpoints(tmp_path):
    files = {
        "public/orders/index.php": PAGE,
        "public/about.php": "<?php echo $_REQUEST['q'] . $_COOKIE['seen']; ?>",
        "public/still.php": "<?php echo 1; ?>",
        "lib/orders.php": "<?php function save($name) { return $_GET['inside'] . $_SESSION['user']; }",
    }
    records = inventory(tmp_path, files)
    assert endpoints(records) == {
        ("GET", "/orders/"): "{main}",
        ("POST", "/orders/"): "{main}",
        ("GET", "/about.php"): "{main}",
        ("POST", "/about.php"): "{main}",
    }
    assert parameters(records, "/orders/") == {("id", "query"), ("name", "form"), ("inside", "query")}
    assert parameters(records, "/about.php") == {("q", "query"), ("q", "form"), ("seen", "cookie")}
    assert ("{main}", "save") in edges(records)


def test_a_page_reads_what_the_files_that_it_includes_read(tmp_path):
    files = {
        "shop/show/index.php": """<?php
            define('ROOT', '../../');
            require_once ROOT . 'lib/head.php';
            require __DIR__ . "/source/{$level}.php";
        """,
        "shop/show/source/low.php": "<?php echo $_GET['low'];",
        "shop/show/source/high.php": "<?php echo $_GET['high'];",
        "shop/lib/head.php": "<?php function unused() { return $_GET['never']; }",
    }
    records = inventory(tmp_path, files)
    assert parameters(records, "/shop/show/") == {("low", "query"), ("high", "query")}
    assert ("GET", "/shop/lib/head.php") not in endpoints(records)
