#!/usr/bin/env bash
# Expected: a CIDR, protocol or port of a Terraform security group rule reads as its value, as @cdktf/hcl2json reads the same file.
# Seen:     python-hcl2 keeps the quotes in the string, in block labels too, so "10.0.0.0/8" is twelve characters long, no network to
#           ipaddress, and equal to no value that it is compared with; references come without quotes. Each block has a key more,
#           __is_block__, which a list of its fields then has as well.
# Met by:   scripts that inventory security groups in Terraform files and were written for an earlier major version (4.3.5 gave plain strings).
# Version:  python-hcl2 8.1.4 (PyPI), @cdktf/hcl2json 0.21.0 (npm)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-hcl2==8.1.4
echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts @cdktf/hcl2json@0.21.0

cat >group.tf <<'HCL'
resource "aws_security_group" "db" {
  ingress {
    from_port       = 5432
    protocol        = "tcp"
    cidr_blocks     = ["10.0.0.0/8"]
    security_groups = [aws_security_group.web.id]
  }
}
HCL

cat >run.py <<'PY'
import ipaddress

import hcl2

with open("group.tf") as file:
    (resource,) = hcl2.load(file)["resource"]
((kind, named),) = resource.items()
((name, group),) = named.items()
(rule,) = group["ingress"]
print("python-hcl2:", kind, name, dict(sorted(rule.items())))
try:
    print(ipaddress.ip_network(rule["cidr_blocks"][0]))
except ValueError as error:
    print("ipaddress:  ", error)
PY
cat >run.js <<'JS'
const { readFileSync } = require("node:fs");
const { parse } = require("@cdktf/hcl2json");
parse("group.tf", readFileSync("group.tf", "utf8")).then(({ resource }) => {
  for (const [kind, named] of Object.entries(resource))
    for (const [name, [group]] of Object.entries(named)) console.log("hcl2json:   ", kind, name, JSON.stringify(group.ingress[0]));
});
JS

cat >expected <<'TEXT'
python-hcl2: "aws_security_group" "db" {'__is_block__': True, 'cidr_blocks': ['"10.0.0.0/8"'], 'from_port': 5432, 'protocol': '"tcp"', 'security_groups': ['${aws_security_group.web.id}']}
ipaddress:   '"10.0.0.0/8"' does not appear to be an IPv4 or IPv6 network
hcl2json:    aws_security_group db {"cidr_blocks":["10.0.0.0/8"],"from_port":5432,"protocol":"tcp","security_groups":["${aws_security_group.web.id}"]}
TEXT
echo "python-hcl2 $(venv/bin/pip show python-hcl2 2>/dev/null | sed -n 's/^Version: //p')"
{
  venv/bin/python run.py
  node run.js
} | tee seen
diff expected seen && echo "as recorded"
