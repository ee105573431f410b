// Longer than most: holds the reader against brute force, which stands here too.
import { strict as assert } from "node:assert";
import { AddressSet } from "../../../net/addressSet";
import { connection, verdictOf } from "../../../reachability/compute/analysis";
import { readDescribed } from "../../../reachability/read/describedGroups";
import { readWorld } from "../../../reachability/read/readWorld";
import { manifestsOf } from "../../twin/manifests";
import { Random } from "../../twin/random";
import { randomWorld } from "../../twin/randomWorld";
import { type Verdict, connected } from "../../twin/twin";
import type { TwinPod, TwinWorld } from "../../twin/world";
import { analysisOfObjects, optionsOf, sourced } from "../worlds";

const IDS = ["sg-a", "sg-b", "sg-c"];
const NODE = "sg-node";
const CIDRS = ["10.0.0.0/8", "10.0.1.0/24", "0.0.0.0/0", "192.0.2.0/24"];

interface GroupRule {
  readonly port: number | undefined;
  readonly group?: string;
  readonly cidr?: string;
}
interface Group {
  readonly id: string;
  readonly ingress: readonly GroupRule[];
  readonly egress: readonly GroupRule[];
}
interface GroupScene {
  readonly world: TwinWorld;
  readonly groups: readonly Group[];
  readonly attached: readonly {
    readonly namespace: string;
    readonly app: string;
    readonly ids: readonly string[];
  }[];
  /** A database at one address. */
  readonly database: { readonly address: string; readonly ids: readonly string[] };
  readonly vpc: string | undefined;
  readonly externalSnat: boolean;
}

function sceneOf(seed: number): GroupScene {
  const random = new Random(seed);
  const rule = (): GroupRule => ({
    port: random.chance(0.3) ? undefined : random.pick([53, 80, 443]),
    ...(random.chance(0.6) ? { group: random.pick([...IDS, NODE]) } : { cidr: random.pick(CIDRS) }),
  });
  const { namespaces, networkPolicies, pods: given } = randomWorld(seed);
  // Addresses of every pod are known here: what isn't is the other tests' matter.
  const pods = given.map((pod, i) => ({ ...pod, ips: [`10.0.${i}.9`] }));
  return {
    world: { namespaces, pods, networkPolicies: random.chance(0.5) ? networkPolicies : [] },
    groups: [...IDS, NODE].map((id) => ({
      id,
      ingress: random.list(0, 3, rule),
      egress: random.list(0, 3, rule),
    })),
    attached: random.list(0, 3, () => ({
      namespace: random.pick(["default", "a", "b", "c"]),
      app: random.pick(["x", "y", "z"]),
      ids: random.list(1, 2, () => random.pick(IDS)),
    })),
    database: { address: "10.0.1.200", ids: random.list(1, 2, () => random.pick(IDS)) },
    vpc: random.chance(0.5) ? "10.0.0.0/16" : undefined,
    externalSnat: random.chance(0.5),
  };
}

interface Interface {
  readonly ids: readonly string[] | undefined;
  readonly address: string;
}

const groupsOf = ({ attached }: GroupScene, pod: TwinPod): readonly string[] => {
  const own = attached.filter(
    ({ namespace, app }) => namespace === pod.namespace && pod.labels?.["app"] === app,
  );
  return own.length === 0 || pod.hostNetwork === true ? [NODE] : own.flatMap(({ ids }) => ids);
};

/** Whether groups let a connection pass, from the words of the EC2 user guide: any rule of any attached group allows. */
function groupsAllow(
  { groups }: GroupScene,
  from: Interface,
  to: Interface,
  port: number,
  guarded = true,
): boolean {
  const side = (own: Interface, other: Interface, direction: "ingress" | "egress") =>
    own.ids === undefined ||
    groups
      .filter(({ id }) => own.ids?.includes(id))
      .some((group) =>
        group[direction].some(
          (rule) =>
            (rule.port === undefined || rule.port === port) &&
            (rule.group !== undefined
              ? other.ids?.includes(rule.group) === true
              : AddressSet.of(rule.cidr ?? "").containsAddress(other.address)),
        ),
      );
  return side(from, to, "egress") && (!guarded || side(to, from, "ingress"));
}

/** Addresses outside: of the internet, of a network that isn't a VPC's, and of an interface in the VPC that isn't given. */
const OUTSIDE = { internet: "192.0.2.9", elsewhere: "172.16.0.9", interface: "10.0.77.9" } as const;
type Outside = keyof typeof OUTSIDE;

