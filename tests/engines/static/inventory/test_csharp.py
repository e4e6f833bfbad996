"""The inventory of small systems written in C#: controllers with attributes and tokens, minimal endpoints."""

from pathlib import Path

from engines.contract import Call, Target
from engines.static.inventory import InventoryEngine
from tests.engines.static.test_inventory import edges, endpoints, only, parameters


def inventory(folder: Path, **files: str) -> list:
    """Write files (`Orders` is Orders.cs) and return what the engine yields."""
    for name, content in files.items():
        (folder / f"{name}.cs").write_text(content)
    return list(InventoryEngine().run(Target("kiln-1", "kiln", "1", "build", "internet", source=folder), ()))


CONTROLLER = """
using Microsoft.AspNetCore.Mvc;
using Shop.Kept;

namespace Shop.Web;

[ApiController]
[Route("api/[controller]")]
public class OrdersController : ControllerBase
{
    private readonly IStore _store;
    public OrdersController(IStore store) { _store = store; }

    [HttpGet("{id:int}")]
    public async Task<ActionResult<Order>> Find(
        int id, [FromQuery(Name = "q")] string? query, [FromHeader(Name = "X-Shop")] string shop, bool all = false)
    {
        var page = Request.Query["page"];
        return await _store.Find(id);
    }

    [HttpPost]
    public void Add([FromBody] Order order, [FromServices] Mail mail, CancellationToken token) => _store.Save(order);

    [HttpPut("~/orders/{id?}"), HttpPatch("[action]/{*rest}")]
    public void Change(int id, string rest, IStore other) { this._store.Save(null); }

    [Route("any")]
    public void Any() { }

    [AcceptVerbs("DELETE")]
    public void Several() { }

    private void Plain() { }
}
"""
STORE = """
namespace Shop.Kept;
public interface IStore
{
    Task<Order> Find(int id);
    void Save(Order order);
}
public class Tables(Mail mail) : Base, IStore
{
    public async Task<Order> Find(int id) { return new Order(Inner.Label(id)); }
    public void Save(Order order) { mail.Post(order.Name); base.Checked(order); Checked(order); }
    public class Inner { public static string Label(int id) { return ""; } }
}
public class Base { protected void Checked(Order order) { } }
public record Order(string Name, int Count = 1);
public class Mail(HttpClient client)
{
    private const string Address = "http://mail";
    public void Post(string text) { client.PostAsync($"{Address}/send/{text}", null); }
}
"""


def test_controllers(tmp_path):
    assert endpoints(inventory(tmp_path, Orders=CONTROLLER, Store=STORE)) == {
        ("GET", "/api/Orders/{id}"): "OrdersController.Find",
        ("POST", "/api/Orders"): "OrdersController.Add",
        ("PUT", "/orders/{id}"): "OrdersController.Change",
        ("PATCH", "/api/Orders/Change/{rest}"): "OrdersController.Change",
        ("GET", "/api/Orders/any"): "OrdersController.Any",
        ("DELETE", "/api/Orders"): "OrdersController.Several",
    }


def test_parameters_have_their_places(tmp_path):
    records = inventory(tmp_path, Orders=CONTROLLER, Store=STORE)
    assert parameters(records, "/api/Orders/{id}") == {
        ("id", "path"): ("integer", True),
        ("q", "query"): ("string", True),
        ("X-Shop", "header"): ("string", True),
        ("all", "query"): ("boolean", False),
        ("page", "query"): ("string", True),
    }
    assert parameters(records, "/api/Orders") == {
        ("Name", "json"): ("string", True),
        ("Count", "json"): ("integer", False),
    }


def test_calls_reach_what_implements_an_interface(tmp_path):
    records = inventory(tmp_path, Orders=CONTROLLER, Store=STORE)
    found = {(c.caller, c.callee, c.is_approximate) for c in only(records, Call) if c.callee_file}
    assert {
        ("OrdersController.Find", "IStore.Find", True),
        ("OrdersController.Find", "Tables.Find", True),
        ("OrdersController.Change", "Tables.Save", True),
        ("Tables.Find", "Tables.Inner.Label", False),
        ("Tables.Save", "Mail.Post", False),
        ("Tables.Save", "Base.Checked", False),
    } <= found


def test_requests_to_other_services(tmp_path):
    found = only(inventory(tmp_path, Store=STORE), Call, kind="http")
    assert [c.callee for c in found] == ["http://mail/send/{}"]


CONVENTION = """
using Microsoft.AspNetCore.Mvc;
namespace Shop.Web;
public class HomeController : Controller
{
    [HttpGet] public IActionResult Index() { return View(); }
    [HttpPost] public IActionResult Login(string name) { return View(); }
}
"""


def test_a_controller_that_tells_no_path_has_that_of_the_convention(tmp_path):
    assert endpoints(inventory(tmp_path, Home=CONVENTION)) == {
        ("GET", "/Home/Index"): "HomeController.Index",
        ("POST", "/Home/Login"): "HomeController.Login",
    }


MINIMAL = """
var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapGet("/", () => "hello");
var orders = app.MapGroup("/orders").RequireAuthorization();
orders.MapGet("{id:int}", async (
  int id, [FromHeader(Name = "X-Shop")] string shop, IStore store) => await store.Get(id));
var lines = orders.MapGroup("{order}/lines");
lines.MapPost("/", Lines.Create).WithName("create");
app.MapMethods("/both", new[] { "GET", "PUT" }, Both);
app.MapGroup("/v1").MapMore();
app.Run();
static string Both(Order order) => order.Name;
public interface IStore { Task Get(int id); }
public class Store : IStore { public Task Get(int id) { return null; } }
"""
LINES = """
public static class Lines
{
    public static void Create(string order, Line line) { }
    public static void MapMore(this IEndpointRouteBuilder app) { app.MapDelete("/more/{id:guid}", Drop); }
    static void Drop(Guid id) { }
}
public record Line(string Text);
public record Order(string Name);
"""


def test_minimal_endpoints(tmp_path):
    records = inventory(tmp_path, Program=MINIMAL, Lines=LINES)
    assert endpoints(records) == {
        ("GET", "/"): "<anonymous>",
        ("GET", "/orders/{id}"): "<anonymous>#2",
        ("POST", "/orders/{order}/lines/"): "Lines.Create",
        ("GET", "/both"): "Both",
        ("PUT", "/both"): "Both",
        ("DELETE", "/v1/more/{id}"): "Lines.Drop",
    }
    assert parameters(records, "/orders/{id}") == {
        ("id", "path"): ("integer", True),
        ("X-Shop", "header"): ("string", True),
    }
    assert parameters(records, "/orders/{order}/lines/") == {
        ("order", "path"): ("string", True),
        ("Text", "json"): ("string", True),
    }
    assert ("<anonymous>#2", "Store.Get") in edges(records)


def test_namespaces_around_and_imports_of_other_files_are_seen(tmp_path):
    records = inventory(
        tmp_path,
        Usings="global using Shop.Far;",
        Far="namespace Shop.Far; public class Distant { public void Run() { } }",
        Around="namespace Shop; public class Near { public void Run() { } }",
        Inside="namespace Shop.Web.Deep; class A { void Go(Near a, Distant b) { a.Run(); b.Run(); } }",
    )
    assert {("A.Go", "Near.Run"), ("A.Go", "Distant.Run")} <= edges(records)
