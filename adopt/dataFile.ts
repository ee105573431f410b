import { writeKubernetesYaml } from "../yaml";
import { type ApplicationFile, type LanguageModule, remarks } from "./file";
import type { ImportedApplication } from "./plan";

/** Where a file in applications/ finds the schema of its words, by how a file in TypeScript would find the language. */
const SCHEMA: Readonly<Record<LanguageModule, string>> = {
  "../flows": "../docs/application.schema.json",
  "pulumi-palisade/flows": "../node_modules/pulumi-palisade/application.schema.json",
};

/** An application's file as data, in YAML: the words that `applicationFromData()` reads, and editors by their schema. */
export function dataFileOf(
  { application, namespace, observed }: ImportedApplication,
  module: LanguageModule,
): ApplicationFile {
  const { name, owner, names, workloads, databases, flows, accepts } = application;
  const declared = { name, owner, names, workloads, databases, flows, accepts };
  const head = [
    `yaml-language-server: $schema=${SCHEMA[module]}`,
    ...remarks(namespace, observed, application),
  ];
  const comment = head.map((line) => `# ${line}\n`).join("");
  return { name: `${name}.yaml`, text: comment + writeKubernetesYaml(written(declared)) };
}

/** A value without what isn't said: YAML has no word for it. */
const written = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
