import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import path from "node:path";
import { computed } from "../../../engine/functions";
import { PARTITIONS } from "../../../engine/functions/awsPartitions";
import { WITHHELD } from "../../../engine/values";

const FRANKFURT = { region: "eu-central-1" };
const token = (name: string) => `aws:index/${name}:${name}`;

describe("provider functions that need no provider", () => {
  it("tells partition, region and service principals from the provider's region", () => {
    assert.deepEqual(computed(token("getPartition"), {}, FRANKFURT), {
      id: "aws",
      partition: "aws",
      dnsSuffix: "amazonaws.com",
      reverseDnsPrefix: "com.amazonaws",
    });
    assert.deepEqual(computed(token("getRegion"), {}, FRANKFURT), {
      id: "eu-central-1",
      name: "eu-central-1",
      region: "eu-central-1",
      description: "Europe (Frankfurt)",
      endpoint: "ec2.eu-central-1.amazonaws.com",
    });
    assert.deepEqual(computed(token("getServicePrincipal"), { serviceName: "s3" }, FRANKFURT), {
      id: "s3.eu-central-1.amazonaws.com",
      name: "s3.amazonaws.com",
      region: "eu-central-1",
      serviceName: "s3",
      suffix: "amazonaws.com",
    });
  });

  it("takes the region of the arguments before the provider's, and China's own suffixes", () => {
    const named = computed(token("getRegion"), { name: "cn-north-1" }, FRANKFURT);
    assert.equal(named?.["endpoint"], "ec2.cn-north-1.amazonaws.com.cn");
    const suffix = (serviceName: string) =>
      computed(token("getServicePrincipal"), { serviceName, region: "cn-north-1" }, {})?.["suffix"];
    assert.deepEqual([suffix("logs"), suffix("ec2")], ["amazonaws.com.cn", "amazonaws.com"]);
  });

  it("guesses no region: none that is configured, a secret or withheld one, one that isn't in the table, an endpoint", () => {
    const secret = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value: "eu-west-1",
    };
    for (const region of [null, secret, WITHHELD, "xx-nowhere-1"])
      assert.equal(computed(token("getPartition"), {}, { region }), undefined);
    assert.equal(
      computed(token("getRegion"), { endpoint: "ec2.eu-west-1.amazonaws.com" }, FRANKFURT),
      undefined,
    );
    assert.equal(computed(token("getCallerIdentity"), {}, FRANKFURT), undefined);
  });

  it("has the regions that AWS's own SDK has", () => {
    const file = "@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js";
    const text = readFileSync(path.join(__dirname, "../../../node_modules", file), "utf8");
    const info = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)) as {
      partitions: {
        id: string;
        outputs: { dnsSuffix: string };
        regions: Record<string, { description: string }>;
      }[];
    };
    const theirs = info.partitions.map(({ id, outputs, regions }) => ({
      id,
      dnsSuffix: outputs.dnsSuffix,
      regions: Object.fromEntries(
        Object.entries(regions)
          .filter(([code]) => !code.endsWith("-global"))
          .map(([code, { description }]) => [code, description]),
      ),
    }));
    assert.deepEqual(PARTITIONS, theirs);
  });

  it("takes an ARN apart", () => {
    const arn = "arn:aws:rds:eu-west-1:123456789012:db:shop";
    assert.deepEqual(computed(token("getArn"), { arn }, {}), {
      id: arn,
      arn,
      partition: "aws",
      service: "rds",
      region: "eu-west-1",
      account: "123456789012",
      resource: "db:shop",
    });
    assert.throws(() => computed(token("getArn"), { arn: "shop" }, {}), /"shop" isn't an ARN/);
  });

  it("decodes YAML as the Kubernetes provider does: 1.1, the last of two keys, nothing without a kind", () => {
    const text = [
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, name: b }\ndata: { port: 0x50, on: 'yes' }",
      "# nothing",
      "kind: Secret",
      '{ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "s" } }',
    ].join("\n---\n");
    assert.deepEqual(computed("kubernetes:yaml:decode", { text }, {}), {
      result: [
        { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "b" }, data: { port: 80, true: "yes" } },
        { apiVersion: "v1", kind: "Service", metadata: { name: "s" } },
      ],
    });
    assert.throws(() => computed("kubernetes:yaml:decode", { text: "- a" }, {}), /isn't an object/);
    assert.throws(
      () => computed("kubernetes:yaml:decode", { text: "a: [" }, {}),
      /flow collection|unexpected end/,
    );
  });
});
