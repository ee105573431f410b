import path from "node:path";
import { preview, readPackSource, readProject, type Preview, type Resource } from "../../engine";
import { forDisplay } from "../../engine/values";

const fixtures = path.join(__dirname, "..", "fixtures");
export const programFixture = (name: string): string => path.join(fixtures, "programs", name);
export const packFixture = (name: string): string => path.join(fixtures, "packs", name);

/** What a preview printed is of no interest but to a test that asks for it. */
export interface Asked {
  readonly packs?: readonly string[];
  readonly packConfig?: string;
  readonly output?: (text: string) => void;
}

/** Previews a fixture program's dev stack. */
export function previewFixture(program: string, asked: Asked = {}): Promise<Preview> {
  const project = readProject(programFixture(program));
  return preview({
    project,
    stack: "dev",
    packs: (asked.packs ?? []).map((pack) => readPackSource(packFixture(pack), asked.packConfig)),
    answersFile: path.join(project.root, "Pulumi.dev.answers.json"),
    answerRemedy: "Record it",
    output: asked.output ?? (() => undefined),
  });
}

/** A URN without what is the same for a whole stack: the types' chain and the name. */
export const short = (urn: string): string => urn.split("::").slice(2).join("::");

/** What was registered, by short URN: inputs for display, and whatever else isn't empty. Sorted, as order is another claim. */
export function registered({ resources }: Preview): Record<string, object> {
  const sorted = resources.map((resource) => [short(resource.urn), described(resource)] as const);
  return Object.fromEntries(sorted.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function described(resource: Resource): object {
  const { options } = resource;
  const entries: [string, unknown][] = [
    ["inputs", forDisplay(resource.inputs)],
    ["parent", resource.parent === "" ? "" : short(resource.parent)],
    [
      "provider",
      resource.provider === "" ? "" : short(resource.provider.split("::").slice(0, -1).join("::")),
    ],
    ["dependencies", resource.dependencies.map(short).sort()],
    [
      "propertyDependencies",
      Object.fromEntries(
        Object.entries(resource.propertyDependencies)
          .filter(([, urns]) => urns.length > 0)
          .map(([key, urns]) => [key, urns.map(short).sort()]),
      ),
    ],
    ["protect", options.protect ?? ""],
    ["read", resource.read || ""],
  ];
  return Object.fromEntries(entries.filter(([, value]) => !isEmpty(value)));
}

const isEmpty = (value: unknown): boolean =>
  value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
