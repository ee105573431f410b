import { strict as assert } from "node:assert";
import { database, egress, group, groupPolicy, ingress, peer, tcp } from "../aws";
import { policy, run, type TestResource, UNKNOWN, verdicts, workload } from "../helpers";

const NAME = "network-and-group-parity";
const judge = (stack: readonly TestResource[]) => verdicts(run(stack, {}, { only: NAME }));

const port = (number: number) => ({ ports: [{ protocol: "TCP", port: number }] });
const pods = (app: string) => ({ podSelector: { matchLabels: { app } } });
const pod = (name: string, spec: object) =>
  policy(name, { ...pods(name), policyTypes: ["Ingress", "Egress"], ...spec });
const DB = { to: [{ ipBlock: { cidr: "10.20.0.0/24" } }], ...port(5432) };
const TO_API = { to: [pods("api")], ...port(8080) };
const FROM_WEB = { from: [pods("web")], ...port(8080) };

const outOf = egress("web-out-db", "web", { ...tcp(5432), ...peer("db-group")[0] }, peer("db-group")[1]);
const intoDb = ingress("db-in-web", "db-group", { ...tcp(5432), ...peer("web")[0] }, peer("web")[1]);
const outApi = egress("web-out-api", "web", { ...tcp(8080), ...peer("api")[0] }, peer("api")[1]);
const intoApi = ingress("api-in-web", "api", { ...tcp(8080), ...peer("web")[0] }, peer("web")[1]);

/** web → db and web → api, in both layers. */
const STACK: readonly TestResource[] = [
  pod("web", { egress: [DB, TO_API] }),
  pod("api", { ingress: [FROM_WEB] }),
  ...["web", "api", "db-group"].map((name) => group(name)),
  outOf,
  intoDb,
  outApi,
  intoApi,
  database("db"),
  groupPolicy("web", ["web"]),
  groupPolicy("api", ["api"]),
];

const without = (...dropped: readonly TestResource[]) => STACK.filter((one) => !dropped.includes(one));
const withPod = (name: string, spec: object) =>
  STACK.map((one) => (one.name === name && one.type.includes("NetworkPolicy") ? pod(name, spec) : one));

