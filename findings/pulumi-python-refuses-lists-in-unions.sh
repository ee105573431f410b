#!/usr/bin/env bash
# Expected: an input that a package's schema declares as "a string, or a list of strings" takes either from Python, as from TypeScript.
# Seen:     the string is sent; the list ends in AssertionError "Unexpected type. Expected 'list' got 'typing.Union[...]'", whether it is
#           given in the typed arguments or in a dictionary. The annotation is the one that Pulumi's own generator writes for oneOf, and type
#           checkers accept both. A list beside it whose type is a list alone is sent.
# Met by:   authors of component packages whose schema has such a choice (peers, CIDRs, ports: one or several), in the first Python program.
# Version:  pulumi 3.258.0 (PyPI)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pulumi==3.258.0

cat >run.py <<'PY'
from typing import Sequence, Union

import pulumi
from pulumi.runtime import rpc


@pulumi.input_type
class FlowArgs:
    def __init__(__self__, *, peers: pulumi.Input[Union[str, Sequence[str]]], blocks: pulumi.Input[Sequence[str]]):
        pulumi.set(__self__, "peers", peers)
        pulumi.set(__self__, "blocks", blocks)

    @property
    @pulumi.getter
    def peers(self) -> pulumi.Input[Union[str, Sequence[str]]]:
        return pulumi.get(self, "peers")

    @property
    @pulumi.getter
    def blocks(self) -> pulumi.Input[Sequence[str]]:
        return pulumi.get(self, "blocks")


@pulumi.runtime.test
async def send():
    for peers in ("web", ["web", "api"]):
        given = {"peers": peers, "blocks": ["10.0.0.0/8"]}
        for shape, flow in (("arguments ", FlowArgs(**given)), ("dictionary", given)):
            try:
                print(shape, peers, "->", await rpc.serialize_property(flow, [], None, typ=FlowArgs))
            except AssertionError as error:
                print(shape, peers, "->", type(error).__name__, str(error).split("[")[0])


class Mocks(pulumi.runtime.Mocks):
    def call(self, args):
        return {}

    def new_resource(self, args):
        return args.name, args.inputs


pulumi.runtime.set_mocks(Mocks())
send()
PY
cat >expected <<'TEXT'
arguments  web -> {'peers': 'web', 'blocks': ['10.0.0.0/8']}
dictionary web -> {'peers': 'web', 'blocks': ['10.0.0.0/8']}
arguments  ['web', 'api'] -> AssertionError Unexpected type. Expected 'list' got 'typing.Union
dictionary ['web', 'api'] -> AssertionError Unexpected type. Expected 'list' got 'typing.Union
TEXT
echo "pulumi $(venv/bin/pip show pulumi 2>/dev/null | sed -n 's/^Version: //p')"
venv/bin/python run.py 2>/dev/null | tee seen
diff expected seen && echo "as recorded"
