"""What the benchmarks share: a database of their own, a clock, percentiles.

A benchmark is a script ``bench_<name>.py``. With a constant ``ADDONS`` it has a function ``main(env)``, and
``scripts/bench <name>`` gives it a scratch database with these addons on a PostgreSQL with default durability; without
it, it is run as it is.
"""

import statistics
import time


def timings(action, arguments):
    """Return the seconds that ``action(argument)`` took for each argument, in order."""
    seconds = []
    for argument in arguments:
        start = time.perf_counter()
        action(argument)
        seconds.append(time.perf_counter() - start)
    return seconds


def percentiles(seconds):
    """Return the 50th and 95th percentile of ``seconds`` in milliseconds."""
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return cuts[9] * 1000, cuts[18] * 1000


def show(name, seconds):
    """Print one line with the count, the 50th and the 95th percentile."""
    p50, p95 = percentiles(seconds)
    print(f"{name:<48} n={len(seconds):<5} p50={p50:8.2f} ms  p95={p95:8.2f} ms")


def copy_rows(record, source, values):
    """Insert a copy of ``record``'s row, called ``model`` in SQL, for each row of ``source``.

    It takes every stored column, so it goes on working when addons bring more of them.

    :param source: an SQL FROM item
    :param values: column -> SQL expression, for the columns that differ
    """
    columns = [name for name, field in record._fields.items() if field.store and field.column_type and name != "id"]
    record.env.flush_all()
    record.env.cr.execute(
        f"INSERT INTO {record._table} ({', '.join(columns)})"
        f" SELECT {', '.join(values.get(name, f'model.{name}') for name in columns)}"
        f" FROM {record._table} model, {source} WHERE model.id = {record.id}"
    )
