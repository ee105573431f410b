import { strict as assert } from "node:assert";
import { type Finding, messageOf } from "../../../policypack/finding";
import { defaultConfig } from "../../../policypack/policyConfig";
import { exactlyDeclared } from "../../../policypack/invariants/exactlyDeclared";
import { settingsSchema } from "../../../policypack/settings";
import { reveal, UNKNOWN_VALUE } from "../../../policypack/values/reveal";
import type { PlannedResource } from "../../../proof";
import { UNKNOWN } from "../../../kubernetes";
import { planOn, POLICY } from "../../proof/everyEnd";

/** A plan's resources as the engine tells them. */
const told = (plan: readonly PlannedResource[]) =>
  plan.map(({ urn, type, name, parent, outputs, propertyDependencies }) => ({
    urn,
    type,
    name,
    parent,
    props: wire(outputs),
    provider: {
      urn: "urn:pulumi:dev::p::pulumi:providers:kubernetes::lab",
      name: "lab",
      props: reveal({}),
    },
    propertyDependencies,
  }));

/** The pack's reading, with what isn't known as that. */
function wire(value: unknown): ReturnType<typeof reveal> {
  if (value === UNKNOWN) return UNKNOWN_VALUE;
  if (Array.isArray(value)) return { kind: "list", items: value.map(wire) };
  if (typeof value !== "object" || value === null) return reveal(value);
  return { kind: "map", entries: new Map(Object.entries(value).map(([key, inner]) => [key, wire(inner)])) };
}

const judge = (plan: readonly PlannedResource[]) =>
  exactlyDeclared.judge(
    [],
    {},
    {
      settings: defaultConfig(settingsSchema),
      today: "2026-01-01",
      blocks: () => true,
      resources: told(plan),
    },
  );

const PLAN = planOn("calico");
const changed = (name: string, spec: object): PlannedResource[] =>
  PLAN.map((one) =>
    one.type === POLICY && one.name.endsWith(name)
      ? { ...one, outputs: { ...one.outputs, spec }, inputs: { ...one.inputs, spec } }
      : one,
  );

describe("exactly-declared", () => {
  it("is silent where what is declared is open and nothing else", () => {
    assert.deepEqual(judge(PLAN), []);
  });

  it("is silent on a stack without applications of ours", () => {
    assert.deepEqual(judge(PLAN.filter(({ type }) => type === POLICY)), []);
  });

  const WIDE = { podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Egress"], egress: [{}] };
  /** What the widened egress of `db` opens, and on one side only. */
  const OPEN = [
    "db → kube-system/traefik, any other pod of kube-system, any other pod of tools, tools/backup, pods of any other namespace, anywhere outside all",
    "db → kube-system/kube-dns, kube-system/traefik,kube-dns tcp/1-52 tcp/54-65535 udp/1-52 udp/54-65535 sctp/1-65535",
  ];
  const HALF =
    "db → bank/teller, any other pod of bank, agent, db, web/read, web/write, shop/web, any other pod of shop all";
  const texts = (findings: readonly Finding[]) => findings.map(messageOf);

  it("names what opens more and by what, and a declared flow that isn't open, on the application", () => {
    const findings = judge(changed("db-egress", WIDE));
    assert.deepEqual(
      findings.map((one) => one.kind === "violation" && [one.title, one.namespace, one.wrong, one.evidence]),
      [
        ...OPEN.map((text) => `is open to more than it declares: ${text}`),
        `lets more through on one side than it declares: ${HALF}`,
      ].map((wrong) => [
        "application lab/shop",
        "shop",
        wrong,
        "NetworkPolicy shop/db-egress spec.egress[0]",
      ]),
    );
    const gone = judge(PLAN.filter(({ name }) => !name.endsWith("/db-ingress")));
    assert.deepEqual(
      gone.map((one) => one.kind === "violation" && [one.title, one.wrong]),
      ["web → db tcp/5432", "pods app=backup in namespace tools → db tcp/5432"].map((flow) => [
        "application lab/shop",
        `declares a flow that isn't open: ${flow}`,
      ]),
    );
  });

  it("is undecided, and never silent, where part of a policy or of the declaration isn't known", () => {
    const unknown = judge(changed("db-egress", { ...WIDE, egress: [{ to: UNKNOWN }] }));
    assert.deepEqual(
      unknown.map((one) => one.kind === "undecided" && [one.title, ...one.fields]),
      [["application lab/shop", ...OPEN, "every workload → cluster DNS tcp/53, udp/53 (tcp/53 udp/53)"]],
    );
    const undeclared = judge(
      PLAN.map((one) => ("declared" in one.outputs ? { ...one, outputs: { declared: UNKNOWN } } : one)),
    );
    assert.deepEqual(
      undeclared.map((one) => [one.kind, one.title]),
      [
        ["undecided", "application lab/shop"],
        ["undecided", "application lab/bank"],
      ],
    );
  });

  describe("says plainly what isn't enforced, and fails nothing of it", () => {
    type Declared = Readonly<Record<string, unknown>> & {
      readonly workloads: readonly { readonly id: string }[];
    };
    /** The plan as one whose application `shop` declares something else about itself. */
    const as = (plan: readonly PlannedResource[], change: (declared: Declared) => object) =>
      plan.map((one): PlannedResource => {
        const declared = one.outputs["declared"] as Declared | undefined;
        if (declared?.["application"] !== "shop") return one;
        return { ...one, outputs: { declared: { ...declared, ...change(declared) } } };
      });
    const NOT_PROVEN = "application lab/shop isn't proven to be open exactly as it declares";
    const differences = [...OPEN, HALF].map((text) => `${text} (nobody declares it)`).join("; ");

    for (const stage of ["observe", "off"])
      it(`at the stage ${stage}, with what differs`, () => {
        const found = judge(as(changed("db-egress", WIDE), () => ({ stage })));
        assert.deepEqual(texts(found), [
          `${NOT_PROVEN}, because its stage is ${stage}, which blocks nothing. Evidence: ${differences}.`,
        ]);
      });

    it("in a namespace that was there before, also where nothing differs", () => {
      const because =
        "because its namespace was there before, and may hold policies of others that no plan shows";
      const adopted = () => ({ adopted: true });
      assert.deepEqual(texts(judge(as(PLAN, adopted))), [
        `${NOT_PROVEN}, ${because}. Evidence: what this stack opens is what it declares.`,
      ]);
      const gone = PLAN.filter(({ name }) => !name.endsWith("/db-ingress"));
      assert.deepEqual(texts(judge(as(gone, adopted))), [
        `${NOT_PROVEN}, ${because}. Evidence: web → db tcp/5432 (tcp/5432 isn't open); ` +
          "pods app=backup in namespace tools → db tcp/5432 (tcp/5432 isn't open).",
      ]);
    });

    it("of a workload that stays observed, beside what the others violate", () => {
      const observing = ({ workloads }: Declared) => ({
        workloads: workloads.map((one) => (one.id === "db" ? { ...one, observed: true } : one)),
      });
      assert.deepEqual(texts(judge(as(changed("db-egress", WIDE), observing))), [
        `${NOT_PROVEN} where its workloads are only observed, because their stage is observe, which blocks nothing. ` +
          `Evidence: ${[...OPEN, HALF].join("; ")}.`,
      ]);
      assert.deepEqual(judge(as(PLAN, observing)), []);
      const both = changed("db-egress", WIDE).filter(({ name }) => !name.endsWith("/agent-ingress"));
      assert.deepEqual(
        judge(as(both, observing)).map(({ kind }) => kind),
        ["violation", "notice"],
      );
    });
  });
});
