import { strict as assert } from "node:assert";
import {
  compareObjects,
  driftText,
  isFinding,
  objectName,
  type PlainObject,
  revertCommand,
} from "../../verify/drift";
import { openedBy } from "../../verify/liveWorld";

const unknown = Symbol("unknown");

const policy = (name: string, spec: object, metadata: object = {}) => ({
  ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", spec },
  metadata: { name, namespace: "shop", ...metadata },
});

const planned = policy(
  "db-ingress",
  {
    podSelector: { matchLabels: { app: "db" } },
    policyTypes: ["Ingress"],
    ingress: [
      { from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ protocol: "TCP", port: 5432 }] },
    ],
  },
  { labels: { owner: "shop" }, annotations: { why: "data" } },
);

const texts = (live: readonly PlainObject[], plan: readonly PlainObject[] = [planned]): string[] =>
  compareObjects(plan, new Map(live.map((each) => [objectName(each), each])), unknown).map(driftText);

describe("verify: drift", () => {
  describe("what somebody has appended, which Pulumi doesn't see,", () => {
    const [rule] = planned.spec["ingress" as keyof typeof planned.spec] as object[];
    const key = "nobody";
    const nobody = {
      podSelector: {
        matchExpressions: [
          { key, operator: "Exists" },
          { key, operator: "DoesNotExist" },
        ],
      },
    };
    const isolation = policy("isolation", {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [nobody] }],
      egress: [{ to: [nobody] }],
    });
    const attachment = {
      ...{ apiVersion: "vpcresources.k8s.aws/v1beta1", kind: "SecurityGroupPolicy" },
      metadata: { name: "web", namespace: "shop" },
      spec: { podSelector: {}, securityGroups: { groupIds: ["sg-1"] } },
    };
    const cases: readonly (readonly [string, PlainObject, object, string])[] = [
      ["a rule for everyone in isolation", isolation, { ingress: [{ from: [nobody] }, {}] }, "spec.ingress"],
      ["a rule in a workload's policy", planned, { ingress: [rule, {}] }, "spec.ingress"],
      [
        "a peer",
        planned,
        {
          ingress: [
            {
              ...rule,
              from: [{ podSelector: { matchLabels: { app: "web" } } }, { podSelector: {} }],
            },
          ],
        },
        "spec.ingress[0].from",
      ],
      [
        "a security group",
        attachment,
        { securityGroups: { groupIds: ["sg-1", "sg-2"] } },
        "spec.securityGroups.groupIds",
      ],
    ];
    for (const [what, object, change, field] of cases) {
      it(`is named and can be taken back: ${what}`, () => {
        const { spec } = object as unknown as { spec: object };
        const live = { ...object, spec: { ...spec, ...change } } as PlainObject;
        const found = compareObjects([object], new Map([[objectName(live), live]]), unknown);
        assert.deepEqual(
          found.map((each) => (each.kind === "changed" ? each.field : each.kind)),
          [field],
        );
        const patch = JSON.stringify([{ op: "replace", path: "/spec", value: spec }]);
        assert.equal(
          revertCommand(object, found, { context: "lab" }, unknown),
          `kubectl --context lab -n shop patch ${object.kind.toLowerCase()} ${object.metadata.name} --type=json -p '${patch}'`,
        );
      });
    }
  });

  it("takes away what a list has beyond the plan where the plan doesn't know its items: groups that the stack makes", () => {
    const attachment = (groupIds: readonly unknown[]) => ({
      ...{ apiVersion: "vpcresources.k8s.aws/v1beta1", kind: "SecurityGroupPolicy" },
      metadata: { name: "web", namespace: "shop" },
      spec: { podSelector: {}, securityGroups: { groupIds } },
    });
    const plan = attachment([unknown, unknown]);
    const revert = (live: PlainObject) =>
      revertCommand(
        plan,
        compareObjects([plan], new Map([[objectName(live), live]]), unknown),
        { context: "lab" },
        unknown,
      );
    const path = "/spec/securityGroups/groupIds";
    const patch = JSON.stringify([
      ...[
        { op: "test", path: `${path}/3`, value: "sg-4" },
        { op: "remove", path: `${path}/3` },
      ],
      ...[
        { op: "test", path: `${path}/2`, value: "sg-3" },
        { op: "remove", path: `${path}/2` },
      ],
    ]);
    assert.equal(
      revert(attachment(["sg-1", "sg-2", "sg-3", "sg-4"])),
      `kubectl --context lab -n shop patch securitygrouppolicy web --type=json -p '${patch}'`,
    );
    assert.equal(revert(attachment(["sg-1", "sg-2"])), undefined);
    // One that was taken away: Pulumi sees it.
    assert.equal(revert(attachment(["sg-1"])), undefined);
  });

  it("offers no command for what isn't changed, what only has other labels, and what the plan doesn't know whole", () => {
    const where = { context: "it's", kubeconfig: "/a b" };
    const named = {
      kind: "changed",
      object: "NetworkPolicy shop/db-ingress",
      planned: "",
      live: "",
    } as const;
    assert.equal(revertCommand(planned, [], where, unknown), undefined);
    assert.equal(
      revertCommand(planned, [{ ...named, field: "metadata.labels[owner]" }], where, unknown),
      undefined,
    );
    const open = policy("db-ingress", { ingress: [{ from: unknown }] });
    assert.equal(revertCommand(open, [{ ...named, field: "spec.ingress" }], where, unknown), undefined);
    assert.match(
      revertCommand(planned, [{ ...named, field: "spec.ingress" }], where, unknown) ?? "",
      /^kubectl --kubeconfig '\/a b' --context 'it'\\''s' -n shop patch networkpolicy db-ingress --type=json -p '\[/,
    );
  });

  it("finds nothing where the API server only filled in defaults and others added labels", () => {
    const live = {
      ...policy("db-ingress", {
        ...planned.spec,
        egress: [],
        ingress: planned.spec["ingress" as keyof typeof planned.spec],
      }),
      metadata: {
        ...planned.metadata,
        uid: "1",
        labels: { owner: "shop", "argocd.argoproj.io/instance": "x" },
        annotations: { why: "data", "kubectl.kubernetes.io/last-applied-configuration": "{}" },
      },
    };
    assert.deepEqual(texts([live]), []);
    const bare = policy("open", { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] });
    const filled = policy("open", {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ ports: [{ port: 80, protocol: "TCP" }] }],
    });
    assert.deepEqual(texts([filled], [bare]), []);
    assert.deepEqual(texts([bare], [filled]), []);
  });

  it("names a missing object, a changed label, and the field of a spec that differs", () => {
    assert.deepEqual(texts([]), ["NetworkPolicy shop/db-ingress: is missing"]);
    const live = {
      ...policy("db-ingress", {
        ...planned.spec,
        ingress: [
          {
            from: [{ podSelector: { matchLabels: { app: "evil" } } }],
            ports: [{ protocol: "TCP", port: 5432 }],
          },
        ],
      }),
      metadata: { ...planned.metadata, labels: { owner: "else" } },
    };
    assert.deepEqual(texts([live]), [
      'NetworkPolicy shop/db-ingress: metadata.labels[owner] is "else", planned "shop"',
      'NetworkPolicy shop/db-ingress: spec.ingress[0].from[0].podSelector.matchLabels.app is "evil", planned "web"',
    ]);
  });

  it("tells a rule for everyone from no rule, and a peer list that is gone from one that is there", () => {
    const everyone = policy("db-ingress", { ...planned.spec, ingress: [{}] }, planned.metadata);
    const nobody = policy("db-ingress", { ...planned.spec, ingress: [] }, planned.metadata);
    const withoutFrom = policy(
      "db-ingress",
      { ...planned.spec, ingress: [{ ports: [{ protocol: "TCP", port: 5432 }] }] },
      planned.metadata,
    );
    for (const live of [everyone, nobody, withoutFrom]) assert.notDeepEqual(texts([live]), []);
    assert.notDeepEqual(texts([everyone], [nobody]), []);
    assert.notDeepEqual(texts([nobody], [everyone]), []);
  });

  it("compares nothing with what isn't known before it is made", () => {
    const plan = {
      kind: "SecurityGroupPolicy",
      metadata: { name: "web", namespace: "shop" },
      spec: { securityGroups: { groupIds: [unknown] } },
    };
    const live = { ...plan, spec: { securityGroups: { groupIds: ["sg-1"] } } };
    assert.deepEqual(texts([live], [plan]), []);
    const more = { ...plan, spec: { securityGroups: { groupIds: ["sg-1", "sg-2"] } } };
    assert.deepEqual(texts([more], [plan]), [
      'SecurityGroupPolicy shop/web: spec.securityGroups.groupIds is ["sg-1","sg-2"], planned ["(not known yet)"]',
    ]);
  });

  it("an unexpected policy is a finding only where it opens something, for pods that run or for any that might", () => {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
    const isolation = policy("isolation", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "db", namespace: "shop", labels: { app: "db" } },
      spec: { containers: [] },
      status: { podIPs: [{ ip: "10.42.0.1" }] },
    };
    const world = [namespace, isolation, pod];
    const open = policy("temporary", { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] });
    const admits = openedBy([open], world, "k3s");
    assert.ok(
      admits.some((line) => line.includes("shop/db[Pod]")),
      admits.join("\n"),
    );
    assert.equal(isFinding({ kind: "unexpected", object: "x", admits }), true);
    const closed = policy("second", { podSelector: {}, policyTypes: ["Ingress"] });
    assert.deepEqual(openedBy([closed], world, "k3s"), []);
    assert.equal(isFinding({ kind: "unexpected", object: "x", admits: [] }), false);
  });
});
