import { execFileSync } from "node:child_process";
import path from "node:path";
import { applications } from "../applications";
import type { ClusterAccess } from "../components/cluster";
import {
  POD_INTERFACE_ANNOTATION,
  type RunningPod,
  runningWith,
  runningWithout,
} from "../components/aws/restarts";
import { compileRules } from "../components/aws/securityGroups";
import { type Site, siteOf } from "../components/aws/site";
import { type OutputOf, readStack, resolveReferences } from "../config";
import { Answers } from "../engine/answers";
import { messageOf, PreviewError } from "../engine/errors";
import { readStackConfig } from "../engine/project/config";
import { readProject } from "../engine";
import { PalisadeInputError } from "../flows/problem";
import { EXIT } from "./exit";

/** The options of `palisade restarts`, as commander parses them. */
export interface RestartsFlags {
  readonly stack: string;
  readonly cwd: string;
}

/** Asks a cluster for the pods of a namespace, as `kubectl get pods --output json` prints them. */
export type GetPods = (access: ClusterAccess, namespace: string) => unknown;

/**
 * Runs `palisade restarts`: asks each cluster which running pods still have to restart before `podSecurityGroups` may
 * change. Resolves with the exit code: a pod that has to is a finding, a cluster that doesn't answer is undecided.
 */
export async function run(flags: RestartsFlags, getPods: GetPods = kubectl): Promise<number> {
  let stack;
  try {
    stack = await readSites(flags);
  } catch (error) {
    if (!(error instanceof PalisadeInputError) && !(error instanceof PreviewError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return EXIT.badInput;
  }
  if (stack.length === 0) {
    process.stdout.write("No pods of this stack get security groups of their own.\n");
    return EXIT.clean;
  }
  const codes = stack.map((site) => report(site, getPods));
  return codes.includes(EXIT.undecided) ? EXIT.undecided : Math.max(...codes);
}

/** The clusters of a stack whose pods have, get or lose groups. */
async function readSites({ stack, cwd }: RestartsFlags): Promise<Site[]> {
  const project = readProject(cwd);
  const { values } = readStackConfig(project, stack);
  const answers = Answers.read(path.resolve(project.root, `Pulumi.${stack}.answers.json`));
  const recorded: OutputOf = (name, output) =>
    Promise.resolve((answers.stackReference(name)?.outputs as Record<string, unknown> | undefined)?.[output]);
  const resolved = await resolveReferences(values, recorded);
  const { clusters } = readStack(asIfChecked(resolved), applications);
  return clusters.flatMap(({ cluster, applications: placed, neighbours }) => {
    const site = siteOf(cluster, placed, neighbours);
    return site === undefined || site.cluster.aws.podSecurityGroups === "off" ? [] : [site];
  });
}

/** A config that asks for `on` without anyone's word is read all the same: this command finds out what is true. */
function asIfChecked(values: Readonly<Record<string, string>>): Record<string, string> {
  const key = "palisade:clusters";
  const clusters = JSON.parse(values[key] ?? "[]", (name, value: unknown) =>
    name === "applications" && typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value as Record<string, { readonly aws?: object } | null>).map(
            ([application, given]) => [
              application,
              given === null ? given : { ...given, aws: { podsRestarted: "asked live", ...given.aws } },
            ],
          ),
        )
      : value,
  ) as unknown;
  return { ...values, [key]: JSON.stringify(clusters) };
}

function report(site: Site, getPods: GetPods): number {
  const { name, access, aws } = site.cluster;
  const { parties } = compileRules(site);
  let pods: RunningPod[];
  try {
    pods = site.tenants.flatMap(({ placement }) => podsOf(getPods(access, placement.namespace)));
  } catch (error) {
    process.stderr.write(`${name}: its pods can't be listed: ${messageOf(error)}\n`);
    return EXIT.undecided;
  }
  const back = aws.podSecurityGroups === "leaving";
  const waiting = (back ? runningWith : runningWithout)(site.tenants, parties, pods);
  const what = back ? "still hold a security group of their own" : "have no security group of their own yet";
  if (waiting.length === 0) {
    process.stdout.write(
      `${name}: no running pod ${back ? "holds a group of its own: podSecurityGroups may become off" : "is without its group: podSecurityGroups may be on; write podsRestarted with the date and your name"}\n`,
    );
    return EXIT.clean;
  }
  process.stdout.write(
    `${name}: ${waiting.length} running pods ${what}; restart them (kubectl rollout restart):\n${waiting.map((pod) => `  ${pod}\n`).join("")}`,
  );
  return EXIT.finding;
}

interface PodList {
  readonly items: readonly {
    readonly metadata: {
      readonly namespace: string;
      readonly name: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly status?: { readonly phase?: string };
  }[];
}

const podsOf = (list: unknown): RunningPod[] =>
  (list as PodList).items
    .filter(({ status }) => status?.phase !== "Succeeded" && status?.phase !== "Failed")
    .map(({ metadata }) => ({
      namespace: metadata.namespace,
      name: metadata.name,
      labels: metadata.labels ?? {},
      hasInterface: metadata.annotations?.[POD_INTERFACE_ANNOTATION] !== undefined,
    }));

function kubectl({ context, kubeconfig }: ClusterAccess, namespace: string): unknown {
  const file = kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig];
  const args = [...file, "--context", context, "--namespace", namespace, "get", "pods", "--output", "json"];
  return JSON.parse(execFileSync("kubectl", args, { encoding: "utf8", maxBuffer: 1 << 28 })) as unknown;
}
