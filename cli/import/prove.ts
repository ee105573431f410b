// Tests: test/cli/import/command.test.ts, test/adopt/random.test.ts
import { compileFunction } from "node:vm";
import type { ApplicationFile, ImportPlan } from "../../adopt";
import { append } from "../../data";
import type { Placement } from "../../compile";
import { compileNetworkPolicies } from "../../compile/networkPolicy";
import * as flows from "../../flows";
import { MAX_PORT, PROTOCOLS } from "../../net";
import { PalisadeInputError, type Problem } from "../../problems";
import { restrict } from "../../reachability/answer";
import {
  type ReportedEnd,
  hasAny,
  type Product,
  productsOf,
  rowsOf,
  type UnitRelation,
} from "../../reachability/compute";
import { enforcedAs, readWorld, type SourcedObject, type World } from "../../reachability/read";
import { readKubernetesYaml } from "../../yaml";
import { compare } from "../diff/compare";
import { clusterFor } from "./proofCluster";
import type { Loaded } from "../manifests/load";
import { hidesSomething } from "../manifests/skipped";

/** What is compiled of the files that an import writes, beside what was imported. */
export interface ImportProof {
  /** `refused`: what was written doesn't compile, so nothing is proved. `nothing`: no rule is a flow, so nothing was written. */
  readonly verdict: "identical" | "narrower" | "wider" | "unknown" | "refused" | "nothing";
  readonly wider: readonly EndsOnPorts[];
  readonly narrower: readonly EndsOnPorts[];
  /** What may be wider, narrower, or isn't known on either side. */
  readonly unknown: readonly EndsOnPorts[];
  readonly notCompared: readonly string[];
  /** What the language or the compiler refuses of what was written, but for reasons and owners that are still to be said. */
  readonly problems: readonly Problem[];
  /** What validation asks for: those reasons and owners. */
  readonly toWrite: readonly Problem[];
}

/** Every end of `from` with every end of `to`, on some ports. */
export interface EndsOnPorts {
  readonly from: readonly ReportedEnd[];
  readonly to: readonly ReportedEnd[];
  /** "TCP 80,443; UDP 53", or "every port". */
  readonly ports: string;
}

/** A file's declaration, as running or reading it gives it: what is proved is the text that is written, not what it was made from. */
export function declarationIn({ name, text }: ApplicationFile): flows.DeclaredApplication {
  if (name.endsWith(".yaml")) return readKubernetesYaml(text)[0] as flows.DeclaredApplication;
  const imported = /^import \{([^}]*)\} from "[^"]*";$/m.exec(text);
  const body = text
    .replace(imported?.[0] ?? "", `const {${imported?.[1] ?? ""}} = language;`)
    .replace(/^export const \w+ = /m, "return ");
  const run = compileFunction(body, ["language"]) as (language: typeof flows) => flows.DeclaredApplication;
  return run(flows);
}

/** Compiles what the files declare, puts it in the place of the policies that were imported, and compares the two relations. */
export function proveImport(
  plan: ImportPlan,
  files: readonly ApplicationFile[],
  loaded: Loaded,
): ImportProof {
  const declared = files.map(declarationIn);
  const toWrite = problemsOf(() => flows.validateApplications(declared)).filter(isToWrite);
  const before = policiesAlone(withoutNamedPeers(loaded.world));
  const none = { wider: [], narrower: [], unknown: [], notCompared: [], toWrite };
  if (files.length === 0) return { ...none, verdict: "nothing", problems: [] };
  let objects: readonly SourcedObject[];
  try {
    objects = compiled(plan, declared.map(answered), before);
  } catch (error) {
    if (!(error instanceof PalisadeInputError)) throw error;
    return { ...none, verdict: "refused", problems: error.problems };
  }
  const after = withPolicies(before, new Set(plan.applications.map(({ namespace }) => namespace)), objects);
  const side = (world: World) =>
    ({ kind: "worlds", isLive: false, loaded: [{ ...loaded, world, warnings: [] }] }) as const;
  const compared = compare([side(before), side(after)], false);
  const { result } = compared;
  const notCompared = [
    ...compared.notCompared,
    ...(hidesSomething(loaded.skipped ?? [])
      ? ["some of the input couldn't be read, and may hold policies: the warnings say what"]
      : []),
  ];
  const about = new Set(plan.applications.map(({ namespace }) => namespace));
  const wider = rows(result.gained, "allowed");
  const narrower = rows(result.lost, "allowed");
  const unknown = [
    ...rows(result.gained, "unknown"),
    ...rows(result.lost, "unknown"),
    ...[result.before, result.after].flatMap((relation) => unknownAbout(relation, about)),
  ];
  const isUnknown = unknown.length > 0 || notCompared.length > 0;
  const verdict =
    wider.length > 0 ? "wider" : isUnknown ? "unknown" : narrower.length > 0 ? "narrower" : "identical";
  return { verdict, wider, narrower, unknown, notCompared, problems: [], toWrite };
}

