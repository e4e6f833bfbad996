"""The inventory of small systems written in PHP: Laravel, Slim and plain pages, across files."""

from engines.contract import Call, Function, Parameter
from tests.engines.static.inventory.written import edges, endpoints, inventory, only, parameters

WEB = r"""
<?php
use App\Http\Controllers\OrderController;
use App\Http\Controllers\ShowController;
use App\Http\Controllers\LineController;
use Illuminate\Support\Facades\Route;

Route::get('/', function () { return request('page', '1'); });
Route::get('about', ShowController::class)->name('about');
Route::view('/terms', 'terms');
Route::middleware(['auth'])->prefix('admin')->group(function () {
    Route::get('/orders/{order}', [OrderController::class, 'show'])->middleware('can:see');
    Route::match(['get', 'post'], 'orders/search/{word?}', 'OrderController@search');
    Route::group(['prefix' => 'users', 'namespace' => 'Admin'], function () {
        Route::post('/', 'UserController@store');
    });
});
Route::controller(OrderController::class)->prefix('named')->group(function () {
    Route::delete('/{order:slug}', 'remove');
});
Route::resource('shops.order-lines', LineController::class)->only(['show', 'edit']);
Route::middleware('auth')->apiResource('lines', LineController::class, ['except' => ['destroy', 'update']]);
"""
API = r"""
<?php
Route::put('/orders/{order}', ['uses' => 'OrderController@show']);
"""
PROVIDER = r"""
<?php
namespace App\Providers;
use Illuminate\Support\Facades\Route;
class Routes
{
    public function boot() {
        Route::prefix('v2')->middleware('api')->group(base_path('routes/v2.php'));
    }
}
"""
ORDERS = r"""
<?php
namespace App\Http\Controllers;

use App\Store\Store;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Http;

class OrderController extends Controller
{
    public function __construct(private Store $store) {}

    public function show(Request $request, int $order)
    {
        $request->query('page', '1');
        $request->header('X-Shop');
        return $this->store->find($order) ?? self::fallback();
    }

    public function search(Request $request)
    {
        $request->validate(['name' => 'required', 'count' => 'integer']);
        $found = new Line($request->input('word'));
        $found->total();
        Http::get("http://stock/items/{$found->id}");
    }

    public function remove($order) { $this->checked($_COOKIE['session']); }

    private static function fallback(): self { return new static(); }
}
"""
OTHERS = r"""
<?php
namespace App\Http\Controllers;
abstract class Controller { protected function checked($value) { helper($value); } }
class ShowController extends Controller { public function __invoke() { return view('about'); } }
class LineController {
    public function show() {} public function edit() {} public function index() {} public function store() {}
}
class Line { public function total() { return 1; } }
"""
ADMIN = r"""
<?php
namespace App\Http\Controllers\Admin;
class UserController { public function store() { request()->input('email'); } }
"""
STORE = r"""
<?php
namespace App\Store;
interface Store { public function find(int $id); }
class Table implements Store { use Logged; public function find(int $id) { $this->note("x"); } }
trait Logged { private function note(string $text) {} }
"""
SHOP = {
    "routes/web.php": WEB, "routes/api.php": API, "app/Providers/Routes.php": PROVIDER,
    "routes/v2.php": "<?php Route::get('/lines', 'LineController@index');",
    "app/Http/Controllers/OrderController.php": ORDERS, "app/Http/Controllers/others.php": OTHERS,
    "app/Http/Controllers/Admin/UserController.php": ADMIN, "app/Store/Store.php": STORE,
    "app/helpers.php": "<?php function helper($value) {}",
}  # fmt: skip


def test_laravel_with_groups_controllers_and_resources(tmp_path):
    assert endpoints(inventory(tmp_path, SHOP)) == {
        ("GET", "/"): "{closure}",
        ("GET", "/about"): "ShowController::__invoke",
        ("GET", "/terms"): None,
        ("GET", "/admin/orders/{order}"): "OrderController::show",
        ("GET", "/admin/orders/search/{word}"): "OrderController::search",
        ("POST", "/admin/orders/search/{word}"): "OrderController::search",
        ("POST", "/admin/users"): "UserController::store",
        ("DELETE", "/named/{order}"): "OrderController::remove",
        ("GET", "/shops/{shop}/order-lines/{order_line}"): "LineController::show",
        ("GET", "/shops/{shop}/order-lines/{order_line}/edit"): "LineController::edit",
        ("GET", "/lines"): "LineController::index",
        ("POST", "/lines"): "LineController::store",
        ("GET", "/lines/{line}"): "LineController::show",
        ("PUT", "/api/orders/{order}"): "OrderController::show",
        ("GET", "/v2/lines"): "LineController::index",
    }


