// A security group with a rule; the stack's config says what becomes of them.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const tags = { owner: "us" };

const group = new aws.ec2.SecurityGroup("group", {
  name: "rules",
  description: "a group",
  vpcId: config.require("vpc"),
  revokeRulesOnDelete: true,
  tags,
});
const other = new aws.ec2.SecurityGroup("other", {
  name: "other",
  description: "another group",
  vpcId: config.require("vpc"),
});

const rule = (name: string, aliases: pulumi.Alias[] = []): aws.vpc.SecurityGroupIngressRule =>
  new aws.vpc.SecurityGroupIngressRule(
    name,
    {
      securityGroupId: group.id,
      ...(config.getBoolean("toGroup") === true
        ? { referencedSecurityGroupId: other.id }
        : { cidrIpv4: "10.0.0.0/8" }),
      ...{ ipProtocol: "tcp", fromPort: 5432, toPort: 5432, description: "a rule", tags },
    },
    { aliases },
  );

const name = config.get("name") ?? "rule";
rule(name, config.getBoolean("aliased") === true ? [{ name: "rule" }] : []);
if (config.getBoolean("equal") === true) rule("equal");

const found = config.get("found");
if (found !== undefined)
  new aws.vpc.SecurityGroupIngressRule(
    "found",
    {
      securityGroupId: config.require("owners"),
      ...{ cidrIpv4: "10.9.0.0/16", ipProtocol: "tcp", fromPort: 80, toPort: config.requireNumber("toPort") },
      ...{ description: "made by hand", tags: { owner: "somebody" } },
    },
    { import: found },
  );
