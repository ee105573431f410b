#!/usr/bin/env bash
# Expected: the folder aws-account-id=012345678901 of VPC flow logs in Parquet reads as the account 012345678901, as the column
#           account_id inside does.
# Seen:     three readers, three answers. Polars reads a number and loses the zero, so the account matches nothing. PyArrow reads text, but
#           the month 01 beside it as the number 1. DuckDB reads text as long as one account of the data set begins with 0, and a number
#           otherwise: adding an account changes the type of a column, and of the queries on it.
# Met by:   accounts whose id begins with 0, once flow logs are delivered in Hive-compatible folders.
# Version:  duckdb 2.0.1, polars 2.1.0, pyarrow 26.0.1 (PyPI)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check duckdb==2.0.1 polars==2.1.0 pyarrow==26.0.1

cat >run.py <<'PY'
import pathlib

import duckdb
import polars
import pyarrow
import pyarrow.dataset
import pyarrow.parquet

KEY = "aws-account-id"


def deliver(folder, accounts):
    for account in accounts:
        place = pathlib.Path(folder, f"{KEY}={account}", "aws-service=vpcflowlogs", "aws-region=eu-west-1", "year=2026", "month=01")
        place.mkdir(parents=True)
        pyarrow.parquet.write_table(pyarrow.table({"account_id": [account]}), place / "flows.parquet")


for folder, accounts in (("one", ["123456789012"]), ("two", ["123456789012", "012345678901"])):
    deliver(folder, accounts)
    print("accounts:", *accounts)
    files = f"{folder}/**/*.parquet"
    table = pyarrow.dataset.dataset(folder, partitioning="hive").to_table()
    print("  pyarrow:", sorted(table[KEY].to_pylist()), "month", table["month"][0].as_py())
    frame = polars.read_parquet(files, hive_partitioning=True)
    print("  polars: ", sorted(frame[KEY]), "equal to account_id:", frame.filter(polars.col(KEY).cast(str) == polars.col("account_id")).height)
    rows = duckdb.sql(f"""select "{KEY}", month from read_parquet('{files}', hive_partitioning = true)""").fetchall()
    print("  duckdb: ", sorted(row[0] for row in rows), "month", repr(rows[0][1]))
PY

cat >expected <<'TEXT'
accounts: 123456789012
  pyarrow: ['123456789012'] month 1
  polars:  [123456789012] equal to account_id: 1
  duckdb:  [123456789012] month '01'
accounts: 123456789012 012345678901
  pyarrow: ['012345678901', '123456789012'] month 1
  polars:  [12345678901, 123456789012] equal to account_id: 1
  duckdb:  ['012345678901', '123456789012'] month '01'
TEXT
venv/bin/pip list 2>/dev/null | grep -E '^(duckdb|polars|pyarrow) '
venv/bin/python run.py | tee seen
diff expected seen && echo "as recorded"
