"""Read a recording with our reader for protobuf: SOURCE TARGET."""

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from engines.trace.reading import otlp_protobuf
from engines.trace.spans import SPANS

ROW_GROUP = 100_000  # rows


def write(read, source: str, target: str) -> None:
    """Write what a reader yields as Parquet, and print how many spans that was."""
    rows, waiting = 0, []
    with pq.ParquetWriter(target, SPANS, compression="zstd") as writer:
        for item in read(Path(source)):
            if not isinstance(item, pa.RecordBatch):
                raise SystemExit(str(item))
            waiting.append(item)
            if sum(batch.num_rows for batch in waiting) >= ROW_GROUP:
                rows += flush(writer, waiting)
        rows += flush(writer, waiting)
    print(rows)


def flush(writer: pq.ParquetWriter, waiting: list[pa.RecordBatch]) -> int:
    """Write what waits as a row group; return how many rows that were."""
    table = pa.Table.from_batches(waiting, SPANS)
    writer.write_table(table)
    waiting.clear()
    return table.num_rows


if __name__ == "__main__":
    write(otlp_protobuf.read, *sys.argv[1:])
