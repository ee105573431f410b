import type { Bound } from "../../../kubernetes";
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { formatPortSpec, PortSet } from "../../../net";
import { type ClassSets, type EndClass, exactly } from "../../../reachability/compute/classes";
import { DirectionIndex, type Guard } from "../../../reachability/compute/direction";
import { IndexSet } from "../../../reachability/compute/indexSet";
import { PortTable, type Terms } from "../../../reachability/compute/terms";
import type { RulePorts } from "../../../reachability/read";

const NONE = { lower: [], upper: [] };
const pod = (more: Partial<EndClass> = {}): EndClass => ({
  kind: "pods",
  namespace: "shop",
  hostNetwork: "no",
  node: undefined,
  selectors: NONE,
  blocks: NONE,
  namedPorts: new Map(),
  portsComplete: true,
  groups: { ids: undefined, known: true, own: false },
  behind: "",
  families: { 4: "yes", 6: "no" },
  ...more,
});

/** Four classes: web listens on http 8080, api on http 8081, of job's ports not all are known, db has none by name. */
const [WEB, API, JOB, DB] = [0, 1, 2, 3];
const CLASSES = [
  pod({ namedPorts: new Map([["TCP/http", [8080]]]) }),
  pod({ namedPorts: new Map([["TCP/http", [8081]]]) }),
  pod({ portsComplete: false }),
  pod(),
];
const set = (...members: number[]) => IndexSet.of(CLASSES.length, members);
const surely = (...members: number[]) => exactly(set(...members));
/** `lower` for sure, and `upper`, which include them, perhaps. */
const perhaps = (lower: number[], upper: number[]): ClassSets => ({
  lower: set(...lower),
  upper: set(...upper),
});

const tcp = (port: number) => PortSet.of([{ protocol: "TCP", from: port, to: port }]);
const ports = (...numbers: number[]): RulePorts => ({
  numbers: numbers.reduce((sum, port) => sum.union(tcp(port)), PortSet.empty),
  named: [],
  maybe: PortSet.empty,
});
const HTTP: RulePorts = {
  numbers: PortSet.empty,
  named: [{ protocol: "TCP", name: "http" }],
  maybe: PortSet.empty,
};
const guard = (selected: ClassSets, isolates: Guard["isolates"], ...rules: Guard["rules"]): Guard => ({
  selected,
  isolates,
  rules,
});
const to = (peers: ClassSets, rule: RulePorts) => ({ peers, ports: rule });

const table = new PortTable();
const index = (bound: Bound, side: "egress" | "ingress", ...guards: Guard[]) =>
  new DirectionIndex({ classes: CLASSES, table }, guards, bound, side);
const text = (open: PortSet) => open.ranges().map(formatPortSpec).join(" ");
/** A row by class: the ports at each class that it has some at. */
const row = (terms: Terms | undefined) =>
  terms &&
  Object.fromEntries(
    [...CLASSES.keys()].flatMap((member) => {
      const open = portsAt(terms, member);
      return open.isEmpty() ? [] : [[member, text(open)]];
    }),
  );
const portsAt = (terms: Terms, member: number) =>
  terms
    .filter((term) => term.set.has(member))
    .reduce((sum, term) => sum.union(table.get(term.ports)), PortSet.empty);

const BOUNDS: readonly Bound[] = ["lower", "upper"];

