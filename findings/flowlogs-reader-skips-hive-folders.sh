#!/usr/bin/env bash
# Expected: flowlogs-reader reads a bucket of VPC flow logs in either layout that AWS delivers, or says that it can't.
# Seen:     with "Hive-compatible S3 prefixes" on, the option made for query tools, it finds no folder that it knows, yields no record
#           and counts none as skipped: a bucket full of traffic looks like a quiet network.
# Met by:   whoever turns the option on and keeps the reader, or asks both kinds of bucket for unused rules.
# Version:  flowlogs-reader 5.0.1, run against moto 5.2.5 (PyPI)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check flowlogs-reader==5.0.1 'moto[s3]==5.2.5' boto3==1.44.8 botocore==1.44.8

cat >run.py <<'PY'
import datetime
import gzip
import os
import warnings

warnings.simplefilter("ignore")
import boto3
from flowlogs_reader import S3FlowLogsReader
from moto import mock_aws

os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="us-east-1")
text = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"
    "2 111122223333 eni-db 10.0.1.5 10.0.2.6 49761 5432 6 20 4000 1767323410 1767323470 ACCEPT OK\n"
)
folders = {
    "plain": "AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/01/02",
    "hive": "AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=us-east-1/year=2026/month=01/day=02",
}
with mock_aws():
    s3 = boto3.client("s3")
    for layout, folder in folders.items():
        s3.create_bucket(Bucket=layout)
        name = "111122223333_vpcflowlogs_us-east-1_fl-0123_20260102T0310Z_abcd.log.gz"
        s3.put_object(Bucket=layout, Key=f"{folder}/{name}", Body=gzip.compress(text.encode()))
        day = datetime.datetime(2026, 1, 2)
        reader = S3FlowLogsReader(layout, start_time=day, end_time=day + datetime.timedelta(days=1), boto_client=s3)
        print(f"{layout}: {len(list(reader))} records, {reader.skipped_records} skipped")
PY

cat >expected <<'TEXT'
plain: 1 records, 0 skipped
hive: 0 records, 0 skipped
TEXT
echo "flowlogs-reader $(venv/bin/pip show flowlogs-reader 2>/dev/null | sed -n 's/^Version: //p')"
venv/bin/python run.py | tee seen
diff expected seen && echo "as recorded"
