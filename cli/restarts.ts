import path from "node:path";
import { applications } from "../applications";
import { type ClusterAccess, type Site, siteOf } from "../compile";
import {
  compileRules,
  holdingGroups,
  POD_INTERFACE_ANNOTATION,
  type PodSecurityGroups,
  type RunningPod,
  runningWithout,
} from "../compile/aws";
import { readStack, resolveReferences } from "../config";
import { Answers, messageOf, PreviewError, readProject, readStackConfig } from "../engine";
import { PalisadeInputError } from "../flows";
import { KubeReader, readAccess, Rest } from "../kube";
import { EXIT } from "./exit";
import { recorded } from "./recorded";

/** The options of `palisade restarts`, as commander parses them. */
export interface RestartsFlags {
  readonly stack: string;
  readonly cwd: string;
}

/** Asks a cluster for the pods of a namespace. */
export type GetPods = (access: ClusterAccess, namespace: string) => Promise<readonly Pod[]>;

/**
 * Runs `palisade restarts`: asks each cluster in a VPC which running pods still have to restart before groups may change
 * or go. Resolves with the exit code: a pod that has to is a finding, a cluster that doesn't answer is undecided.
 */
export async function run(flags: RestartsFlags, getPods: GetPods = listPods): Promise<number> {
  let stack;
  try {
    stack = await readSites(flags);
  } catch (error) {
    if (!(error instanceof PalisadeInputError) && !(error instanceof PreviewError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return EXIT.badInput;
  }
  if (stack.length === 0) {
    process.stdout.write("No cluster of this stack is in a VPC: no pod has a security group.\n");
    return EXIT.clean;
  }
  const codes = await Promise.all(stack.map((site) => report(site, getPods)));
  return codes.includes(EXIT.undecided) ? EXIT.undecided : Math.max(...codes);
}

/** The clusters of a stack that are in a VPC: whatever the mode, a pod may still hold a group of an earlier one. */
async function readSites({ stack, cwd }: RestartsFlags): Promise<Site[]> {
  const project = readProject(cwd);
  const { values } = readStackConfig(project, stack);
  const answers = Answers.read(path.resolve(project.root, `Pulumi.${stack}.answers.json`));
  const { outputOf, subnetsOf } = recorded(answers);
  const resolved = await resolveReferences(values, outputOf, subnetsOf);
  const { clusters } = readStack(asIfChecked(resolved), applications);
  return clusters.flatMap(({ cluster, applications: placed, neighbours }) => {
    const site = siteOf(cluster, placed, neighbours);
    return site === undefined ? [] : [site];
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

async function report(site: Site, getPods: GetPods): Promise<number> {
  const { name, access, aws } = site.cluster;
  const mode = aws.podSecurityGroups;
  const { parties } = compileRules(site);
  let pods: RunningPod[];
  try {
    const listed = await Promise.all(
      site.tenants.map(({ placement }) => getPods(access, placement.namespace)),
    );
    pods = listed.flat().flatMap(runningPod);
  } catch (error) {
    process.stderr.write(`${name}: its pods can't be listed: ${messageOf(error)}\n`);
    return EXIT.undecided;
  }
  const gives = mode === "on" || mode === "migrating";
  const without = gives ? runningWithout(site.tenants, parties, pods) : [];
  const holding = holdingGroups(site.tenants, parties, pods, mode);
  const found = [
    ...said(without, "without the security group that the plan has for them", "restart them"),
    ...said(
      holding,
      "holding security groups that the plan no longer has for them, and AWS deletes no group that is held",
      "when the update has deleted their SecurityGroupPolicies, restart them, wait a minute, and update again",
    ),
  ];
  if (found.length === 0) {
    process.stdout.write(`${name}: ${NOTHING[mode]}\n`);
    return EXIT.clean;
  }
  process.stdout.write(found.map((lines) => `${name}: ${lines}`).join(""));
  return EXIT.finding;
}

const NOTHING: Readonly<Record<PodSecurityGroups, string>> = {
  off: "no running pod holds a security group of its own.",
  migrating:
    "no running pod is without its group: podSecurityGroups may be on; write podsRestarted with the date and your name.",
  on: "no running pod is without its group; write podsRestarted with the date and your name if it isn't written yet.",
  leaving: "no running pod holds a group of its own: podSecurityGroups may become off.",
};

/** The pods of one finding, what it is, and what to do. */
function said(pods: readonly string[], what: string, remedy: string): string[] {
  if (pods.length === 0) return [];
  const count = pods.length === 1 ? "1 running pod" : `${pods.length} running pods`;
  return [
    `${count} ${what}; ${remedy} (kubectl rollout restart):\n${pods.map((pod) => `  ${pod}\n`).join("")}`,
  ];
}

/** What is read of a pod. */
export interface Pod {
  readonly metadata: {
    readonly namespace?: string;
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly status?: { readonly phase?: string };
}

/** A pod that has ended holds no interface. */
const runningPod = ({ metadata, status }: Pod): RunningPod[] =>
  status?.phase === "Succeeded" || status?.phase === "Failed"
    ? []
    : [
        {
          namespace: metadata.namespace ?? "",
          name: metadata.name,
          labels: metadata.labels ?? {},
          hasInterface: metadata.annotations?.[POD_INTERFACE_ANNOTATION] !== undefined,
        },
      ];

const listPods: GetPods = async (access, namespace) =>
  await new KubeReader(new Rest(readAccess(access))).list("v1", "Pod", namespace);
