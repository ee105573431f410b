import { strict as assert } from "node:assert";
import { changesOf } from "../../../cli/diff/changes";
import { compare } from "../../../cli/diff/compare";
import { partyText } from "../../../reachability/answer/formats";
import { readWorld } from "../../../reachability/read";
import { sourced } from "../../reachability/worlds";

const pod = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", labels: { app: name } },
  spec: { containers: [{ name: "main", image: "main" }] },
});
const ingress = (name: string, ...from: readonly object[]) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: `${name}-ingress`, namespace: "shop" },
  spec: { podSelector: { matchLabels: { app: name } }, policyTypes: ["Ingress"], ingress: from },
});
const egress = (name: string, ...to: readonly object[]) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: `${name}-egress`, namespace: "shop" },
  spec: { podSelector: { matchLabels: { app: name } }, policyTypes: ["Egress"], egress: to },
});
const from = (app: string, port: number) => ({
  from: [{ podSelector: { matchLabels: { app } } }],
  ports: [{ port }],
});
const to = (app: string, port: number) => ({
  to: [{ podSelector: { matchLabels: { app } } }],
  ports: [{ port }],
});

/** What changes between two inputs, as `kind from → to + gained − lost` with the causes. */
function changes(before: readonly object[], after: readonly object[]): readonly (readonly string[])[] {
  const side = (objects: readonly object[]) => {
    const { world, warnings } = readWorld(sourced(objects), { representatives: false });
    return { kind: "worlds", loaded: [{ world, warnings }], isLive: false } as const;
  };
  const [only] = changesOf(compare([side(before), side(after)], true));
  return (only?.lines ?? []).map((line) => [
    `${line.kind} ${partyText(line.from)} → ${partyText(line.to)}: +${line.gained} −${line.lost}`,
    ...line.because,
  ]);
}

