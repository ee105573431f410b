/**
 * `palisade render`: a stack's isolation as a folder for Argo CD or Flux. In: a stack, and where to write. Out: manifests with their
 * kustomizations, by cluster and namespace; the same bytes for the same plan; and what of a folder is ours, so that nothing else is written
 * over and `drift` can compare it. A stack that its policies refuse is never rendered.
 * Tests: test/cli/gitops/command.test.ts.
 */
import path from "node:path";
import { readProject } from "../../engine";
import { atSource, didYouMean, inputError, throwProblems } from "../../problems";
import type { PlainObject } from "../../verify";
import { readKubernetesYaml } from "../../yaml";
import { computedOf } from "../computed";
import { EXIT } from "../exit";
import { orInputErrors } from "../inputErrors";
import { judgedPlan } from "../manifests/plan";
import { exitOf, packSources } from "../preview";
import { render } from "../render";
import { plural } from "../render/text";
import { type PreviewReport, reportOf } from "../report";
import { ADMISSION_FOLDER, type AdmissionChoice, withAdmission } from "./admission";
import { filesOf, KUSTOMIZATION } from "./files";
import { obstacles, readFolder, type RenderedFor, writeFolder, type WrittenFolder } from "./folder";
import { type RenderedCluster, renderedClusters } from "./rendered";

/** The options of `palisade render`, as commander parses them. */
export interface RenderFlags {
  readonly stack: string;
  readonly cwd: string;
  readonly cluster?: string;
  readonly out: string;
  readonly failOn?: "unknown";
  /** Whether the folder also has what the API server is to enforce by itself. */
  readonly admission?: AdmissionChoice;
}

/** Runs `palisade render`. Resolves with the exit code; with any other than 0 nothing is written. */
export function run(flags: RenderFlags): Promise<number> {
  return orInputErrors(async () => {
    const { stack, cwd, out } = flags;
    const plan = await judgedPlan(stack, cwd, (project) => () => packSources(project, { stack, cwd }));
    // What a part would make isn't known, so a folder without it isn't the stack's.
    throwProblems(plan.leftOut, "unsupported");
    const stackName = stack.split("/").at(-1) ?? stack;
    const report = reportOf(plan, computedOf(stackName, plan.resources));
    const code = exitOf(report, flags.failOn);
    if (code !== EXIT.clean) return refused(report, code);
    const { admission: how } = flags;
    const isolation = chosen(renderedClusters(plan.resources), flags);
    const clusters =
      how === undefined
        ? isolation
        : withAdmission(isolation, {
            project: readProject(cwd),
            stack: stackName,
            resources: plan.resources,
            how,
          });
    const folders = clusters.map((each) => {
      const owner = { project: report.project, stack: stackName, cluster: each.cluster };
      return { each, owner, folder: path.join(out, each.cluster), files: filesOf(each, stackName) };
    });
    const isPartial = clusters.some(({ unrendered }) => unrendered.length > 0);
    if (isPartial && flags.failOn === "unknown") {
      process.stdout.write(
        `${[...clusters.flatMap(unrenderedLines), "UNDECIDED  nothing is written: some objects aren't known before the stack is deployed"].join("\n")}\n`,
      );
      return EXIT.undecided;
    }
    throwProblems(folders.flatMap(({ folder, files, owner }) => obstacles(folder, files, owner)));
    const lines = folders.flatMap(({ each, folder, files, owner }) => [
      writtenLine(folder, each, writeFolder(folder, files, owner)),
      ...unrenderedLines(each),
      ...othersLines(each),
    ]);
    process.stdout.write(`${lines.join("\n")}\n`);
    return EXIT.clean;
  }, false);
}

/**
 * The objects of a rendered folder's cluster, as `drift` compares them: isolation, without what the API server enforces.
 * @throws PalisadeInputError where the folder isn't that cluster's of that stack, or isn't as it was rendered
 */
export function renderedObjects(
  folder: string,
  cluster: string,
  { stack, cwd }: Pick<RenderFlags, "stack" | "cwd">,
): readonly PlainObject[] {
  const owner: RenderedFor = {
    project: readProject(cwd).name,
    stack: stack.split("/").at(-1) ?? stack,
    cluster,
  };
  return [...readFolder(path.join(folder, cluster), owner)]
    .filter(
      ([file]) => path.posix.basename(file) !== KUSTOMIZATION && !file.startsWith(`${ADMISSION_FOLDER}/`),
    )
    .flatMap(([file, text]) => readKubernetesYaml(text, { name: file }) as PlainObject[]);
}

/** What a preview says of a stack that isn't rendered. */
function refused(report: PreviewReport, code: number): number {
  process.stdout.write(`${render(report, { verbose: false, width: 110 })}nothing is rendered\n`);
  return code;
}

/** @throws PalisadeInputError where there is no such cluster, or none at all */
function chosen(
  clusters: readonly RenderedCluster[],
  { cluster, stack }: RenderFlags,
): readonly RenderedCluster[] {
  const names = clusters.map((each) => each.cluster);
  if (cluster === undefined && names.length > 0) return clusters;
  const found = clusters.filter((each) => each.cluster === cluster);
  if (found.length > 0) return found;
  throw inputError(
    atSource(cluster === undefined ? `--stack ${stack}` : `--cluster ${cluster}`),
    `stack ${stack} has ${names.length === 0 ? "no cluster" : names.join(", ")}`,
    didYouMean(cluster ?? "", names),
  );
}

function writtenLine(folder: string, { objects }: RenderedCluster, did: WrittenFolder): string {
  const { written, removed, unchanged } = did;
  return `${folder}: ${plural(objects.length, "object")}; ${plural(written, "file")} written, ${removed} removed, ${unchanged} as before`;
}

const unrenderedLines = ({ unrendered }: RenderedCluster): string[] =>
  unrendered.map(
    ({ object, unknown }) =>
      `  not rendered: ${object}: ${unknown.join(", ")} ${unknown.length === 1 ? "isn't" : "aren't"} known before pulumi up`,
  );

function othersLines({ others }: RenderedCluster): string[] {
  if (others.size === 0) return [];
  const kinds = [...others].sort().map(([kind, count]) => `${count} ${kind}`);
  return [`  not rendered, because isolation isn't made of them: ${kinds.join(", ")}`];
}
