import type { Declaration, DeclaredFlow } from "../declared";
import { append } from "../data";
import { CidrError, type PortSet, PortSpecError } from "../net";
import { PalisadeInputError, problemText } from "../problems";
import { carriersOf, type PlacedDeclaration } from "./carriers";
import { type Difference, grouped, specs } from "./difference";
import { readFlow } from "./ends";
import { GroupEnds, type PlacedFlow } from "./groupEnds";
import { type FlowByGroups, FlowsByGroups } from "./groupFlows";
import { groupRules } from "./groupRules";
import { MadeGroups } from "./madeGroups";
import { PlannedObjects } from "./plannedObjects";
import { PolicyProof } from "./policies";
import { policyWorld, type PolicyWorld } from "./policyWorld";
import { applicationsIn } from "./readDeclaration";
import type { PlannedResource } from "./resource";
import { UndeclaredByGroups } from "./undeclaredByGroups";

/** allowed: all declared ports are open. blocked: some surely aren't. unknown: what isn't known yet decides. */
export type FlowVerdict = "allowed" | "blocked" | "unknown";

/** A declared flow and what the plan makes of it. */
export interface JudgedFlow {
  readonly flow: DeclaredFlow;
  /** By NetworkPolicies and security groups together. */
  readonly verdict: FlowVerdict;
  readonly byPolicies: FlowVerdict;
  /** The declared ports that aren't surely open, as `tcp/443`. */
  readonly missing: readonly string[];
  /** Whether other owners' security groups decide as well, whose rules no plan of ours holds. */
  readonly theirs: boolean;
}

/** An application's declaration beside what the plan opens, or why they can't be compared. */
export type ApplicationProof =
  | {
      readonly kind: "proof";
      readonly urn: string;
      readonly component: string;
      readonly declaration: Declaration;
      readonly flows: readonly JudgedFlow[];
      readonly undeclared: readonly Difference[];
    }
  | {
      readonly kind: "unread";
      readonly urn: string;
      readonly component: string;
      readonly because: readonly string[];
    };

/**
 * Holds each application of a plan against what the plan opens, in both directions: NetworkPolicies by the relation between
 * pods and addresses, security groups rule by rule. Whoever reads the answer decides what counts (`faultsOf`).
 * @param stack its name, as sources of evidence call it.
 */
export function prove(stack: string, resources: readonly PlannedResource[]): ApplicationProof[] {
  const applications = applicationsIn(resources);
  const declared = applications.flatMap((one) => (one.kind === "declared" ? [one] : []));
  const planned = new PlannedObjects(stack, resources);
  const byCluster = new Map<string, RegisteredDeclaration[]>();
  for (const one of declared) {
    append(byCluster, planned.clusterUnder(one.urn) ?? one.declaration.cluster, one);
  }
  const proofs = new Map<string, ApplicationProof>();
  for (const [cluster, placed] of byCluster) {
    for (const proof of proveCluster(planned, cluster, placed)) proofs.set(proof.urn, proof);
  }
  return applications.flatMap((one): ApplicationProof[] => {
    if (one.kind === "unread") return [{ ...one, because: [one.because] }];
    const proof = proofs.get(one.urn);
    return proof === undefined ? [] : [proof];
  });
}

type RegisteredDeclaration = PlacedDeclaration & { readonly urn: string };

function proveCluster(
  planned: PlannedObjects,
  cluster: string,
  placed: readonly RegisteredDeclaration[],
): ApplicationProof[] {
  try {
    return compared(planned, cluster, placed);
  } catch (error) {
    const because = inputProblems(error);
    return placed.map(({ urn, component }) => ({ kind: "unread", urn, component, because }));
  }
}

/** What is wrong with the plan's objects or a declaration's texts; anything else is a mistake of ours and is thrown on. */
function inputProblems(error: unknown): readonly string[] {
  if (error instanceof PalisadeInputError) return error.problems.map(problemText);
  if (error instanceof CidrError || error instanceof PortSpecError) return [error.message];
  throw error;
}

function compared(
  planned: PlannedObjects,
  cluster: string,
  placed: readonly RegisteredDeclaration[],
): ApplicationProof[] {
  const world = policyWorld(
    planned,
    cluster,
    placed.map(({ declaration }) => declaration),
  );
  const read = placed.map((one) => ({
    ...one,
    flows: one.declaration.flows.map((flow): PlacedFlow => ({ ...readFlow(flow), placed: one })),
  }));
  const groups = groupProof(planned, world, read);
  return read.map(({ urn, component, declaration, flows }) => {
    const policies = new PolicyProof(declaration, flows, world);
    return {
      kind: "proof",
      urn,
      component,
      declaration,
      flows: flows.map((flow) => {
        const { missing, closed } = policies.flow(flow);
        return judged(flow.flow, missing, closed, groups?.flows.flow(flow));
      }),
      undeclared: grouped([...policies.undeclared(), ...(groups?.undeclared.get(component) ?? [])]),
    };
  });
}

/** What groups make of flows, and what they open beyond all of them, told once: for the application whose doing it is. */
function groupProof(
  planned: PlannedObjects,
  { attaching }: PolicyWorld,
  read: readonly (RegisteredDeclaration & { readonly flows: readonly PlacedFlow[] })[],
) {
  if (read.every(({ declaration }) => declaration.aws === undefined)) return undefined;
  const made = new MadeGroups(planned);
  const rules = groupRules(planned.groups);
  const ends = new GroupEnds(
    read.flatMap(({ flows }) => flows),
    carriersOf(attaching, read, made),
    made,
    (urn) => planned.groups.databasesUnder(urn),
  );
  return {
    flows: new FlowsByGroups(ends, rules),
    undeclared: new UndeclaredByGroups(ends, rules, read).differences(),
  };
}

function judged(
  flow: DeclaredFlow,
  missing: PortSet,
  closed: PortSet,
  groups: FlowByGroups | undefined,
): JudgedFlow {
  const byPolicies = verdictOf(missing, closed);
  const all = groups === undefined ? missing : missing.union(groups.missing);
  const shut = groups === undefined ? closed : closed.union(groups.closed);
  return {
    flow,
    verdict: verdictOf(all, shut),
    byPolicies,
    missing: specs(all),
    theirs: groups?.theirs ?? false,
  };
}

const verdictOf = (missing: PortSet, closed: PortSet): FlowVerdict =>
  closed.isEmpty() ? (missing.isEmpty() ? "allowed" : "unknown") : "blocked";

/** What of a proof is a fault, and what is only told. */
export interface Faults {
  /** What surely differs, where everything is enforced. */
  readonly undeclared: readonly Difference[];
  readonly closed: readonly JudgedFlow[];
  /** Why differences are told and don't count; undefined where they do. */
  readonly lenient: "observed" | "adopted" | undefined;
}

/**
 * Differences count where the application is enforced in a namespace of its own. What may differ by values that aren't known
 * yet, and what only observed workloads are open to, is told and doesn't count.
 */
export function faultsOf({
  declaration,
  flows,
  undeclared,
}: Extract<ApplicationProof, { kind: "proof" }>): Faults {
  const lenient = declaration.stage !== "enforce" ? "observed" : declaration.adopted ? "adopted" : undefined;
  if (lenient !== undefined) return { undeclared: [], closed: [], lenient };
  return {
    undeclared: undeclared.filter(({ certain, observed }) => certain && !observed),
    closed: flows.filter(({ verdict }) => verdict === "blocked"),
    lenient,
  };
}
