// Longer than most: a table, one row a mistake, and what other stacks and subnet groups give.
import { strict as assert } from "node:assert";
import { PalisadeInputError, placeText } from "../../problems";
import { applications } from "../../applications";
import { readStack, resolveReferences } from "../../config";
import { configOf } from "../compile/stackConfig";

type Tree = Record<string, unknown>;

/** The prod stack's EKS cluster, changed at one place; and the problems that come of it. */
function problems(change: (aws: Tree, placement: Tree, cluster: Tree) => void): string[] {
  const config = configOf("prod");
  const clusters = JSON.parse(config["palisade:clusters"] ?? "[]") as Tree[];
  const cluster = clusters.find(({ name }) => name === "eks-prod") ?? assert.fail();
  const placement = (cluster["applications"] as Record<string, Tree>)["fineract"] ?? assert.fail();
  change(cluster["aws"] as Tree, placement, cluster);
  try {
    readStack({ ...config, "palisade:clusters": JSON.stringify(clusters) }, applications);
    return [];
  } catch (error) {
    if (!(error instanceof PalisadeInputError)) throw error;
    return error.problems.map(({ place, message }) =>
      `${placeText(place)}: ${message}`.replaceAll("clusters[1].", ""),
    );
  }
}

const nodes = (aws: Tree) => aws["nodes"] as Tree;

