import type { Resource } from "../../engine";
import { formatPortSpec, parsePortSpec, PortSet } from "../../net/ports";
import { analyze, type Verdict } from "../../reachability/compute/analysis";
import { linesOf } from "../../reachability/answer/formats/lines";
import type { World } from "../../reachability/read/world";
import type { DeclaredApplication as ReportedApplication, DeclaredFlow } from "../declared";
import { declaredEnd, type Match } from "./declaredEnds";
import { atomsOf, type Atom, type NamespaceAtoms } from "./stackEnds";
import { StackWorlds } from "./stackWorld";

/** A declared flow and what is computed of it. */
export interface JudgedFlow extends DeclaredFlow {
  /** By NetworkPolicies and security groups together. allowed: all its ports are open. blocked: some surely aren't. */
  readonly verdict: Verdict;
  /** By NetworkPolicies alone: what groups of other owners let through isn't known from a plan. */
  readonly byPolicies: Verdict;
  /** The declared ports that aren't surely open, as `tcp/443`. */
  readonly missing: readonly string[];
}

/** What is open and no flow declares: everyone of `from` reaches everyone of `to`. */
export interface UndeclaredConnection {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** `tcp/443`; `all` for every port of every protocol. */
  readonly ports: readonly string[];
  readonly verdict: "allowed" | "unknown";
}

/** Who reaches whom in and around an application's namespace, computed from what the plan would deploy. */
export interface ApplicationRelation {
  readonly flows: readonly JudgedFlow[];
  /** By NetworkPolicies alone: pods of one node reach each other past their groups. */
  readonly undeclared: readonly UndeclaredConnection[];
}

/**
 * The computed relation of each application beside what it declares, by the application's name. Declared and computed
 * agree where every flow is `allowed` and nothing is undeclared.
 * @param resources the plan's.
 * @param applications what they declare; the plan holds their policies.
 * @throws BadInput when the plan holds what an API server would refuse.
 */
export function applicationRelations(
  resources: readonly Resource[],
  applications: readonly ReportedApplication[],
): ReadonlyMap<string, ApplicationRelation> {
  const worlds = new StackWorlds("", resources);
  const found = new Map<string, ApplicationRelation>();
  for (const cluster of worlds.clusters) {
    const own = applications.filter((application) => application.cluster === cluster);
    if (own.length === 0) continue;
    const { world } = worlds.world(cluster, { representatives: true });
    const isolated: World = { ...world, groups: undefined };
    const byPolicies = [...linesOf(analyze(isolated).units)];
    const byBoth = world.groups === undefined ? byPolicies : [...linesOf(analyze(world).units)];
    for (const { name, namespace, flows } of own) {
      const policies = atomsOf(isolated, byPolicies, namespace);
      const both = byBoth === byPolicies ? policies : atomsOf(world, byBoth, namespace);
      found.set(name, compared(policies, both.atoms, flows));
    }
  }
  return found;
}

interface ReadFlow {
  readonly flow: DeclaredFlow;
  readonly from: Match;
  readonly to: Match;
  readonly ports: PortSet;
}

function compared(
  { atoms, workloads }: NamespaceAtoms,
  both: readonly Atom[],
  declared: readonly DeclaredFlow[],
): ApplicationRelation {
  const read = declared.map((flow): ReadFlow => ({
    flow,
    from: declaredEnd(flow.from, workloads),
    to: declaredEnd(flow.to, workloads),
    ports: PortSet.of(flow.ports.map(parsePortSpec)),
  }));
  return {
    flows: read.map((one): JudgedFlow => {
      const byPolicies = verdictOn(one, atoms);
      const verdict = both === atoms ? byPolicies : verdictOn(one, both);
      return {
        ...one.flow,
        verdict,
        byPolicies,
        missing: specs(one.ports.subtract(open(one, both, "sure"))),
      };
    }),
    undeclared: grouped(atoms.flatMap((atom) => beyond(atom, read))),
  };
}

function verdictOn(flow: ReadFlow, atoms: readonly Atom[]): Verdict {
  if (open(flow, atoms, "sure").covers(flow.ports)) return "allowed";
  return open(flow, atoms, "possible").covers(flow.ports) ? "unknown" : "blocked";
}

/** The ports of a flow that are open to every pod of its workloads, at some end that a peer outside of these may be. */
function open({ from, to, ports }: ReadFlow, atoms: readonly Atom[], kind: "sure" | "possible"): PortSet {
  const found = new Map<string, PortSet>();
  for (const atom of atoms) {
    if (!from.matches(atom.from) || !to.matches(atom.to)) continue;
    const key = `${from.pods === undefined ? "" : atom.from.id} ${to.pods === undefined ? "" : atom.to.id}`;
    found.set(key, (found.get(key) ?? PortSet.empty).union(atom[kind]));
  }
  let all = ports;
  for (const source of from.pods ?? [""]) {
    for (const target of to.pods ?? [""]) {
      all = all.intersect(found.get(`${source} ${target}`) ?? PortSet.empty);
    }
  }
  return all;
}

/** What an atom opens beyond all flows that fit it. */
function beyond(atom: Atom, flows: readonly ReadFlow[]): readonly UndeclaredConnection[] {
  const declared = flows
    .filter(({ from, to }) => from.matches(atom.from) && to.matches(atom.to))
    .reduce((sum, { ports }) => sum.union(ports), PortSet.empty);
  const [from, to] = [[atom.from.name], [atom.to.name]];
  const sure = atom.sure.subtract(declared);
  const perhaps = atom.possible.subtract(atom.sure).subtract(declared);
  return [
    ...(sure.isEmpty() ? [] : [{ from, to, ports: specs(sure), verdict: "allowed" as const }]),
    ...(perhaps.isEmpty() ? [] : [{ from, to, ports: specs(perhaps), verdict: "unknown" as const }]),
  ];
}

/** Connections with the same target and ports made one, then those with the same sources and ports. */
function grouped(connections: readonly UndeclaredConnection[]): readonly UndeclaredConnection[] {
  const join = (all: readonly UndeclaredConnection[], side: "from" | "to") => {
    const groups = new Map<string, UndeclaredConnection>();
    for (const one of all) {
      const other = side === "from" ? one.to : one.from;
      const key = JSON.stringify([other, one.ports, one.verdict]);
      const known = groups.get(key);
      const ends = [...new Set([...(known?.[side] ?? []), ...one[side]])];
      groups.set(key, { ...one, [side]: ends });
    }
    return [...groups.values()];
  };
  return join(join(connections, "from"), "to");
}

const specs = (ports: PortSet): readonly string[] =>
  ports.isAll() ? ["all"] : ports.ranges().map(formatPortSpec);