function expected(
  scene: GroupScene,
  from: TwinPod,
  to: TwinPod | "database" | Outside,
  port: number,
): Verdict {
  const own: Interface = { ids: groupsOf(scene, from), address: from.ips?.[0] ?? "" };
  if (to === "database") {
    const { address, ids } = scene.database;
    const policies = connected(scene.world, from, { address }, "TCP", port);
    return policies === "blocked" || groupsAllow(scene, own, { address, ids }, port) ? policies : "blocked";
  }
  if (typeof to === "string") {
    const address = OUTSIDE[to];
    const policies = connected(scene.world, from, { address }, "TCP", port);
    if (policies === "blocked") return policies;
    const inVpc = scene.vpc !== undefined && to === "interface";
    // EKS: traffic to what isn't in the VPC carries the node's group, unless external SNAT is on.
    if (own.ids?.includes(NODE) === false && !scene.externalSnat && !inVpc) return "unknown";
    if (groupsAllow(scene, own, { ids: undefined, address }, port)) return policies;
    // An interface that nobody told of may carry a group that nobody given carries.
    const carried = [...scene.attached.flatMap(({ ids }) => ids), ...scene.database.ids, NODE];
    const strangers = IDS.filter((id) => !carried.includes(id));
    const maybe = to === "interface" || (to === "elsewhere" && scene.vpc === undefined);
    return maybe && groupsAllow(scene, own, { ids: strangers, address }, port, false) ? "unknown" : "blocked";
  }
  const policies = connected(scene.world, from, to, "TCP", port);
  if (from === to || policies === "blocked") return policies;
  if (groupsAllow(scene, own, { ids: groupsOf(scene, to), address: to.ips?.[0] ?? "" }, port))
    return policies;
  // Mode `standard`: on one node, pods pass their groups.
  if (from.node === undefined || to.node === undefined) return "unknown";
  return from.node === to.node ? policies : "blocked";
}

/** The scene as AWS and Kubernetes would tell it. */
function inputsOf({ world, groups, attached, database, vpc }: GroupScene, standalone: boolean) {
  const traffic = ({ port }: GroupRule) =>
    port === undefined ? { IpProtocol: "-1" } : { IpProtocol: "tcp", FromPort: port, ToPort: port };
  const inline = (rule: GroupRule) => ({
    ...traffic(rule),
    ...(rule.cidr === undefined ? {} : { IpRanges: [{ CidrIp: rule.cidr }] }),
    ...(rule.group === undefined ? {} : { UserIdGroupPairs: [{ GroupId: rule.group }] }),
  });
  const single = (id: string, IsEgress: boolean) => (rule: GroupRule) => ({
    GroupId: id,
    IsEgress,
    ...traffic(rule),
    ...(rule.cidr === undefined ? {} : { CidrIpv4: rule.cidr }),
    ...(rule.group === undefined ? {} : { ReferencedGroupInfo: { GroupId: rule.group } }),
  });
  const answer = {
    SecurityGroups: groups.map(({ id, ingress, egress }) => ({
      GroupId: id,
      GroupName: id,
      ...(standalone ? {} : { IpPermissions: ingress.map(inline), IpPermissionsEgress: egress.map(inline) }),
    })),
    SecurityGroupRules: standalone
      ? groups.flatMap(({ id, ingress, egress }) => [
          ...ingress.map(single(id, false)),
          ...egress.map(single(id, true)),
        ])
      : [],
    ...(vpc === undefined ? {} : { Vpcs: [{ CidrBlock: vpc }] }),
    Subnets: [{ SubnetId: "subnet-1", CidrBlock: `${database.address}/32` }],
    DBInstances: [
      {
        DBInstanceIdentifier: "orders",
        VpcSecurityGroups: database.ids.map((VpcSecurityGroupId) => ({ VpcSecurityGroupId })),
        DBSubnetGroup: { Subnets: [{ SubnetIdentifier: "subnet-1" }] },
      },
    ],
  };
  const policies = attached.map(({ namespace, app, ids }, i) => ({
    apiVersion: "vpcresources.k8s.aws/v1beta1",
    kind: "SecurityGroupPolicy",
    metadata: { namespace, name: `sgp-${i}` },
    spec: { podSelector: { matchLabels: { app } }, securityGroups: { groupIds: ids } },
  }));
  return { answer, objects: [...manifestsOf(world), ...policies] };
}