const CASES: readonly (readonly [string, Parameters<typeof problems>[0], readonly string[]])[] = [
  [
    "strict enforcing mode of pod security groups",
    (aws) => (aws["podSecurityGroupEnforcingMode"] = "strict"),
    [
      "aws.podSecurityGroupEnforcingMode: AWS supports NetworkPolicy with standard only: strict bypasses it, NodeLocal DNSCache and the Pod Identity agent",
    ],
  ],
  [
    "Fargate and Windows",
    (aws) => Object.assign(nodes(aws), { fargate: true, windows: true }),
    [
      "aws.nodes.fargate: NetworkPolicies are not enforced on Fargate",
      "aws.nodes.windows: Windows nodes enforce no NetworkPolicies and give pods no security groups",
    ],
  ],
  [
    "Auto Mode before 1.36",
    (aws) => Object.assign(nodes(aws), { autoMode: true, kubernetesVersion: "1.35" }),
    [
      "aws.nodes.autoMode: EKS Auto Mode gives pods no security groups before Kubernetes 1.36, and this is 1.35",
    ],
  ],
  [
    "Auto Mode from 1.36 on",
    (aws) => Object.assign(nodes(aws), { autoMode: true, kubernetesVersion: "1.36" }),
    [],
  ],
  [
    "instance types without branch interfaces, and unknown ones",
    (aws) => (nodes(aws)["instanceTypes"] = ["t3.large", "m99.large", "m6i.large"]),
    [
      "aws.nodes.instanceTypes: t3.large has no branch interfaces, so its pods get no security groups and wait forever",
      "aws.nodes.instanceTypes: nothing is known about m99.large's branch interfaces",
    ],
  ],
  [
    "no instance types where pods get groups",
    (aws) => (nodes(aws)["instanceTypes"] = []),
    ["aws.nodes.instanceTypes: an empty list"],
  ],
  [
    "ids that are none",
    (aws) =>
      Object.assign(aws, {
        account: "1234",
        region: "virginia",
        vpc: { id: "main", cidrs: ["10.40.0.0/16"] },
      }),
    [
      `aws.region: "virginia" isn't a region`,
      `aws.account: "1234" isn't an account's id`,
      `aws.vpc.id: "main" isn't a VPC's id`,
      "applications.fineract.buckets.documents.endpoint.prefixListCidrs: an empty list",
      "aws.endpoints.s3.prefixList: the S3 prefix list of virginia hasn't been recorded",
    ],
  ],
  [
    "quotas that AWS gives nobody",
    (aws) => (aws["quotas"] = { rulesPerGroup: 200, groupsPerInterface: 20 }),
    [
      "aws.quotas.groupsPerInterface: 20, and AWS raises it to 16 at most",
      "aws.quotas: 20 groups of 200 rules are 4000, and the quota is 1000 on an interface",
    ],
  ],
  [
    "a VPC that doesn't hold the pods",
    (aws) => (aws["vpc"] = { id: "vpc-0123456789abcdef0", cidrs: ["10.99.0.0/16"] }),
    ["aws.vpc.cidrs: pods or nodes have addresses outside the VPC: 10.40.0.0/18"],
  ],
  [
    "an address family that the pods haven't",
    (aws) => (aws["ipFamily"] = "ipv6"),
    [
      "aws.ipFamily: is ipv6, but podCidrs are IPv4",
      "aws.vpc.cidrs: the cluster is IPv6, and the VPC's IPv6 CIDR is missing",
    ],
  ],
  [
    "another CNI",
    (_, __, cluster) => (cluster["cni"] = "calico"),
    [
      "aws.podSecurityGroups: cluster's cni is calico: pods have no addresses of the VPC, so no security group tells them apart",
      "podCidrs: overlaps nodeCidrs in 10.40.0.0/18",
    ],
  ],
  [
    "database subnets that overlap the pods'",
    (_, placement) =>
      Object.assign((placement["databases"] as Record<string, Tree>)["fineract"] ?? assert.fail(), {
        subnetCidrs: ["10.40.0.0/24"],
      }),
    [
      "applications.fineract.databases.fineract.subnetCidrs: holds addresses of the cluster itself (10.40.0.0/24), which would be admitted too",
    ],
  ],
  [
    "on without anyone's word that pods restarted",
    (_, placement) => delete placement["aws"],
    [
      "applications.fineract: podSecurityGroups on: databases would refuse pods that still have the nodes' group, and nothing says that fineract/batch, fineract/read, fineract/write, keycloak restarted since migrating",
    ],
  ],
  [
    "an application's bucket that is another's",
    (_, placement) => {
      const buckets = placement["buckets"] as Tree;
      buckets["again"] = buckets["documents"];
    },
    [
      "applications.fineract.buckets.again.source.bucketName: is the same as applications.fineract.buckets.documents.source.bucketName",
      'applications.fineract.buckets: fineract has no bucket "again"',
    ],
  ],
  [
    "an endpoint's policy that isn't told by these words",
    (aws) =>
      Object.assign((aws["endpoints"] as Record<string, Tree>)["s3"] ?? assert.fail(), {
        takeOverPolicy: "yes",
        policy: { kind: "ours" },
      }),
    [
      `aws.endpoints.s3.takeOverPolicy: "yes" isn't true or false`,
      "aws.endpoints.s3.policy: isn't a key of a gateway endpoint",
    ],
  ],
  [
    "a mode that is none",
    (aws) => (aws["podSecurityGroups"] = "yes"),
    [`aws.podSecurityGroups: "yes" isn't a mode of podSecurityGroups`],
  ],
];

describe("a cluster's VPC in the config", () => {
  for (const [what, change, expected] of CASES) {
    it(what, () => assert.deepEqual([...problems(change)].sort(), [...expected].sort()));
  }

  it("reads a bare on and off as YAML 1.1 does", () => {
    assert.deepEqual(
      problems((aws) => (aws["podSecurityGroups"] = true)),
      [],
    );
  });
});

