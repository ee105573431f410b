#!/usr/bin/env bash
# Expected: security groups behave in moto as botocore's own documentation, which the same installation brings along, says that EC2 does.
# Seen:     moto keeps 10.0.0.5/24 as written, and takes 10.0.0.0/24 for another rule; EC2 canonicalizes and refuses the duplicate.
#           moto deletes a group that another group's rule refers to, and leaves the rule; EC2 answers DependencyViolation. It counts
#           IPv4 and IPv6 rules together, though EC2's 60 are for each. The description of a rule for a group is missing among
#           SecurityGroupRules. So a test passes that fails on AWS, and the other way round.
# Met by:   whoever tests rules, their order of deletion or drift against moto.
# Version:  moto 5.2.5, botocore 1.44.8 (PyPI)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'moto[ec2]==5.2.5' boto3==1.44.8 botocore==1.44.8

cat >run.py <<'PY'
import gzip
import json
import os
import pathlib
import re

import boto3
import botocore
from botocore.exceptions import ClientError
from moto import mock_aws

os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="eu-west-1")

model = next(pathlib.Path(botocore.__file__).parent.glob("data/ec2/2016-11-15/service-2.json*"))
text = gzip.open(model).read() if model.suffix == ".gz" else model.read_bytes()
docs = json.loads(text)
cidr = re.sub("<[^>]+>", "", docs["shapes"]["IpRange"]["members"]["CidrIp"]["documentation"])
delete = re.sub("<[^>]+>", "", docs["operations"]["DeleteSecurityGroup"]["documentation"])
print("documented: CIDRs are canonicalized:", "canonicalizes IPv4 and IPv6 CIDRs" in cidr)
print("documented: a group referred to can't be deleted:", "is referenced by another security group in the same VPC" in delete)

with mock_aws():
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]

    def group(name):
        return ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]

    def admit(group_id, port, **source):
        rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **source}
        return ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[rule])["SecurityGroupRules"][0]

    db = group("db")
    for block in ("10.0.0.5/24", "10.0.0.0/24"):
        print("moto: admitted", admit(db, 5432, IpRanges=[{"CidrIp": block}])["CidrIpv4"])

    web = group("web")
    rule = admit(db, 6432, UserIdGroupPairs=[{"GroupId": web, "Description": "web asks the pooler"}])
    grants = ec2.describe_security_groups(GroupIds=[db])["SecurityGroups"][0]["IpPermissions"]
    pair = next(g["UserIdGroupPairs"][0] for g in grants if g["FromPort"] == 6432)
    print("moto: description in the group:", pair["Description"], "- in the rule:", rule.get("Description"))

    ec2.delete_security_group(GroupId=web)
    grants = ec2.describe_security_groups(GroupIds=[db])["SecurityGroups"][0]["IpPermissions"]
    left = [p["GroupId"] for g in grants for p in g["UserIdGroupPairs"]]
    print("moto: group deleted; the rule that refers to it is left:", left == [web])

    both = group("both")
    ports = iter(range(1000, 2000))
    made = 0
    try:
        while made < 120:
            admit(both, next(ports), IpRanges=[{"CidrIp": "10.0.0.0/24"}])
            made += 1
            admit(both, next(ports), Ipv6Ranges=[{"CidrIpv6": "2001:db8::/32"}])
            made += 1
    except ClientError as error:
        print(f"moto: after {made // 2} IPv4 and {made - made // 2} IPv6 rules:", error.response["Error"]["Code"])
PY

cat >expected <<'TEXT'
documented: CIDRs are canonicalized: True
documented: a group referred to can't be deleted: True
moto: admitted 10.0.0.5/24
moto: admitted 10.0.0.0/24
moto: description in the group: web asks the pooler - in the rule: None
moto: group deleted; the rule that refers to it is left: True
moto: after 30 IPv4 and 30 IPv6 rules: RulesPerSecurityGroupLimitExceeded
TEXT
echo "moto $(venv/bin/pip show moto 2>/dev/null | sed -n 's/^Version: //p')"
venv/bin/python run.py | tee seen
diff expected seen && echo "as recorded"