describe("reachability/compute/direction: one direction of one layer", () => {
  describe("who is open", () => {
    const open = (...guards: Guard[]) =>
      BOUNDS.map((bound) =>
        index(bound, "egress", ...guards)
          .open()
          .toArray(),
      );
    const all = [WEB, API, JOB, DB];

    it("is everybody where nothing isolates, and all but those that something surely isolates", () => {
      assert.deepEqual(open(), [all, all]);
      assert.deepEqual(open(guard(surely(WEB), "no")), [all, all]);
      assert.deepEqual(open(guard(surely(WEB, DB), "yes")), [
        [API, JOB],
        [API, JOB],
      ]);
    });

    it("is at most, and not surely, whom a guard may isolate or may select", () => {
      assert.deepEqual(open(guard(surely(WEB), "maybe")), [[API, JOB, DB], all]);
      assert.deepEqual(open(guard(perhaps([WEB], [WEB, API]), "yes")), [
        [JOB, DB],
        [API, JOB, DB],
      ]);
    });
  });

  describe("what the guards of a class let through", () => {
    const rows = (member: number, ...guards: Guard[]) =>
      BOUNDS.map((bound) => row(index(bound, "egress", ...guards).terms(member)));

    it("is undefined where nothing guards it, nothing where no rule is, and what the rules of all say", () => {
      assert.deepEqual(rows(API, guard(surely(WEB), "yes")), [undefined, undefined]);
      assert.deepEqual(rows(WEB, guard(surely(WEB), "yes")), [{}, {}]);
      const both = [
        guard(surely(WEB), "yes", to(surely(DB), ports(5432))),
        guard(surely(WEB, API), "yes", to(surely(DB, JOB), ports(80))),
      ];
      const said = { [DB]: "tcp/80 tcp/5432", [JOB]: "tcp/80" };
      assert.deepEqual(rows(WEB, ...both), [said, said]);
      assert.deepEqual(rows(API, ...both), [
        { [DB]: "tcp/80", [JOB]: "tcp/80" },
        { [DB]: "tcp/80", [JOB]: "tcp/80" },
      ]);
    });

    it("takes a guard that may apply at most, beside one that surely does", () => {
      const sure = guard(surely(WEB), "yes", to(surely(DB), ports(5432)));
      const maybe = guard(surely(WEB), "maybe", to(surely(DB), ports(80)));
      const selectedPerhaps = guard(perhaps([], [WEB]), "yes", to(surely(JOB), ports(81)));
      assert.deepEqual(rows(WEB, sure, maybe, selectedPerhaps), [
        { [DB]: "tcp/5432" },
        { [DB]: "tcp/80 tcp/5432", [JOB]: "tcp/81" },
      ]);
    });

    it("is surely what all of several agree on, and at most open, where each only may apply", () => {
      const one = guard(surely(WEB), "maybe", to(surely(DB, JOB), ports(80, 81)));
      const other = guard(perhaps([], [WEB]), "yes", to(surely(DB), ports(81, 82)));
      assert.deepEqual(rows(WEB, one, other), [{ [DB]: "tcp/81" }, undefined]);
      assert.deepEqual(rows(WEB, one), [{ [DB]: "tcp/80-81", [JOB]: "tcp/80-81" }, undefined]);
    });

    it("counts peers that may be meant, and ports that may be, at most", () => {
      const doubtful: RulePorts = { ...ports(80), maybe: tcp(81) };
      assert.deepEqual(rows(WEB, guard(surely(WEB), "yes", to(perhaps([DB], [DB, JOB]), doubtful))), [
        { [DB]: "tcp/80" },
        { [DB]: "tcp/80-81", [JOB]: "tcp/80-81" },
      ]);
    });
  });

  describe("a port by its name", () => {
    const rule = to(surely(WEB, API, JOB, DB), HTTP);
    const anyTcp = text(PortSet.allOf("TCP"));

    it("is each destination's number on egress; of a class whose ports aren't all known, any at most", () => {
      assert.deepEqual(
        BOUNDS.map((bound) => row(index(bound, "egress", guard(surely(DB), "yes", rule)).terms(DB))),
        [
          { [WEB]: "tcp/8080", [API]: "tcp/8081" },
          { [WEB]: "tcp/8080", [API]: "tcp/8081", [JOB]: anyTcp },
        ],
      );
    });

    it("is the class's own number on ingress, whoever comes", () => {
      const into = (member: number) =>
        BOUNDS.map((bound) =>
          row(
            index(bound, "ingress", guard(surely(WEB, API, JOB, DB), "yes", to(surely(DB), HTTP))).terms(
              member,
            ),
          ),
        );
      assert.deepEqual(into(WEB), [{ [DB]: "tcp/8080" }, { [DB]: "tcp/8080" }]);
      assert.deepEqual(into(API), [{ [DB]: "tcp/8081" }, { [DB]: "tcp/8081" }]);
      assert.deepEqual(into(DB), [{}, {}]);
      assert.deepEqual(into(JOB), [{}, { [DB]: anyTcp }]);
    });
  });

  it("says the same of ingress from the other end, whatever the guards", () => {
    const members = fc
      .uniqueArray(fc.integer({ min: 0, max: CLASSES.length - 1 }))
      .map((list) => list.sort());
    const sets = fc.oneof(
      members.map((list) => surely(...list)),
      fc.tuple(members, members).map(([a, b]) => perhaps(a, [...new Set([...a, ...b])].sort())),
    );
    const rulePorts = fc.constantFrom(ports(80), ports(80, 81), HTTP, { ...HTTP, maybe: tcp(80) });
    const guards = fc.array(
      fc.record({
        selected: sets,
        isolates: fc.constantFrom<Guard["isolates"]>("yes", "no", "maybe"),
        rules: fc.array(fc.record({ peers: sets, ports: rulePorts }), { maxLength: 3 }),
      }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(guards, fc.constantFrom(...BOUNDS), (made, bound) => {
        const direction = index(bound, "ingress", ...made);
        const seen = direction.transposed();
        for (const [member] of CLASSES.entries()) {
          const terms = direction.terms(member);
          if (terms === undefined) continue;
          for (const [other] of CLASSES.entries())
            assert.deepEqual(text(portsAt(terms, other)), text(portsAt(seen[other] ?? [], member)));
        }
      }),
    );
  });
});
