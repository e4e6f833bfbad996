using Microsoft.AspNetCore.Builder;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
var orders = app.MapGroup("/orders");
orders.MapGet("/{id:int}", async (int id, [FromHeader(Name = "X-Shop")] string shop, IStore store) => await store.Get(id));
orders.MapPost("/", [Authorize] (Order order) => order.Name).RequireAuthorization();
app.MapMethods("/both", new[] { "GET", "POST" }, Orders.Both);
app.Run();

static string Create(Order order) => order.Name;

namespace Shop.Kept
{
    class Kept { void Run() { } }
    namespace Deeper { struct Point { } }
}
