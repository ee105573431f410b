import { strict as assert } from "node:assert";
import { existingIds } from "../../../cli/import/existing";
import { resourceFile } from "../../../cli/import/resourceFile";
import type { Resource, ValueMap } from "../../../engine";
import type { SourcedObject } from "../../../reachability/read";

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "token" };
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const urn = (type: string, name: string) => `urn:pulumi:dev::palisade::${type}::${name}`;

const resource = (type: string, name: string, inputs: ValueMap, more: Partial<Resource> = {}): Resource => ({
  urn: urn(type, name),
  type,
  name,
  custom: true,
  read: false,
  parent: urn("pulumi:pulumi:Stack", "palisade-dev"),
  inputs,
  outputs: {},
  dependencies: [],
  propertyDependencies: {},
  provider: "",
  options: {} as Resource["options"],
  ...more,
});

const K8S = resource("pulumi:providers:kubernetes", "k3s", { context: "k3s" });
const on = (provider: Resource) => ({ provider: `${provider.urn}::id` });

const policy = (name: unknown, namespace: string | undefined, provider = K8S) =>
  resource(
    "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    String(name),
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, ...(namespace === undefined ? {} : { namespace }) } as ValueMap,
    },
    on(provider),
  );

const live = (apiVersion: string, kind: string, metadata: object): SourcedObject => ({
  value: { apiVersion, kind, metadata },
  source: { file: "live", document: 1 },
  path: [],
});

const byName = (resources: readonly Resource[], ids: ReadonlyMap<string, string>) =>
  Object.fromEntries(
    resources.flatMap((one) => {
      const id = ids.get(one.urn);
      return id === undefined ? [] : [[one.name, id]];
    }),
  );