def test_parameters_have_their_places(tmp_path):
    records = inventory(tmp_path, SHOP)
    assert parameters(records, "/") == {("page", "query")}
    assert parameters(records, "/api/orders/{order}") == {("order", "path"), ("page", "query"), ("X-Shop", "header")}
    searched = only(records, Parameter, method="POST", route="/admin/orders/search/{word}")
    assert {(p.name, p.place) for p in searched} == {
        ("word", "path"), ("name", "form"), ("count", "form"),
    }  # fmt: skip
    assert parameters(records, "/admin/users") == {("email", "form")}
    assert parameters(records, "/named/{order}") == {("order", "path"), ("session", "cookie")}


def test_calls_cross_files_and_reach_what_implements_an_interface(tmp_path):
    records = inventory(tmp_path, SHOP)
    assert {
        ("OrderController::show", "Store::find"),
        ("OrderController::show", "Table::find"),
        ("OrderController::show", "OrderController::fallback"),
        ("OrderController::remove", "Controller::checked"),
        ("OrderController::search", "Line::total"),
        ("Table::find", "Logged::note"),
        ("Controller::checked", "helper"),
    } <= edges(records)
    assert all(c.is_approximate for c in only(records, Call, callee="Table::find"))
    assert [c.callee for c in only(records, Call, kind="http")] == ["http://stock/items/{}"]


def test_methods_are_named_with_their_classes(tmp_path):
    found = {(f.module, f.qualified_name): f.kind for f in only(inventory(tmp_path, SHOP), Function)}
    assert found["App.Store", "Table::find"] == "method" and found["", "helper"] == "function"


SLIM = r"""
<?php
use Psr\Http\Message\ResponseInterface as Response;
use Psr\Http\Message\ServerRequestInterface as Request;
use Slim\Factory\AppFactory;
use Slim\Routing\RouteCollectorProxy;

$app = AppFactory::create();
$app->get('/hello/{name:[a-z]+}', function (Request $request, Response $response, array $args) {
    $response->getBody()->write($args['name'] . $request->getQueryParams()['page']);
    return $response;
});
$app->group('/orders', function (RouteCollectorProxy $group) {
    $group->get('', Orders::class . ':all');
    $group->group('/{id}', function (RouteCollectorProxy $below) {
        $below->map(['PUT', 'PATCH'], '/lines[/{line}]', [Orders::class, 'change'])->setName('change');
        $below->delete('', 'Orders:remove')->add(new Check());
    });
});
$app->group('/old', function () { $this->post('/x', Orders::class); });

class Orders {
    public function all($request, $response) { $request->getHeaderLine('X-Shop'); }
    public function change(Request $request, Response $response, $arguments) {
        $data = $request->getParsedBody();
        return $data['count'] . $arguments['id'];
    }
    public function remove() {}
    public function __invoke() {}
}
"""


def test_slim_with_groups(tmp_path):
    records = inventory(tmp_path, {"public/index.php": SLIM})
    assert endpoints(records) == {
        ("GET", "/hello/{name}"): "{closure}",
        ("GET", "/orders"): "Orders::all",
        ("PUT", "/orders/{id}/lines/{line}"): "Orders::change",
        ("PATCH", "/orders/{id}/lines/{line}"): "Orders::change",
        ("DELETE", "/orders/{id}"): "Orders::remove",
        ("POST", "/old/x"): "Orders::__invoke",
    }
    assert parameters(records, "/hello/{name}") == {("name", "path"), ("page", "query")}
    assert parameters(records, "/orders") == {("X-Shop", "header")}
    assert parameters(records, "/orders/{id}/lines/{line}") == {("id", "path"), ("line", "path"), ("count", "form")}