describe("references to other stacks", () => {
  const values = {
    "palisade:clusters": JSON.stringify([
      {
        aws: {
          vpc: { id: { stack: "net/dev", output: "vpcId" }, cidrs: { stack: "net/dev", output: "cidrs" } },
        },
      },
    ]),
  };

  it("become that stack's outputs, of any shape", async () => {
    const resolved = await resolveReferences(
      values,
      (stack, output) =>
        Promise.resolve(`${stack} ${output}` === "net/dev vpcId" ? "vpc-1" : ["10.0.0.0/16"]),
      () => assert.fail(),
    );
    assert.deepEqual(JSON.parse(resolved["palisade:clusters"] ?? ""), [
      { aws: { vpc: { id: "vpc-1", cidrs: ["10.0.0.0/16"] } } },
    ]);
  });

  it("that lead nowhere are named, all of them, with their place", async () => {
    const failing = resolveReferences(
      values,
      (_, output) =>
        output === "cidrs" ? Promise.reject(new Error("unknown stack net/dev")) : Promise.resolve(undefined),
      () => assert.fail(),
    );
    await assert.rejects(failing, (error: unknown) => {
      assert.ok(error instanceof PalisadeInputError);
      assert.deepEqual(
        error.problems.map(({ place, message }) => `${placeText(place)}: ${message}`),
        [
          "palisade:clusters[0].aws.vpc.cidrs: unknown stack net/dev",
          'palisade:clusters[0].aws.vpc.id: stack net/dev has no output "vpcId"',
        ],
      );
      return true;
    });
  });

  it("are only whole mappings of stack and output; all else stays as it is", async () => {
    const plain = { "palisade:clusters": '[{"name":"a","stack":"x"}]', "palisade:environment": "dev" };
    const nothing = () => assert.fail();
    assert.deepEqual(await resolveReferences(plain, nothing, nothing), plain);
    assert.deepEqual(await resolveReferences({ "palisade:clusters": "[" }, nothing, nothing), {
      "palisade:clusters": "[",
    });
  });
});

describe("databases' subnets, looked up by their subnet group", () => {
  /** What becomes of a cluster's databases, with what `subnetsOf` was asked. */
  async function looked(
    aws: unknown,
    databases: unknown,
    found: Readonly<Record<string, readonly string[]>>,
  ) {
    const asked: unknown[] = [];
    const clusters = JSON.stringify([{ name: "eks", aws, applications: { shop: { databases } } }]);
    const resolved = await resolveReferences(
      { "palisade:clusters": clusters },
      () => Promise.resolve("us-east-1"),
      (place, group) => {
        asked.push([place, group]);
        const cidrs = found[group];
        return cidrs === undefined ? Promise.reject(new Error(`no group ${group}`)) : Promise.resolve(cidrs);
      },
    );
    const [cluster] = JSON.parse(resolved["palisade:clusters"] ?? "") as [
      Record<string, Record<string, Tree>>,
    ];
    return { databases: cluster["applications"]?.["shop"]?.["databases"], asked };
  }

  const aws = { region: { stack: "net", output: "region" }, account: "111122223333" };

  it("become the CIDRs of every subnet, asked in the cluster's account and region; written ones stay", async () => {
    const databases = {
      main: { subnetCidrs: { subnetGroup: "shop" } },
      other: { subnetCidrs: ["10.9.0.0/24"] },
    };
    assert.deepEqual(await looked(aws, databases, { shop: ["10.1.0.0/24", "10.1.1.0/24"] }), {
      databases: {
        main: { subnetCidrs: ["10.1.0.0/24", "10.1.1.0/24"] },
        other: { subnetCidrs: ["10.9.0.0/24"] },
      },
      asked: [[{ name: "eks", region: "us-east-1", account: "111122223333" }, "shop"]],
    });
  });

  it("that aren't there are named, all of them, with their place", async () => {
    const databases = { a: { subnetCidrs: { subnetGroup: "x" } }, b: { subnetCidrs: { subnetGroup: "y" } } };
    const at = (name: string) => `clusters[0].applications.shop.databases.${name}.subnetCidrs`;
    const problems = (failing: Promise<unknown>, expected: readonly string[]) =>
      assert.rejects(failing, (error: unknown) => {
        assert.ok(error instanceof PalisadeInputError);
        assert.deepEqual(
          error.problems.map(({ place, message }) => `${placeText(place)}: ${message}`),
          expected,
        );
        return true;
      });
    await problems(looked(aws, databases, { y: [] }), [
      `${at("a")}: no group x`,
      `${at("b")}: RDS subnet group y has no subnets`,
    ]);
    await problems(looked(undefined, databases, {}), [
      `${at("a")}: the cluster has no aws.region and aws.account to look it up in`,
      `${at("b")}: the cluster has no aws.region and aws.account to look it up in`,
    ]);
  });
});
