import { messageOf } from "../problems";
import path from "node:path";
import { type KubeContext, type Site, siteOf } from "../compile";
import {
  compileRules,
  holdingGroups,
  POD_INTERFACE_ANNOTATION,
  type PodSecurityGroups,
  type RestartCandidate,
  runningWithout,
} from "../compile/aws";
import { readStack, resolveReferences } from "../config";
import { Answers, readProject, readStackConfig } from "../engine";
import { KubeReader, readAccess, Rest } from "../kube";
import { EXIT } from "./exit";
import { orInputErrors } from "./inputErrors";
import { projectApplications } from "./projectApplications";
import { recorded } from "./recorded";
import { asLocated } from "./verify/stack";

/** The options of `palisade restarts`, as commander parses them. */
export interface RestartsFlags {
  readonly stack: string;
  readonly cwd: string;
}

/** Asks a cluster for the pods of a namespace. */
export type GetPods = (access: KubeContext, namespace: string) => Promise<readonly PodObject[]>;

/**
 * Runs `palisade restarts`: asks each cluster in a VPC which running pods still have to restart before groups may change
 * or go. Resolves with the exit code: a pod that has to is a finding, a cluster that doesn't answer is undecided.
 */
export async function run(flags: RestartsFlags, getPods: GetPods = listPods): Promise<number> {
  return orInputErrors(async () => {
    const sites = await readSites(flags);
    if (sites.length === 0) {
      process.stdout.write("No cluster of this stack is in a VPC: no pod has a security group.\n");
      return EXIT.clean;
    }
    const codes = await Promise.all(sites.map((site) => report(site, getPods)));
    return codes.includes(EXIT.undecided) ? EXIT.undecided : Math.max(...codes);
  }, false);
}

/** The clusters of a stack that are in a VPC: whatever the mode, a pod may still hold a group of an earlier one. */
async function readSites({ stack, cwd }: RestartsFlags): Promise<Site[]> {
  const project = readProject(cwd);
  const { values } = readStackConfig(project, stack);
  const answers = Answers.read(path.resolve(project.root, `Pulumi.${stack}.answers.json`));
  const { outputOf, subnetsOf } = recorded(answers);
  const resolved = await resolveReferences(values, outputOf, subnetsOf);
  const { clusters } = asLocated(project, stack, () =>
    readStack(asIfChecked(resolved), () => projectApplications(project)),
  );
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
  let pods: RestartCandidate[];
  try {
    const listed = await Promise.all(
      site.tenants.map(({ placement }) => getPods(access, placement.namespace)),
    );
    pods = listed.flat().flatMap(restartCandidate);
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
      "holding security groups that the plan no longer has for them, and AWS doesn't delete a group that is held",
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
    "no running pod is without its group: podSecurityGroups can be turned on: write podsRestarted with the date and your name.",
  on: "no running pod is without its group; write podsRestarted with the date and your name if it isn't written yet.",
  leaving: "no running pod holds a group of its own: podSecurityGroups can be turned off.",
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
export interface PodObject {
  readonly metadata: {
    readonly namespace?: string;
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly status?: { readonly phase?: string };
}

/** A pod that has ended holds no interface. */
const restartCandidate = ({ metadata, status }: PodObject): RestartCandidate[] =>
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
