// Tests: test/cli/observe/command.test.ts
import { readFileSync } from "node:fs";
import { isForbidden } from "../../kube";
import { PodTable } from "../../observe";
import { atSource, messageOf, type Problem, throwProblems } from "../../problems";
import { instantOf } from "../../records";
import { inCluster, mayNotList } from "../manifests/cluster";
import type { ClusterFlags } from "../manifests/clusterFlags";

/**
 * Pods of saved lists, each `FILE` or `FILE@TIME`.
 * @throws PalisadeInputError with every file that can't be read or is no list of pods, and every time that isn't one
 */
export function podsOf(given: readonly string[]): PodTable {
  const table = new PodTable();
  const problems: Problem[] = [];
  for (const text of given) {
    const [, file = text, time] = /^(.+)@([^@/]*)$/.exec(text) ?? [];
    const savedAt = time === undefined ? undefined : instantOf(time);
    if (time !== undefined && savedAt === undefined) {
      problems.push({
        place: atSource(`--pods ${text}`),
        message: "has a time that isn't one",
        remedy: "Write date, time and zone: 2026-01-31T12:00:00Z",
      });
      continue;
    }
    const message = addFile(table, file, savedAt);
    if (message !== undefined)
      problems.push({
        place: atSource(file),
        message,
        remedy: "Save it with kubectl get pods --all-namespaces --output json",
      });
  }
  throwProblems(problems);
  return table;
}

function addFile(table: PodTable, file: string, savedAt: number | undefined): string | undefined {
  try {
    return table.add(JSON.parse(readFileSync(file, "utf8")), savedAt) ? undefined : "isn't a list of pods";
  } catch (error) {
    return error instanceof SyntaxError ? `isn't JSON: ${error.message}` : messageOf(error);
  }
}

const PODS = { group: "", version: "v1", kind: "Pod", resource: "pods" } as const;

/**
 * Adds the pods that a running cluster has now: each has held its addresses since its start.
 * @throws PalisadeInputError for a kubeconfig that leads nowhere, a cluster that doesn't answer, or no permission to list pods
 */
export const addRunning = (table: PodTable, flags: ClusterFlags): Promise<void> =>
  inCluster(flags, async (kube, name) => {
    const asked = Date.now();
    try {
      table.add({ kind: "List", items: await kube.listServed(PODS) }, asked);
    } catch (error) {
      throw isForbidden(error) ? mayNotList(name, [PODS], [PODS]) : error;
    }
  });
