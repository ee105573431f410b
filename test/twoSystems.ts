import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump, load } from "js-yaml";

const ROOT = join(__dirname, "..");
const read = (name: string) => load(readFileSync(join(ROOT, name), "utf8")) as object;

const SYSTEMS: readonly string[] = ["jewelry-shop", "fineract"];

interface ClusterConfig {
  readonly applications?: Readonly<Record<string, unknown>>;
}

/** A stack's clusters with what they place of the two systems, and no other application that a maintainer placed beside them. */
export const placingTwoSystems = (clusters: readonly ClusterConfig[]): ClusterConfig[] =>
  clusters.map((cluster) => ({
    ...cluster,
    applications: Object.fromEntries(
      Object.entries(cluster.applications ?? {}).filter(([name]) => SYSTEMS.includes(name)),
    ),
  }));

const made = new Map<string, string>();

/**
 * A project with the dev stack of this repository, and of its applications the jewelry shop and Fineract alone: what tests say of
 * these two stays true, whatever a maintainer places beside them. The folder goes when the tests end.
 */
export const twoSystems = (): string => projectOf(join(ROOT, "index.ts"));

/** The same with a chart beside them, which can't be run without a provider. */
export const twoSystemsAndAChart = (): string =>
  projectOf(join(ROOT, "test", "fixtures", "programs", "twoSystemsAndAChart", "index.ts"));

function projectOf(main: string): string {
  const known = made.get(main);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), "palisade-two-systems-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  const runtime = { name: "nodejs", options: { typescript: true } };
  const project = { ...read("Pulumi.yaml"), runtime, main };
  writeFileSync(join(folder, "Pulumi.yaml"), dump(project));
  const { config } = read("Pulumi.dev.yaml") as {
    readonly config: { readonly "palisade:clusters": readonly ClusterConfig[] };
  };
  const clusters = placingTwoSystems(config["palisade:clusters"]);
  writeFileSync(
    join(folder, "Pulumi.dev.yaml"),
    dump({ config: { ...config, "palisade:clusters": clusters } }),
  );
  copyFileSync(join(ROOT, "Pulumi.dev.answers.json"), join(folder, "Pulumi.dev.answers.json"));
  symlinkSync(join(ROOT, "applications"), join(folder, "applications"));
  made.set(main, folder);
  return folder;
}
