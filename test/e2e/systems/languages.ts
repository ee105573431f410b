import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { dump } from "js-yaml";
import { inputsFrom } from "../../library/plugin/inputs";
import { readYaml, root } from "../engine/project";
import { must } from "../machine/process";
import type { Parts } from "../parts/prepare";

/** The inputs of the component. */
export type Inputs = Readonly<Record<string, unknown>>;

/** A stack's config file as the inputs of the component: what the TypeScript program makes of it, another language's has to make too. */
export function inputsOfFile(file: string): Inputs {
  const { config } = readYaml(file) as { readonly config: Readonly<Record<string, unknown>> };
  const texts = Object.entries(config).map(([key, value]): [string, string] => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return { ...inputsFrom(Object.fromEntries(texts)) };
}

/** Programs of one resource, by their language; each is written into a project's folder, in place of what is there. */
export const PROGRAMS = {
  yaml(folder: string, inputs: Inputs): void {
    const isolated = { type: "palisade:IsolatedApplications", properties: inputs };
    const program = {
      name: "palisade",
      runtime: "yaml",
      resources: { isolated },
      outputs: { namespaces: "${isolated.namespaces}" },
    };
    writeFileSync(join(folder, "Pulumi.yaml"), dump(program));
  },
  /** The program of docs/languages.md. */
  python(folder: string, inputs: Inputs): void {
    writeFileSync(join(folder, "Pulumi.yaml"), dump({ name: "palisade", runtime: "python", main: "." }));
    writeFileSync(join(folder, "inputs.json"), JSON.stringify(inputs));
    const page = readFileSync(join(root, "docs", "languages.md"), "utf8");
    writeFileSync(join(folder, "__main__.py"), /```python\n(.*?)```/s.exec(page)?.[1] ?? "");
  },
} as const;

/** The SDKs of the published schema, made by Pulumi's code: folders by language in `folder`. */
export async function generateSdks({ path }: Parts, folder: string): Promise<void> {
  await must(join(path, "sdk-generator"), [join(root, "docs", "plugin.schema.json"), folder]);
  // What an installation would say of Python's: its version, which it asks for.
  const installed = join(folder, "python", "pulumi_palisade-0.1.0.dist-info");
  mkdirSync(installed);
  writeFileSync(
    join(installed, "METADATA"),
    "Metadata-Version: 2.1\nName: pulumi_palisade\nVersion: 0.1.0\n",
  );
}

/** Environments in which a CLI finds the language hosts, the component package, the SDK for Python and the provider plugins. */
export function environmentOf(
  cli: "older" | "newest",
  { path }: Parts,
  folder: string,
  sdks: string,
): Readonly<Record<string, string>> {
  const bin = join(folder, `bin-${cli}`);
  mkdirSync(bin, { recursive: true });
  const link = (name: string, to: string): void => symlinkSync(to, join(bin, name));
  link("pulumi", join(path, cli === "older" ? "pulumi" : "current/bin/pulumi"));
  link("pulumi-resource-palisade", join(root, "bin", "pulumi-resource-palisade.js"));
  for (const name of ["kubernetes", "aws"].map((each) => `pulumi-resource-${each}`))
    link(name, join(path, name));
  const hosts = ["yaml", "python", "python-exec", ...(cli === "older" ? ["nodejs"] : [])];
  for (const name of hosts.map((each) => `pulumi-language-${each}`))
    copyFileSync(join(path, name), join(bin, name));
  // The newest CLI asks the Node.js host to start packs, unless there is none: then it takes a launcher of another name.
  const launcher = cli === "older" ? "pulumi-analyzer-policy" : "pulumi-analyzer-policy-nodejs";
  copyFileSync(join(path, "pulumi-analyzer-policy"), join(bin, launcher));
  return {
    PATH: [bin, join(path, "python-sdk", "bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(
      delimiter,
    ),
    PYTHONPATH: join(sdks, "python"),
  };
}
