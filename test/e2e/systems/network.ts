import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dump } from "js-yaml";
import { editYaml, linkProject, root } from "../engine/project";
import { Engine } from "../engine/engine";
import { provideIds } from "./account";

/** A file backend has one organization, whatever a stack's owner calls theirs. */
const organization = "organization";

type Outputs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Deploys the stacks that a stack of ours refers to, with the outputs that its answers file has, their ids those of the test
 * account; and makes its config refer to them in the file backend's only organization. No references: nothing to do.
 * @param project folder made by linkProject
 * @param work folder of the engine whose backend both share
 */
export async function deployReferredStacks(
  endpoint: string,
  project: string,
  stack: string,
  { work, parts }: { readonly work: string; readonly parts: string },
): Promise<void> {
  const recorded = readFileSync(join(root, `Pulumi.${stack}.answers.json`), "utf8");
  const { stackReferences } = JSON.parse(recorded) as { stackReferences: Outputs };
  for (const [reference, outputs] of Object.entries(stackReferences)) {
    const [owner = "", name = "", referred = ""] = reference.split("/");
    const folder = join(project, "..", `${name}-${referred}`);
    mkdirSync(folder, { recursive: true });
    linkProject(join(root, "test", "e2e", "programs", "outputs"), folder);
    editYaml(join(folder, "Pulumi.yaml"), (document) => (document["name"] = name));
    const text = await provideIds(endpoint, JSON.stringify(outputs));
    const config = { config: { [`${name}:outputs`]: JSON.parse(text) as unknown } };
    writeFileSync(join(folder, `Pulumi.${referred}.yaml`), dump(config));
    const engine = new Engine(folder, work, parts);
    await engine.init(referred);
    const up = await engine.up(referred);
    if (up.code !== 0) throw new Error(`stack ${reference}: ${up.stdout}\n${up.stderr}`);
    const file = join(project, `Pulumi.${stack}.yaml`);
    const referring = readFileSync(file, "utf8").replaceAll(`${owner}/${name}/`, `${organization}/${name}/`);
    writeFileSync(file, referring);
  }
}