describe("what a change gains and loses, and by which policy", () => {
  const [web, db] = [pod("web"), pod("db")];

  it("a rule more: the rule that lets it in", () => {
    assert.deepEqual(
      changes(
        [web, db, ingress("web"), ingress("db")],
        [web, db, ingress("web"), ingress("db", from("web", 5432))],
      ),
      [
        [
          "gained shop/web[Pod] → shop/db[Pod]: +TCP 5432 −",
          "NetworkPolicy shop/db-ingress spec.ingress[0] lets it in",
        ],
      ],
    );
  });

  it("a policy of a tier more or less: that one, not the NetworkPolicy that it overrides", () => {
    const tier = (action: string) => ({
      apiVersion: "policy.networking.k8s.io/v1beta1",
      kind: "ClusterNetworkPolicy",
      metadata: { name: "admin" },
      spec: {
        tier: "Admin",
        priority: 10,
        subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "db" } } } },
        ingress: [
          {
            action,
            from: [{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "web" } } } }],
            protocols: [{ tcp: { destinationPort: { number: 5432 } } }],
          },
        ],
      },
    });
    const open = [web, db, ingress("web"), ingress("db", from("web", 5432))];
    const shut = [web, db, ingress("web"), ingress("db")];
    const gained = "gained shop/web[Pod] → shop/db[Pod]: +TCP 5432 −";
    const lost = "lost shop/web[Pod] → shop/db[Pod]: + −TCP 5432";
    const rule = "ClusterNetworkPolicy admin spec.ingress[0]";
    assert.deepEqual(changes(open, [...open, tier("Deny")]), [[lost, `${rule} denies it in`]]);
    assert.deepEqual(changes([...open, tier("Deny")], open), [[gained, `${rule} no longer denies it in`]]);
    assert.deepEqual(changes(shut, [...shut, tier("Accept")]), [[gained, `${rule} lets it in`]]);
    assert.deepEqual(changes([...shut, tier("Accept")], shut), [[lost, `${rule} no longer lets it in`]]);
  });

  it("a rule less: the rule that was", () => {
    const others = [web, db, ingress("web"), ingress("db", from("web", 5432))];
    assert.deepEqual(changes([...others, egress("web", to("db", 5432))], [...others, egress("web")]), [
      [
        "lost shop/web[Pod] → shop/db[Pod]: + −TCP 5432",
        "NetworkPolicy shop/web-egress spec.egress[0] no longer lets it out",
      ],
    ]);
  });

  it("a port in another's place: one changed line, with both rules", () => {
    const others = [web, db, ingress("web")];
    assert.deepEqual(
      changes([...others, ingress("db", from("web", 5432))], [...others, ingress("db", from("web", 5433))]),
      [
        [
          "changed shop/web[Pod] → shop/db[Pod]: +TCP 5433 −TCP 5432",
          "NetworkPolicy shop/db-ingress spec.ingress[0] lets it in",
          "NetworkPolicy shop/db-ingress spec.ingress[0] no longer lets it in",
        ],
      ],
    );
  });

  it("a policy that goes, and one that comes: what isolated, and what isolates", () => {
    const others = [web, db, ingress("web")];
    const [gained] = changes([...others, ingress("db")], others).filter(([line = ""]) =>
      line.includes("shop/web[Pod] → shop/db"),
    );
    assert.deepEqual(gained, [
      "gained shop/web[Pod] → shop/db[Pod]: +All Connections −",
      "NetworkPolicy shop/db-ingress no longer isolates the destination",
    ]);
    const [lost] = changes(others, [...others, ingress("db")]).filter(([line = ""]) =>
      line.includes("shop/web[Pod] → shop/db"),
    );
    assert.deepEqual(lost, [
      "lost shop/web[Pod] → shop/db[Pod]: + −All Connections",
      "NetworkPolicy shop/db-ingress isolates the destination and doesn't let it in",
    ]);
  });

  it("a pod that comes or goes: that it does", () => {
    const others = [web, ingress("web"), ingress("db", from("web", 5432))];
    assert.deepEqual(
      changes(others, [...others, db]).filter(([line = ""]) => line.includes("→ shop/db")),
      [["gained shop/web[Pod] → shop/db[Pod]: +TCP 5432 −", "shop/db[Pod] is new"]],
    );
    assert.deepEqual(
      changes([...others, db], others).filter(([line = ""]) => line.includes("→ shop/db")),
      [["lost shop/web[Pod] → shop/db[Pod]: + −TCP 5432", "shop/db[Pod] is gone"]],
    );
  });

  it("nothing: no line", () => {
    assert.deepEqual(changes([web, db, ingress("db")], [web, db, ingress("db")]), []);
  });

  it("of two clusters one less or more: the connections of that one, the other's stay as they are", () => {
    const side = (...clusters: readonly string[]) => ({
      kind: "worlds" as const,
      isLive: false,
      loaded: clusters.map((cluster) => ({
        cluster,
        ...readWorld(sourced([web, db, ingress("web"), ingress("db", from("web", 5432))]), {
          representatives: false,
        }),
      })),
    });
    const between = (before: readonly string[], after: readonly string[]) =>
      changesOf(compare([side(...before), side(...after)], true)).map(({ cluster, lines }) => ({
        cluster,
        lines: lines.map(({ kind, from, to, because }) => [kind, partyText(from), partyText(to), ...because]),
      }));
    const [pods, outside] = [["shop/db[Pod]", "shop/web[Pod]"], "anywhere outside"];
    const of = (kind: string, word: string) => [
      ...pods.map((one) => [kind, one, outside, `cluster b ${word}`]),
      [kind, "shop/web[Pod]", "shop/db[Pod]", `cluster b ${word}`],
    ];
    const sorted = (lines: readonly (readonly string[])[]) => lines.map((line) => line.join(" ")).sort();
    const cases = [
      { found: between(["a", "b"], ["a"]), lines: of("lost", "is gone") },
      { found: between(["a"], ["a", "b"]), lines: of("gained", "is new") },
    ];
    for (const { found, lines } of cases) {
      assert.deepEqual(
        found.map(({ cluster, lines: there }) => ({ cluster, lines: sorted(there) })),
        [
          { cluster: "a", lines: [] },
          { cluster: "b", lines: sorted(lines) },
        ],
      );
    }
  });
});
