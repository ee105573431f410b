// Uses another stack's outputs: a plain one, a secret, a part of a structure, and one that isn't there.
import * as pulumi from "@pulumi/pulumi";

class Thing extends pulumi.CustomResource {
  constructor(name: string, args: Record<string, unknown>, opts?: pulumi.CustomResourceOptions) {
    super("test:index:Thing", name, args, opts);
  }
}

const network = new pulumi.StackReference("organization/network/dev");
const base = new Thing("base", { vpc: network.requireOutput("vpcId") });
new Thing("first", { subnet: network.getOutput("subnets").apply((list: { id: string }[]) => list[0]?.id) });
new Thing(
  "secret",
  { password: network.getOutput("password"), missing: network.getOutput("missing") },
  { dependsOn: base },
);
