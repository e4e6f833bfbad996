package shop.orders;

import java.util.List;
import shop.kept.Stored.Row;
import static shop.texts.Texts.padded;
import static shop.limits.Limits.*;
import org.springframework.web.bind.annotation.*;

/** Orders of a shop. */
@RestController
@RequestMapping(value = {"/orders", "/o"}, produces = "text/plain")
public class Orders<T extends Row> extends Base<T> implements Shown, Kept.Listed<T> {
  private final Store store;
  @Value("${limit}") protected int limit = 3, most = LIMIT;
  static final String PATH = "/api" + "/v1";
  private final List<String> names = new ArrayList<>();

  @Autowired
  public Orders(Store store, @Qualifier("mail") Sender sender) {
    super(store);
    this.store = store;
    names.add("first");
  }

  @GetMapping("/{id}")
  public ResponseEntity<List<Order>> find(
      @PathVariable("id") long id, @RequestParam(name = "q", required = false) final String query, Order... more) {
    // A comment.
    Order found = (Order) this.store.get(id), other = null;
    var sql = "select * from orders where name = '" + query + "' and id = " + id;
    String[] columns = {"a", "b"};
    String block = """
        select *
        from orders where id = \
        1""";
    for (Order each : store.all()) {
      each.show(names[0]);
    }
    try (Reader reader = new Reader(PATH); reader) {
      other = reader.read(block);
    } catch (IllegalStateException | Failed failure) {
      throw new Failed(failure.getMessage());
    }
    if (found instanceof Paid paid && paid.at() > 1) {
      paid.close();
    }
    return ResponseEntity.ok(found != null ? found : other);
  }

  @PutMapping
  @Transactional(readOnly = true)
  void put(@RequestBody final Order order) {
    client.get(uri -> uri.path("/x").build(), (a, b) -> { return a; }, (String c) -> c);
    names.forEach(System.out::println);
    names.stream().map(Orders::padded).map(this::own).map(Order::new).toList();
    listener = new Listener() {
      @Override
      public void heard(Event event) {
        store.save(event);
      }
    };
    new Object[] {Order.class, 'c', 1L, 2.5, true, (null)};
    Texts.<String>padded("a", size(1)[0], (names));
    super.put(order);
  }

  private String own(String text) { return text; }

  static class Inner {
    Inner() { this(1); }
    Inner(int size) {}
    String name() { return "inner"; }
    class Deeper { void run() { Orders.this.own(""); } }
  }

  @Marked("r") record Order(@NotNull String id, int count) implements Shown {
    Order { check(id); }
    String label() { return id; }
  }

  @Marked enum Kind implements Shown {
    ONE("one") { String label() { return "1"; } }, TWO("two");
    private final String label;
    Kind(String label) { this.label = label; }
    String label() { return label; }
  }
}

abstract class Base<T> {
  abstract T get(String id);
  void put(T order) {}
}

@FeignClient(name = "mail", url = "${mail.url}")
interface Sender extends Shown, Closed {
  String PREFIX = "/mail";
  @PostMapping("/send")
  java.util.Map<String, Order[]> send(@RequestBody Order order) throws Failed;
  default void twice(Order order) { send(order); }
}

@interface Marked {
  String value() default "";
}