describe(NAME, () => {
  it("is silent where both layers say the same", () => assert.deepEqual(judge(STACK), []));

  for (const [claim, stack] of Object.entries({
    "egress to the database without the group's egress": without(outOf),
    "egress to the database whose group doesn't admit the pods'": without(intoDb),
    "egress to the database without either group rule": without(outOf, intoDb),
    "a pair of group rules without the pods' egress": withPod("web", { egress: [TO_API] }),
    "egress to another port than the groups'": withPod("web", {
      egress: [{ ...DB, ...port(3306) }, DB, TO_API],
    }),
    "egress to public addresses without the groups'": withPod("web", {
      egress: [DB, TO_API, { to: [{ ipBlock: { cidr: "203.0.113.0/24" } }], ...port(5432) }],
    }),
    "pods' flow without the sender's egress rule": without(outApi),
    "pods' flow without the receiver's ingress rule": without(intoApi),
  })) {
    it(`reports ${claim}`, () => assert.deepEqual(judge(stack), [`${NAME} web`]));
  }

  it("counts a block that the groups open only in part", () => {
    const wide = { to: [{ ipBlock: { cidr: "198.51.100.0/24" } }], ...port(443) };
    const half = (name: string, cidrIpv4: string) => egress(name, "web", { ...tcp(443), cidrIpv4 });
    const halves = [half("h1", "198.51.100.0/25"), half("h2", "198.51.100.128/25")];
    const stack = withPod("web", { egress: [DB, TO_API, wide] });
    assert.deepEqual(judge([...stack, ...halves]), []);
    assert.deepEqual(judge([...stack, ...halves.slice(1)]), [`${NAME} web`]);
  });

  it("takes a prefix list for any address, and another stack's group for private ones", () => {
    const bucket = { to: [{ ipBlock: { cidr: "52.216.0.0/15" } }], ...port(443) };
    const stack = withPod("web", { egress: [DB, TO_API, bucket] });
    const rule = (props: object) => egress("s3", "web", { ...tcp(443), ...props });
    assert.deepEqual(judge([...stack, rule({ prefixListId: "pl-1" })]), []);
    assert.deepEqual(judge([...stack, rule({ referencedSecurityGroupId: "sg-theirs" })]), [`${NAME} web`]);
  });

  it("says nothing of link-local addresses, which pass no group", () => {
    const agent = { to: [{ ipBlock: { cidr: "169.254.170.23/32" } }], ...port(80) };
    assert.deepEqual(judge(withPod("web", { egress: [DB, TO_API, agent] })), []);
  });

  it("judges a flow with pods that have their node's group by the side that is seen", () => {
    const isApi = ({ name, type }: TestResource) => name === "api" && type.includes("SecurityGroupPolicy");
    const plain = STACK.filter((one) => !isApi(one));
    assert.deepEqual(judge(plain), []);
    assert.deepEqual(judge(plain.filter((one) => one !== outApi)), [`${NAME} web`]);
  });

  it("says nothing of pods without groups, of groups of other stacks, and of what isn't isolated", () => {
    const bare = STACK.filter(({ type }) => !type.includes("SecurityGroupPolicy"));
    assert.deepEqual(judge(bare.filter((one) => one !== outOf)), []);
    const theirs = groupPolicy("web", [], { securityGroups: { groupIds: ["sg-theirs"] } });
    const isWeb = ({ name, type }: TestResource) => name === "web" && type.includes("SecurityGroupPolicy");
    const toDatabase = withPod("web", { egress: [DB] }).map((one) => (isWeb(one) ? theirs : one));
    assert.deepEqual(judge(toDatabase.filter((one) => one !== outOf)), []);
    assert.deepEqual(
      judge(STACK.filter((one) => one.name !== "web" || !one.type.includes("NetworkPolicy"))),
      [],
    );
  });

  it("attaches groups by the labels of the pods' ServiceAccount, where the stack shows it", () => {
    const account = (labels: object): TestResource => ({
      type: "kubernetes:core/v1:ServiceAccount",
      name: "payer",
      props: { metadata: { name: "payer", namespace: "shop", labels } },
    });
    const deployment = workload("apps/v1:Deployment", { serviceAccountName: "payer" }, { name: "web" });
    const byAccount = groupPolicy("web", ["web"], {
      podSelector: null,
      serviceAccountSelector: { matchLabels: { pays: "yes" } },
    });
    const stack = (...more: readonly TestResource[]) => [
      ...without(outOf).filter(({ name, type }) => !(name === "web" && type.includes("SecurityGroupPolicy"))),
      deployment,
      byAccount,
      ...more,
    ];
    assert.deepEqual(judge(stack(account({ pays: "yes" }))), [`${NAME} web`]);
    assert.deepEqual(judge(stack(account({ pays: "no" }))), []);
    assert.deepEqual(judge(stack(account({ pays: UNKNOWN }))), []);
    assert.deepEqual(judge(stack()), []);
  });

  it("takes a policy with both selectors for the pods that both mean", () => {
    const both = (pays: string) => [
      ...without(outOf).filter(({ name, type }) => !(name === "web" && type.includes("SecurityGroupPolicy"))),
      workload("apps/v1:Deployment", {}, { name: "web" }),
      groupPolicy("web", ["web"], { serviceAccountSelector: { matchLabels: { pays } } }),
      {
        type: "kubernetes:core/v1:ServiceAccount",
        name: "default",
        props: { metadata: { name: "default", namespace: "shop", labels: { pays: "yes" } } },
      },
    ];
    assert.deepEqual(judge(both("yes")), [`${NAME} web`]);
    assert.deepEqual(judge(both("no")), []);
  });

  it("finds a violation beside unknowns that don't decide it", () => {
    const stack = withPod("web", { egress: [DB, TO_API, { to: [{ ipBlock: { cidr: UNKNOWN } }] }] });
    assert.deepEqual(judge(stack.filter((one) => one !== outOf)), [`${NAME} web`, `${NAME} web?`]);
  });
});