describe("palisade import --resources: what exists of a plan", () => {
  it("is an object of the cluster by kind, namespace and name, whatever its version; patches and other clusters' aren't", () => {
    const other = resource("pulumi:providers:kubernetes", "eks", {});
    const resources = [
      policy("isolation", "shop"),
      policy("by-default", undefined),
      policy("elsewhere", "shop", other),
      policy("absent", "shop"),
      policy(UNKNOWN, "shop"),
      resource(
        "kubernetes:core/v1:Namespace",
        "shop",
        { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
        on(K8S),
      ),
      resource(
        "kubernetes:core/v1:NamespacePatch",
        "adopted",
        { apiVersion: "v1", kind: "Namespace", metadata: { name: "adopted" } },
        on(K8S),
      ),
    ];
    const objects = [
      live("networking.k8s.io/v1beta1", "NetworkPolicy", { name: "isolation", namespace: "shop" }),
      live("networking.k8s.io/v1", "NetworkPolicy", { name: "by-default", namespace: "default" }),
      live("networking.k8s.io/v1", "NetworkPolicy", { name: "elsewhere", namespace: "shop" }),
      live("projectcalico.org/v3", "NetworkPolicy", { name: "absent", namespace: "shop" }),
      live("v1", "Namespace", { name: "shop" }),
      live("v1", "Namespace", { name: "adopted" }),
    ];
    assert.deepEqual(byName(resources, existingIds(resources, { cluster: "k3s", objects, answers: [] })), {
      isolation: "shop/isolation",
      "by-default": "default/by-default",
      shop: "shop",
    });
  });

  it("is a group by name and VPC, its rules by all that they say, a database and a bucket by name; of two that may be meant none", () => {
    const group = (name: string) =>
      resource("aws:ec2/securityGroup:SecurityGroup", name, { name, vpcId: "vpc-1" });
    const rule = (name: string, inputs: ValueMap, groups: Record<string, Resource>) =>
      resource(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        name,
        {
          ipProtocol: "tcp",
          ...inputs,
          ...Object.fromEntries(Object.keys(groups).map((key) => [key, UNKNOWN])),
        },
        {
          propertyDependencies: Object.fromEntries(
            Object.entries(groups).map(([key, one]) => [key, [one.urn]]),
          ),
        },
      );
    const [db, web, twice] = [group("db"), group("web"), group("twice")];
    const resources = [
      db,
      web,
      twice,
      rule(
        "web-to-db",
        { fromPort: 5432, toPort: 5432 },
        { securityGroupId: db, referencedSecurityGroupId: web },
      ),
      rule(
        "another-port",
        { fromPort: 5433, toPort: 5433 },
        { securityGroupId: db, referencedSecurityGroupId: web },
      ),
      rule("by-block", { fromPort: 5432, toPort: 5432, cidrIpv4: "10.0.0.0/8" }, { securityGroupId: db }),
      resource("aws:rds/instance:Instance", "instance", { identifier: "orders" }),
      resource("aws:rds/cluster:Cluster", "cluster", { clusterIdentifier: "absent" }),
      resource("aws:s3/bucket:Bucket", "bucket", { bucket: "documents" }),
      resource("aws:s3/bucket:Bucket", "unnamed", { bucket: UNKNOWN }),
    ];
    const described = (GroupName: string, GroupId: string) => ({ GroupName, GroupId, VpcId: "vpc-1" });
    const rules = { GroupId: "sg-1", IsEgress: false, IpProtocol: "tcp", FromPort: 5432, ToPort: 5432 };
    const answers = [
      {
        SecurityGroups: [
          described("db", "sg-1"),
          described("web", "sg-2"),
          described("twice", "sg-3"),
          described("twice", "sg-4"),
        ],
      },
      {
        SecurityGroupRules: [
          { ...rules, SecurityGroupRuleId: "sgr-1", ReferencedGroupInfo: { GroupId: "sg-2" } },
          { ...rules, SecurityGroupRuleId: "sgr-2", CidrIpv4: "10.0.0.0/8" },
          { ...rules, SecurityGroupRuleId: "sgr-3", IsEgress: true, CidrIpv4: "10.0.0.0/8" },
        ],
      },
      { DBInstances: [{ DBInstanceIdentifier: "orders" }], DBClusters: [{ DBClusterIdentifier: "other" }] },
      { Buckets: [{ Name: "documents" }] },
    ];
    assert.deepEqual(byName(resources, existingIds(resources, { cluster: "k3s", objects: [], answers })), {
      db: "sg-1",
      web: "sg-2",
      "web-to-db": "sgr-1",
      "by-block": "sgr-2",
      instance: "orders",
      bucket: "documents",
    });
  });
});

describe("palisade import --resources: the file", () => {
  it("has what exists, its components and its provider, and nothing else of the plan; a provider with secrets is to be made first, and Pulumi makes default ones", () => {
    const secret = resource("pulumi:providers:kubernetes", "secret", { kubeconfig: SECRET });
    const usual = resource("pulumi:providers:aws", "default_7_48_0", { version: "7.48.0" });
    const component = resource("palisade:index:IsolatedApplication", "shop", {}, { custom: false });
    const inside = (one: Resource): Resource => ({ ...one, parent: component.urn });
    const resources = [
      K8S,
      secret,
      component,
      inside(policy("a", "shop")),
      policy("b", "shop", secret),
      policy("new", "shop"),
      usual,
      resource("aws:s3/bucket:Bucket", "c", { bucket: "c" }, on(usual)),
    ];
    const ids = new Map([3, 4, 7].map((i) => [resources[i]?.urn ?? "", `shop/${resources[i]?.name ?? ""}`]));
    const type = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
    assert.deepEqual(resourceFile(resources, ids), {
      nameTable: { "pulumi:providers:kubernetes::secret": secret.urn },
      resources: [
        {
          type: K8S.type,
          name: "pulumi:providers:kubernetes::k3s",
          logicalName: "k3s",
          inputs: { context: "k3s" },
        },
        {
          type: component.type,
          name: `${component.type}::shop`,
          logicalName: "shop",
          component: true,
        },
        {
          type,
          name: `${type}::a`,
          logicalName: "a",
          parent: `${component.type}::shop`,
          provider: "pulumi:providers:kubernetes::k3s",
          id: "shop/a",
        },
        {
          type,
          name: `${type}::b`,
          logicalName: "b",
          provider: "pulumi:providers:kubernetes::secret",
          id: "shop/b",
        },
        {
          type: "aws:s3/bucket:Bucket",
          name: "aws:s3/bucket:Bucket::c",
          logicalName: "c",
          version: "7.48.0",
          id: "shop/c",
        },
      ],
    });
  });
});
