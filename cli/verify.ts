import {
  atApplication,
  atCluster,
  atSource,
  PalisadeInputError,
  type Problem,
  quote,
  throwProblems,
} from "../problems";
import type { StackCluster } from "../config";
import type { KubeReader } from "../kube";
import {
  type ClusterReport,
  countsOf,
  type Live,
  missingPermissions,
  noPermission,
  liveVerdictOf,
  plannedFor,
  type Purpose,
  readLive,
  ROLE,
} from "../verify";
import { EXIT } from "./exit";
import { orInputErrors } from "./inputErrors";
import { verifyCluster } from "./verify/cluster";
import { json } from "./verify/json";
import { junit } from "./verify/junit";
import { openCluster, orUnreachable } from "./verify/openCluster";
import { plannedObjects, type ObjectsByCluster } from "./verify/planned";
import { chosenClusters, type LiveFlags } from "./verify/stack";
import { text } from "./verify/text";

/** The options of `palisade verify`, as commander parses them. */
export interface VerifyFlags extends LiveFlags {
  readonly image?: string;
  /** "internet=203.0.113.9", "database/fineract=db.example.com". */
  readonly address?: readonly string[];
  readonly format?: "text" | "json" | "junit";
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/**
 * Runs `palisade verify`: probes what a stack declares on its live clusters. Resolves with the exit code: a difference is a
 * finding, what couldn't be probed is undecided, a cluster that can't be asked at all is bad input.
 */
export async function run(flags: VerifyFlags): Promise<number> {
  return orInputErrors(
    async () => {
      const addresses = addressesOf(flags.address ?? []);
      const { objects: planned, leftOut } = await plannedObjects(flags.stack, flags.cwd);
      const opened = await openAll(flags, planned, { probing: true, ephemeral: flags.image !== undefined });
      const reports: ClusterReport[] = [];
      for (const { given, kube, live } of opened) {
        const { image } = flags;
        const options = {
          ...(image === undefined ? {} : { image }),
          addresses,
          leftOut,
          say: (line: string) => process.stderr.write(`${line}\n`),
        };
        reports.push(
          await orUnreachable(atCluster(given.cluster.name), () =>
            verifyCluster(kube, given, live, planned.get(given.cluster.name) ?? [], options),
          ),
        );
        kube.rest.close();
      }
      process.stdout.write(rendered(reports, flags));
      if (
        reports.some(({ answers }) =>
          answers.some(({ probes }) => probes.some(({ verdict }) => isForbiddenExec(verdict))),
        )
      ) {
        process.stderr.write(
          `Some pods can't be probed without more permissions. This role has them:\n${ROLE}`,
        );
      }
      return { verified: EXIT.clean, different: EXIT.finding, undecided: EXIT.undecided }[
        liveVerdictOf(countsOf(reports))
      ];
    },
    formatOf(flags) === "json",
  );
}

const isForbiddenExec = (verdict: { readonly verdict: string; readonly cause?: string }): boolean =>
  verdict.cause?.startsWith("no permission to exec") ?? false;

const formatOf = ({ json: asJson, format }: VerifyFlags) => (asJson === true ? "json" : (format ?? "text"));

function rendered(reports: readonly ClusterReport[], flags: VerifyFlags): string {
  switch (formatOf(flags)) {
    case "json":
      return json(reports);
    case "junit":
      return junit(reports);
    case "text":
      return text(reports, flags.verbose === true);
  }
}

function addressesOf(given: readonly string[]): ReadonlyMap<string, string> {
  const wrong = given.filter((each) => !/^[^=]+=[A-Za-z0-9.:-]+$/.test(each));
  throwProblems(
    wrong.map((each) => ({
      place: atSource("--address"),
      message: `${quote(each)} isn't NAME=HOST`,
      remedy: "Write it so, for example database/fineract=10.0.3.4",
    })),
  );
  return new Map(given.map((each) => [each.slice(0, each.indexOf("=")), each.slice(each.indexOf("=") + 1)]));
}

/** Whether pods are probed from, and whether by ephemeral containers too. */
type Probing = Pick<Purpose, "probing" | "ephemeral">;

/** A cluster that answers, that may be asked, and on which the applications run. */
export interface OpenedCluster {
  readonly given: StackCluster;
  readonly kube: KubeReader;
  readonly live: Live;
}

/**
 * Opens every chosen cluster and reads it.
 * @throws PalisadeInputError with every cluster's problem: no context, no answer, no permission (with the role), nothing deployed
 */
export async function openAll(
  flags: LiveFlags,
  planned: ObjectsByCluster,
  purpose: Probing,
): Promise<readonly OpenedCluster[]> {
  const clusters = await chosenClusters(flags);
  const problems: Problem[] = [];
  const opened: OpenedCluster[] = [];
  for (const given of clusters) {
    try {
      opened.push(await orUnreachable(atCluster(given.cluster.name), () => openOne(given, planned, purpose)));
    } catch (error) {
      if (!(error instanceof PalisadeInputError)) throw error;
      problems.push(...error.problems);
    }
  }
  throwProblems(problems);
  return opened;
}

async function openOne(
  given: StackCluster,
  planned: ObjectsByCluster,
  purpose: Probing,
): Promise<OpenedCluster> {
  const { name, access } = given.cluster;
  const kube = openCluster(atCluster(name), access);
  const namespaces = given.applications.map(({ placement }) => placement.namespace);
  const kinds = new Set(plannedFor(given, planned.get(name) ?? []).map(({ kind }) => kind));
  const missing = await missingPermissions(kube, { ...purpose, namespaces, kinds });
  if (missing.length > 0) throw noPermission(name, access.context, missing);
  const live = await readLive(kube);
  // To drift, a namespace that isn't there is a difference like others.
  const deployed = purpose.probing ? given.applications : [];
  const absent = deployed.flatMap(({ application, placement: { namespace } }): Problem[] => {
    if (!live.namespaces.includes(namespace)) {
      return [
        {
          place: atApplication(application.name, name),
          message: `isn't deployed: there is no namespace ${namespace}`,
          remedy: "Run pulumi up, or choose another --context",
        },
      ];
    }
    if (!live.pods.some((pod) => pod.namespace === namespace)) {
      return [
        {
          place: atApplication(application.name, name),
          message: `isn't deployed: no pod runs in ${namespace}`,
          remedy: "Deploy its workloads first",
        },
      ];
    }
    return [];
  });
  throwProblems(absent);
  return { given, kube, live };
}
