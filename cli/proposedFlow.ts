// Tests: test/cli/proposedFlow.test.ts
import { lineOfDeclaration, type ConfigFile, type StackCluster } from "../config";
import { isRepresentativeName } from "../reachability/read";
import type { Question } from "../reachability/answer/explain";
import { formatPortSpec } from "../net";
import { readProject } from "../engine";
import { PalisadeInputError } from "../problems";
import { declarationsOf } from "./projectApplications";
import { readConfigured } from "./verify/stack";

/** Where a declaration would have to say more, and what. */
export interface Proposed {
  /** The application whose declaration it is. */
  readonly application: string;
  /** Its file, relative to the project, and the line of its list; undefined where no file shows the declaration. */
  readonly place: { readonly file: string; readonly line: number } | undefined;
  /** The list that it goes into. */
  readonly list: "flows" | "accepts";
  /** As TypeScript. */
  readonly code: string;
}

/** An end of what is blocked; `code`: what a declaration calls it, where that is known already. */
export type BlockedEnd =
  Pick<Question["from"], "kind" | "id" | "namespace" | "labels"> | { readonly code: string };

/** What is blocked, as `explain` was asked. */
export interface Blocked extends Pick<Question, "protocol" | "port"> {
  readonly from: BlockedEnd;
  readonly to: BlockedEnd;
  /** The reason to write; what the author has to fill in, where nobody says. */
  readonly because?: string;
}

/**
 * What to declare so that a stack's own policies let a connection through: a flow, and where it leads into another application what
 * that one accepts. Empty where neither end is a workload of an application of this cluster, or an end can't be declared.
 * @param placeOf where lists are declared: `placesIn` of the project's folder.
 */
export function proposedFlow(
  { applications }: StackCluster,
  { from, to, because = "…", ...range }: Blocked,
  placeOf: PlaceOf,
): readonly Proposed[] {
  const [source, target] = [namedEnd(applications, from), namedEnd(applications, to)];
  if (source === undefined || target === undefined) return [];
  const port = JSON.stringify(formatPortSpec({ protocol: range.protocol, from: range.port, to: range.port }));
  const rest = `ports: [${port}], because: ${JSON.stringify(because)} },`;
  const placed = (application: string, list: Proposed["list"], code: string): Proposed => ({
    application,
    place: placeOf(application, list),
    list,
    code,
  });
  const owner = source.application ?? target.application;
  if (owner === undefined) return [];
  const words = ({ application, code, reference = "" }: NamedEnd): string =>
    application === undefined
      ? code
      : application === owner
        ? JSON.stringify(reference)
        : `workloadOf(${JSON.stringify(application)}, ${JSON.stringify(reference)})`;
  const flow = placed(owner, "flows", `{ from: ${words(source)}, to: ${words(target)}, ${rest}`);
  if (target.application === undefined || target.application === owner) return [flow];
  const caller = `application: ${JSON.stringify(owner)}, workload: ${JSON.stringify(source.reference)}`;
  return [
    flow,
    placed(target.application, "accepts", `{ ${caller}, to: ${JSON.stringify(target.reference)}, ${rest}`),
  ];
}

/** An end as a declaration names it: a workload of an application, else in code of its own. */
interface NamedEnd {
  readonly application?: string;
  readonly reference?: string;
  readonly code: string;
}

function namedEnd(applications: StackCluster["applications"], end: BlockedEnd): NamedEnd | undefined {
  if ("code" in end) return end;
  const { kind, namespace, labels } = end;
  if (kind === "IPBlock") return { code: `cidr(${JSON.stringify(cidrOf(end.id))})` };
  if (kind === "Service" || kind === "Node" || isRepresentativeName(namespace)) return undefined;
  if (!applications.some(({ placement }) => placement.namespace === namespace))
    return Object.keys(labels).length === 0
      ? undefined
      : { code: `podsOf(${JSON.stringify(namespace)}, ${JSON.stringify(labels)})` };
  const found = declaredWorkload(applications, { namespace, labels });
  return (
    found && {
      application: found.application,
      reference: found.reference,
      code: JSON.stringify(found.reference),
    }
  );
}

/** A workload of an application as a declaration refers to it: itself, or one of its instances. */
export interface ReferredWorkload {
  readonly application: string;
  readonly reference: string;
  readonly workload: StackCluster["applications"][number]["application"]["workloads"][number];
}

/** The workload, or the instance, that pods of a namespace with some labels are declared as; undefined where none is, or several may be meant. */
export function declaredWorkload(
  applications: StackCluster["applications"],
  { namespace, labels }: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
): ReferredWorkload | undefined {
  const own = applications.find(({ placement }) => placement.namespace === namespace);
  const all = (own?.application.workloads ?? []).flatMap((workload) => [
    { reference: workload.name, labels: workload.labels, workload },
    ...workload.instances.map(({ id, labels: those }) => ({ reference: id, labels: those, workload })),
  ]);
  const meant = all.filter((one) =>
    Object.entries(one.labels).every(([key, value]) => labels[key] === value),
  );
  const most = Math.max(...meant.map((one) => Object.keys(one.labels).length));
  const closest = new Map(
    meant
      .filter((one) => Object.keys(one.labels).length === most)
      .map(({ reference, workload }) => [reference, workload]),
  );
  const [only, ...others] = closest;
  return own === undefined || only === undefined || others.length > 0
    ? undefined
    : { application: own.application.name, reference: only[0], workload: only[1] };
}

/** An address alone is a block of one. */
const cidrOf = (id: string): string => (id.includes("/") ? id : `${id}/${id.includes(":") ? 128 : 32}`);

/** Where a list of an application is declared. */
type PlaceOf = (application: string, list: Proposed["list"]) => Proposed["place"];

/** Where a project's applications/ declares lists; its files are read once, when the first list is asked for. */
export function placesIn(root: string): PlaceOf {
  let files: readonly ConfigFile[] | undefined;
  return (application, list) => {
    for (const { name, text } of (files ??= declarationsOf(root))) {
      const line = lineOfDeclaration(text, application, list);
      if (line !== undefined) return { file: name, line };
    }
    return undefined;
  };
}

/**
 * What to declare in the applications of a stack's project; empty where the stack's config can't be read without running its
 * program: then the policies are what can be shown.
 */
export async function declarationOf(
  stack: string,
  cwd: string,
  cluster: string | undefined,
  blocked: Blocked,
): Promise<readonly Proposed[]> {
  try {
    const { clusters } = await readConfigured({ stack, cwd });
    const own = clusters.filter((one) => cluster === undefined || one.cluster.name === cluster);
    const [only, ...others] = own;
    return only === undefined || others.length > 0
      ? []
      : proposedFlow(only, blocked, placesIn(readProject(cwd).root));
  } catch (error) {
    if (error instanceof PalisadeInputError) return [];
    throw error;
  }
}
