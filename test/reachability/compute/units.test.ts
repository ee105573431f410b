import { strict as assert } from "node:assert";
import { type Bound, UNKNOWN } from "../../../kubernetes";
import { formatPortSpec, type PortSet } from "../../../net";
import { type ReportedEnd, endsOf } from "../../../reachability/compute/ends";
import { type ClassRelation, relate } from "../../../reachability/compute/relation";
import { unitRelation, type UnitRelation } from "../../../reachability/compute/units";
import { readWorld } from "../../../reachability/read";
import { sourced } from "../worlds";

const pod = (name: string, labels: object = { app: name }) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", labels },
  spec: { containers: [{ name: "main", image: "main" }] },
});
/** What the pods of a label may be reached from, or reach. */
const policy = (app: string, direction: "Ingress" | "Egress", ...rules: object[]) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: `${app}-${direction.toLowerCase()}`, namespace: "shop" },
  spec: {
    podSelector: { matchLabels: { app } },
    policyTypes: [direction],
    [direction.toLowerCase()]: rules,
  },
});
const peers = (...apps: string[]) => apps.map((app) => ({ podSelector: { matchLabels: { app } } }));
const tcp = (...ports: unknown[]) => ports.map((port) => ({ protocol: "TCP", port }));

/** red reaches db on 80 and 81, blue on 81 and 82; grey, whose label isn't known, perhaps. */
const WORLD = [
  pod("red"),
  pod("blue"),
  pod("db"),
  policy(
    "db",
    "Ingress",
    { from: peers("red"), ports: tcp(80, 81) },
    { from: peers("blue"), ports: tcp(81, 82) },
  ),
  policy("db", "Egress", { to: peers("red"), ports: tcp(90, 91) }, { to: peers("blue"), ports: tcp(91) }),
];

const relationOf = (objects: readonly object[]) => {
  const { world } = readWorld(sourced(objects), { representatives: false, unplaced: "in no block" });
  const relation = relate(world);
  return { relation, ends: endsOf(world, relation.classes) };
};

/** One end whose pods are those of several. */
function joined(ends: readonly ReportedEnd[], name: string, ...parts: readonly string[]): ReportedEnd[] {
  const members = ends.filter((end) => parts.includes(end.name));
  const classes = [...new Set(members.flatMap((end) => end.classes))].sort((a, b) => a - b);
  const [first] = members;
  assert.ok(first !== undefined);
  return [
    ...ends.filter((end) => !members.includes(end)),
    { ...first, id: name, name, classes, plural: true },
  ];
}

const text = (ports: PortSet) => (ports.isAll() ? "all" : ports.ranges().map(formatPortSpec).join(" "));
/** A unit's row by the names of its targets, addresses outside left out. */
function row(relation: UnitRelation, bound: Bound, from: string): Record<string, string> {
  const { units, table } = relation;
  const source = units.findIndex(({ ends }) => ends.some(({ name }) => name === from));
  const found: Record<string, string> = {};
  for (const { ports, set } of relation[bound][source] ?? [])
    set.forEach((unit) => {
      for (const { name, kind } of units[unit]?.ends ?? [])
        if (kind !== "IPBlock") found[name] = text(table.get(ports));
    });
  return found;
}
const bounds = (relation: UnitRelation, from: string) =>
  (["lower", "upper"] as const).map((bound) => row(relation, bound, from));
const units = (relation: ClassRelation, ends: readonly ReportedEnd[]) => unitRelation(relation, ends);

describe("reachability/compute/units: the relation between ends", () => {
  it("is the relation between classes where each end is of one class, numbers and rows unchanged", () => {
    const { relation, ends } = relationOf(WORLD);
    const made = units(relation, ends);
    assert.equal(made.units.length, relation.classes.all.length);
    for (const [number, { classes, addresses }] of made.units.entries()) {
      assert.deepEqual(classes, [number]);
      if (addresses === undefined) assert.equal(made.lower[number], relation.lower[number]);
    }
    assert.deepEqual(row(made, "lower", "red"), { red: "all", blue: "all", db: "tcp/80-81" });
    assert.deepEqual(row(made, "lower", "db"), { red: "tcp/90-91", blue: "tcp/91" });
  });

  it("puts ends of the same classes into one unit", () => {
    const { relation, ends } = relationOf([...WORLD, pod("twin", { app: "red" })]);
    const made = units(relation, ends);
    const shared = made.units
      .filter((unit) => unit.ends.length > 1)
      .map((unit) => unit.ends.map(({ name }) => name));
    assert.deepEqual(shared, [
      ["red", "twin"],
      ["0.0.0.0/0", "::/0"],
    ]);
  });

  describe("of an end whose pods differ", () => {
    const { relation, ends } = relationOf(WORLD);
    const made = units(relation, joined(ends, "both", "red", "blue"));

    it("surely reaches what all of its pods reach, and perhaps what one does", () => {
      assert.deepEqual(bounds(made, "both"), [
        { both: "all", db: "tcp/81" },
        { both: "all", db: "tcp/80-82" },
      ]);
    });

    it("is surely reached where all of its pods are, and perhaps where one is", () => {
      assert.deepEqual(bounds(made, "db"), [{ both: "tcp/91" }, { both: "tcp/90-91" }]);
    });

    it("isn't surely reached where one of its pods isn't at all", () => {
      const narrow = relationOf([
        ...WORLD.slice(0, 4),
        policy("db", "Egress", { to: peers("red"), ports: tcp(90) }),
      ]);
      const [lower, upper] = bounds(units(narrow.relation, joined(narrow.ends, "both", "red", "blue")), "db");
      assert.deepEqual([lower, upper], [{}, { both: "tcp/90" }]);
    });

    it("is one unit with another end of the same pods, and none with an end of some of them", () => {
      const [both] = joined(ends, "both", "red", "blue").slice(-1);
      assert.ok(both !== undefined);
      const again = { ...both, id: "again", name: "again" };
      const names = units(relation, [...ends, both, again]).units.map((unit) =>
        unit.ends.map(({ name }) => name),
      );
      assert.deepEqual(
        names.filter((list) => list.some((name) => !name.includes("/"))).sort(),
        [["both", "again"], ["blue"], ["db"], ["red"]].sort(),
      );
    });
  });

  it("keeps what isn't known of a class apart from what is", () => {
    const { relation, ends } = relationOf([...WORLD, pod("grey", { app: UNKNOWN })]);
    assert.deepEqual(bounds(units(relation, ends), "grey"), [
      { red: "tcp/90-91", blue: "tcp/91" },
      { grey: "all", red: "all", blue: "all", db: "tcp/80-82" },
    ]);
  });

  it("has no pair of two addresses outside, and each address once", () => {
    const block = { ipBlock: { cidr: "10.0.0.0/8" } };
    const { relation, ends } = relationOf([pod("red"), policy("red", "Ingress", { from: [block] })]);
    const made = units(relation, ends);
    const outside = made.units.flatMap(({ addresses }, number) => (addresses === undefined ? [] : [number]));
    assert.equal(outside.length, 2);
    for (const bound of ["lower", "upper"] as const)
      for (const number of outside)
        for (const { set } of made[bound][number] ?? [])
          assert.deepEqual(
            outside.filter((unit) => set.has(unit)),
            [],
          );
    const reached = outside.map((number) => [
      made.units[number]?.addresses?.toCidrs().length === 1,
      row(made, "lower", made.units[number]?.ends[0]?.name ?? ""),
    ]);
    assert.deepEqual(reached, [
      [false, {}],
      [true, { red: "all" }],
    ]);
  });
});