/** The connections of one answer, those of the same ends together. */
function rows(relation: UnitRelation, answer: "allowed" | "unknown"): readonly EndsOnPorts[] {
  const groups = new Map<string, Product[]>();
  for (const product of productsOf(relation, rowsOf(relation, answer)))
    append(
      groups,
      JSON.stringify([product.from, product.to].map((ends) => ends.map(({ id }) => id))),
      product,
    );
  return [...groups.values()].flatMap((group): EndsOnPorts[] => {
    const [first] = group;
    if (first === undefined) return [];
    const isEvery = PROTOCOLS.every((protocol) =>
      group.some((one) => one.protocol === protocol && one.ports === `1-${MAX_PORT}`),
    );
    const ports = isEvery ? "every port" : group.map((one) => `${one.protocol} ${one.ports}`).join("; ");
    return [{ from: first.from, to: first.to, ports }];
  });
}

function problemsOf(check: () => unknown): readonly Problem[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof PalisadeInputError)) throw error;
    return error.problems;
  }
}

const isToWrite = ({ message }: Problem): boolean => /is still to be (written|named)$/.test(message);

/** An application whose open questions are answered: what is open doesn't depend on them. */
function answered(declared: flows.DeclaredApplication): flows.DeclaredApplication {
  const because = <T extends { readonly because: string }>(one: T): T =>
    one.because === flows.TODO_REASON ? { ...one, because: "not said yet" } : one;
  return {
    ...declared,
    owner: declared.owner === flows.TODO_OWNER ? "not-named-yet" : declared.owner,
    flows: declared.flows.map(because),
    ...(declared.accepts === undefined ? {} : { accepts: declared.accepts.map(because) }),
  };
}

function unknownAbout(relation: UnitRelation, namespaces: ReadonlySet<string>): readonly EndsOnPorts[] {
  const isAbout = ({ namespace }: ReportedEnd) => namespaces.has(namespace);
  const all = () => true;
  const sides = [
    restrict(relation, { from: isAbout, to: all }),
    restrict(relation, { from: (end) => !isAbout(end), to: isAbout }),
  ];
  return sides.flatMap((one) => (hasAny(one, "unknown") ? rows(one, "unknown") : []));
}

/** A world without its security groups: an import leaves them as they are, so what it changes is what policies open. */
export const policiesAlone = (world: World): World => ({ ...world, groups: undefined });

/** The world as a comparison takes it: it adds the peers that policies name by itself. */
const withoutNamedPeers = (world: World): World =>
  world.workloads.some(({ representative }) => !representative)
    ? { ...world, workloads: world.workloads.filter(({ representative }) => !representative) }
    : world;

function compiled(
  plan: ImportPlan,
  declared: readonly flows.DeclaredApplication[],
  world: World,
): readonly SourcedObject[] {
  const applications = flows.validateApplications(declared);
  const cluster = clusterFor(plan, world);
  const placed = applications.flatMap((application) => {
    const own = plan.applications.find((one) => one.application.name === application.name);
    return own === undefined ? [] : [{ application, namespace: own.namespace, own }];
  });
  return placed.flatMap(({ application, namespace, own }, index) => {
    const placement: Placement = {
      application: application.name,
      environment: "dev",
      namespace,
      stage: "enforce",
      observedWorkloads: own.observed,
      adopt: true,
      podSecurity: { enforce: "privileged", audit: "privileged", warn: "privileged" },
      databases: own.databases,
      buckets: {},
    };
    const { policies } = compileNetworkPolicies(
      application,
      placement,
      cluster,
      placed.filter((one) => one.application !== application),
    );
    return policies.map((value, document) => ({
      value,
      source: { file: `${application.name}.ts`, document: 1000 * index + document + 1 },
      path: [],
    }));
  });
}

/** The world with other policies in some namespaces. */
function withPolicies(
  world: World,
  namespaces: ReadonlySet<string>,
  objects: readonly SourcedObject[],
): World {
  const generated = readWorld(objects, { cni: "any" }).world.written;
  const written = [...world.written.filter(({ namespace }) => !namespaces.has(namespace)), ...generated];
  return enforcedAs({ ...world, written }, world.cni, world.traits);
}
