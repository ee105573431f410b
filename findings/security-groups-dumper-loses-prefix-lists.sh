#!/usr/bin/env bash
# Expected: ec2-security-groups-dumper, "also a backup in case you lose some rules", dumps every rule.
# Seen:     a source or destination that is a prefix list is left out without a word. The egress rule to S3's gateway endpoint, which can
#           be written in no other way, is in the JSON as a rule without grants, and isn't in the CSV at all.
# Met by:   whoever keeps the dumps of groups with S3, DynamoDB or managed prefix lists in git, or restores from them.
# Version:  ec2-security-groups-dumper 1.9.2, run against moto 5.2.5 (PyPI)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ec2-security-groups-dumper==1.9.2 'moto[ec2]==5.2.5' boto3==1.44.8 botocore==1.44.8

cat >run.py <<'PY'
import json
import os

import boto3
from ec2_security_groups_dumper.main import Firewall
from moto import mock_aws

os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="eu-west-1")
with mock_aws():
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    app = ec2.create_security_group(GroupName="app", Description="app", VpcId=vpc)["GroupId"]
    s3 = next(p for p in ec2.describe_managed_prefix_lists()["PrefixLists"] if p["PrefixListName"].endswith(".s3"))
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.revoke_security_group_egress(GroupId=app, IpPermissions=[everything])
    rules = [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{"PrefixListId": s3["PrefixListId"]}]},
        {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]},
    ]
    ec2.authorize_security_group_egress(GroupId=app, IpPermissions=rules)

    dump = Firewall(vpc=vpc)
    (group,) = [g for g in json.loads(dump.json) if g["name"] == "app"]
    for rule in group["rules"]:
        print("JSON:", rule["direction"], rule["from_port"], [g["cidr_ip"] for g in rule["grants"]])
    for line in dump.csv.splitlines():
        if ",app," in line:
            print("CSV:", ",".join(line.split(",")[3:]))
PY

cat >expected <<'TEXT'
JSON: EGRESS 443 []
JSON: EGRESS 5432 ['10.0.0.0/16']
CSV: EGRESS,tcp,5432,5432,,,10.0.0.0/16,
TEXT
echo "ec2-security-groups-dumper $(venv/bin/pip show ec2-security-groups-dumper 2>/dev/null | sed -n 's/^Version: //p')"
venv/bin/python run.py | tee seen
diff expected seen && echo "as recorded"
