package leadline.agent.hooks;

import java.util.Map;

/** Statements that arrive at JDBC drivers: as they are prepared, or as they are run at once. */
final class Statements {
    private static final Map<String, String> DRIVERS = Map.ofEntries(
            Map.entry("org/sqlite/jdbc*", "sqlite"),
            Map.entry("org/sqlite/SQLite*", "sqlite"),
            Map.entry("org/h2/jdbc/Jdbc*", "h2"),
            Map.entry("org/hsqldb/jdbc/JDBC*", "hsqldb"),
            Map.entry("org/postgresql/jdbc/Pg*", "postgresql"),
            Map.entry("com/mysql/cj/jdbc/*", "mysql"),
            Map.entry("org/mariadb/jdbc/*", "mariadb"),
            Map.entry("oracle/jdbc/driver/*", "oracle"),
            Map.entry("com/microsoft/sqlserver/jdbc/*", "mssql"),
            Map.entry("org/apache/derby/impl/jdbc/Embed*", "derby"));

    private Statements() {}

    static void add(Hooks.Table table) {
        DRIVERS.forEach((classes, system) -> {
            Advice advice = SinkAdvice.with("sql", call -> call.argument(0), "db.system.name", system);
            for (String method : new String[] {"prepareStatement", "prepareCall", "execute*", "addBatch"}) {
                table.hook(classes, method, "(Ljava/lang/String;", advice);
            }
        });
        table.hook("java/sql/DriverManager", "getConnection", "(", SinkAdvice.silent("sql"));
        table.hook("com/zaxxer/hikari/HikariDataSource", "getConnection", "(", SinkAdvice.silent("sql"));
    }
}
