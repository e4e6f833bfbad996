"""Read JSON as one would with chdb (ClickHouse), into a table of its own: SOURCE TARGET."""

import sys

from chdb import session
from chdb_json import query

chdb = session.Session()
chdb.query("CREATE DATABASE bench")
chdb.query(f"CREATE TABLE bench.spans ENGINE = MergeTree ORDER BY tuple() AS {query(sys.argv[1])}")
print(chdb.query("SELECT count() FROM bench.spans", "CSV"))
