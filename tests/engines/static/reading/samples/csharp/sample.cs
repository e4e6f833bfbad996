using System;
using System.Collections.Generic;
using static Shop.Texts;
using Db = Shop.Data.Database;
global using Microsoft.AspNetCore.Mvc;

[assembly: Marked("shop")]

namespace Shop.Orders;

/// <summary>Orders of a shop.</summary>
[ApiController]
[Route("api/[controller]"), Authorize(Roles = "admin")]
public class OrdersController<T> : ControllerBase, IShown, Kept.IListed<T> where T : class
{
    private const string Prefix = "/api" + "/v1";
    private readonly IStore _store;
    [Inject] protected List<string> names = new(), more = new List<string>();
    public required string Title { get; set; } = "orders";
    [FromQuery(Name = "size")] public int? Size { get; init; }
    public string Label => $"{Title} ({Size})";
    public string Full
    {
        get { return Prefix + Title; }
        set => Rename(value);
    }
    public event EventHandler? Changed;
    public delegate string Shown(int id);

    [Obsolete]
    public OrdersController(IStore store, Db db) : base(store)
    {
        _store = store;
        this.names = names;
        Changed += (sender, args) => Log(sender);
    }

    ~OrdersController() { Close(); }

    [HttpGet("{id:int}"), Produces("text/plain")]
    [Authorize]
    public async Task<ActionResult<IEnumerable<Order>>> Find(
        int id, [FromQuery(Name = "q")] string? query = null, [FromServices] IMail mail = default!, params Order[] rest)
    {
        // A comment.
        var found = await _store.GetAsync(id, cancel: true);
        Order other = (Order)found ?? new Order { Id = id, Name = "x" }, third = new(1);
        var sql = "select * from orders where name = '" + query + "'";
        var same = $"select * from orders where name = '{query.Trim()}' and id = {id:D} {{x}}";
        var verbatim = @"select * from ""orders""" + $@"\{id}";
        var block = """
            select * from orders
            where id = 1
            """;
        string[] columns = { "a", 'b' + "c" };
        List<int> some = [1, .. others];
        foreach (Order each in _store.All()) { each.Show(columns[0]); }
        using var reader = new Reader(Prefix);
        using (var second = new Reader(block)) { second.Read(); }
        try { reader.Read(); } catch (Failed failure) { throw new Failed(failure.Message); }
        if (found is Paid paid && int.TryParse(query, out int number)) { paid.At(number); }
        var (first, last) = Split(query);
        (first, _) = Split(sql);
        var value = Request.Query["page"];
        var page = Request.Form["size"].ToString();
        var name = Request.Query.Name;
        return Ok(found as Order);
    }

    [HttpPost]
    public IActionResult Create([FromBody] CreateOrder order) => CreatedAtAction(nameof(Find), new { id = 1, order.Name }, order);

    private static string Local(string text)
    {
        string inner(string a) => a + text;
        names.Where(x => x.Length > 1).Select((x, i) => { return x; }).Select((string x) => x).ToList();
        Func<int, int> twice = delegate (int n) { return n * 2; };
        store?.Save(inner("a"), ref text)!.Done?.Invoke();
        Texts.Padded<string>(text, typeof(Order), 1.5, true, null, (names), store[0]);
        var names2 = new Dictionary<string, int> { ["a"] = 1, { "b", 2 } };
        return text;
    }

    public static Order operator +(Order a, Order b) => a;
    public string this[string key] => Local(key);
    void IShown.Show() { base.Show(); }

    public class Inner { public void Run() { Local(""); } }
    [Kept] public record Order(string Id, [Required] int Count = 1) : Row(Id), IShown { public string Show() => Id; }
    [Serializable] public struct Point(int y) { public int X; public Point(int x) { X = x; } }
    public enum Kind { One, Two }
}

public class Store(Db db, ILogger<Store> logger) : Base(db), IStore
{
    public void Save(Order order) => db.Save(order);
}

[Shared]
public interface IStore : IShown
{
    Task<Order?> GetAsync(int id, bool cancel);
    string Name { get; }
}

public abstract class Base
{
    protected abstract void Kept(Order order);
    public virtual void Closed() { }
}

public static class Extensions
{
    public static string Padded(this string text, int size) => text.PadLeft(size);
}