describe("reachability: security groups", () => {
  it("agrees with brute force on random groups, pods, databases and placements", () => {
    for (let seed = 1; seed <= 400; seed++) {
      const scene = sceneOf(seed);
      const { answer, objects } = inputsOf(scene, seed % 2 === 0);
      const groups = {
        ...readDescribed([{ file: "aws.json", value: answer }]),
        nodeGroups: [NODE],
        externalSnat: scene.externalSnat,
      };
      const analysis = analysisOfObjects(objects, { ...optionsOf(scene.world), groups });
      const find = (to: TwinPod | "database" | Outside) =>
        analysis.ends.find(({ id, kind }) =>
          to === "database"
            ? id === "orders[Database]"
            : typeof to === "string"
              ? kind === "IPBlock" && AddressSet.of(id).containsAddress(OUTSIDE[to])
              : id === `${to.namespace}/${to.name}[Pod]`,
        );
      for (const from of scene.world.pods) {
        const outside = Object.keys(OUTSIDE) as Outside[];
        for (const to of [...scene.world.pods, "database" as const, ...outside]) {
          const [source, target] = [find(from), find(to)];
          assert.ok(source !== undefined && target !== undefined);
          const open = connection(analysis, source, target);
          for (const port of [53, 80, 443, 8080]) {
            const [actual, wanted] = [verdictOf(open, "TCP", port), expected(scene, from, to, port)];
            // The scene is made a text for a failure only: that takes longer than all else.
            if (actual !== wanted) {
              const question = `${from.name} -> ${JSON.stringify(to)} TCP ${port}`;
              assert.equal(actual, wanted, `seed ${seed}: ${question}\n${JSON.stringify(scene, null, 1)}`);
            }
          }
        }
      }
    }
  });

  it("refuses a saved answer that holds nothing of AWS, and takes unknown prefix lists for anything", () => {
    assert.throws(
      () => readDescribed([{ file: "x.json", value: { a: 1 } }]),
      /x\.json: holds none of SecurityGroups/,
    );
    const rule = {
      GroupId: "sg",
      IsEgress: true,
      IpProtocol: "tcp",
      FromPort: 443,
      ToPort: 443,
      PrefixListId: "pl",
    };
    assert.throws(
      () =>
        readDescribed([
          {
            file: "x.json",
            value: { PrefixLists: [{ PrefixListId: "pl-1", Cidrs: ["10.0.0.0/8", "10.0.0.0/99"] }] },
          },
        ]),
      { name: "PalisadeInputError", message: /^pl-1: "10\.0\.0\.0\/99" has a prefix length/ },
    );
    const { groups } = readDescribed([{ file: "x.json", value: { SecurityGroupRules: [rule] } }]);
    assert.deepEqual(groups[0]?.egress[0]?.peers, [{ kind: "unknown" }]);
  });

  it("a serviceAccountSelector's accounts that aren't given are named; with them, nothing is left to say", () => {
    const web = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { namespace: "shop", name: "web" },
      spec: { template: { spec: { serviceAccountName: "web-sa" } } },
    };
    const attachment = {
      apiVersion: "vpcresources.k8s.aws/v1beta1",
      kind: "SecurityGroupPolicy",
      metadata: { namespace: "shop", name: "sgp" },
      spec: {
        serviceAccountSelector: { matchLabels: { team: "a" } },
        securityGroups: { groupIds: ["sg-1"] },
      },
    };
    const account = {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { namespace: "shop", name: "web-sa", labels: { team: "a" } },
    };
    const groups = readDescribed([
      { file: "x.json", value: { SecurityGroups: [{ GroupId: "sg-1", GroupName: "pods", VpcId: "vpc-1" }] } },
    ]);
    const said = (...more: readonly object[]) =>
      readWorld(sourced([web, attachment, ...more]), {
        groups: { ...groups, nodeGroups: undefined, externalSnat: false },
        representatives: false,
      }).warnings.filter((warning) => warning.includes("serviceAccountSelector"));
    assert.deepEqual(said(), [
      "which pods a serviceAccountSelector means isn't known where the ServiceAccount isn't given (1: SecurityGroupPolicy shop/sgp: ServiceAccount shop/web-sa)",
    ]);
    assert.deepEqual(said(account), []);
  });
});
