<!DOCTYPE html>
<?php
/** Orders of a shop. */
namespace Shop\Orders;

use Shop\Store\Store;
use Shop\Model\{Order, Line as Row};
use Shop\Text as Words;
use function Shop\Texts\padded;
use Illuminate\Support\Facades\Route;

const LIMIT = 10;
define('PATH', '/api' . '/v1');
require_once __DIR__ . '/helpers.php';

#[Attribute]
interface Kept extends Shown
{
    public function find(int $id, string ...$more): ?Order;
}

abstract class Base implements Kept
{
    abstract protected function label(): string;
}

trait Logged
{
    protected function note(string $text): void { error_log($text); }
}

enum Kind: string
{
    case One = 'one';
    public static function first(): self { return self::One; }
}

#[Route('/orders', name: 'orders')]
final class Orders extends Base implements \Countable
{
    use Logged, Words\Trimmed;

    public const TABLE = 'orders';
    private array $names = [];
    protected Store $kept;
    public static ?Orders $one = null;

    public function __construct(private readonly Store $store, Mail|Post $mail = null, $limit = LIMIT)
    {
        parent::__construct($limit);
        $this->mail = $mail;
        $this->kept = new Store();
    }

    #[Get('/{id}')]
    public function find(int $id, string ...$more): ?Order
    {
        // A comment.
        # Another one.
        $found = $this->store->get($id) ?? fallback(1);
        $sql = "select * from orders where name = '" . $_GET['name'] . "'";
        $same = "select * from orders where name = '$id' and row = {$found->row['a']} \$x";
        $plain = 'it\'s';
        $text = <<<SQL
            select * from orders
            where id = $id
            SQL;
        $raw = <<<'SQL'
            select * from lines where id = $id
            SQL;
        [$first, $last] = $found;
        ['a' => $a, 'b' => $b] = $found;
        foreach ($this->names as $key => $each) { $each->show($key); }
        try { $found?->read(); } catch (\Failed | Broken $failure) { throw new Failed($failure->getMessage()); }
        $cookie = $_COOKIE['session'] ?? '';
        self::help($sql, limit: 2);
        static::$one = new static($this->kept);
        Orders::TABLE;
        $call = strtoupper(...);
        $this->{$plain}();
        $plain($text);
        return $found;
    }

    public static function help(string $sql, int $limit = 1, &$more = null): self
    {
        $twice = fn (int $n): int => $n * 2;
        $done = function ($a) use ($twice) { return $twice($a); };
        array_map([self::class, 'help'], [1, 2.5, true, null, 'a']);
        usort($list, 'Shop\Orders\compare');
        $object = new class($sql) extends Base { protected function label(): string { return 'x'; } };
        use_it(...$list);
        (function () { return 1; })();
        $sum = 1 + 2;
        return new self(new Store());
    }

    protected function label(): string { return static::class; }
}

function compare(Order $a, Order $b): int
{
    static $times = 0;
    global $settings;
    function inner() { return 1; }
    echo "total: {$a->total()} " . padded($b);
    return match (true) { default => 0 };
}

Route::prefix('api')->group(function () {
    Route::get('/orders/{id}', [Orders::class, 'find'])->name('orders');
});
$app = new Orders(new Store());
?>
<p><?= $app->label() ?></p>
