import {
  type DeclaredApplication,
  type FlowDeclaration,
  type Peer,
  TODO_OWNER,
  TODO_REASON,
  type WorkloadDeclaration,
} from "../flows";
import type { ImportedApplication } from "./plan";
import { type Code, print, quoted } from "./print";

/** How an application's file finds the language: in this repository, or in a project that depends on the package. */
export type LanguageModule = "../flows" | "pulumi-palisade/flows";

/** A file to be written. */
export interface ApplicationFile {
  /** Without a folder: "orders.ts". */
  readonly name: string;
  readonly text: string;
}

/** An application's file, in TypeScript as a person would write it: prettier at a width of 110 changes nothing. */
export function fileOf(
  { application, namespace, observed }: ImportedApplication,
  module: LanguageModule,
): ApplicationFile {
  const { name, owner, names, workloads, databases, flows, accepts } = application;
  const used = new Set(["application"]);
  const ends = (value: FlowDeclaration["from"]): Code => {
    if (Array.isArray(value)) return (value as readonly (string | Peer)[]).map((one) => end(one, used));
    return end(value as string | Peer, used);
  };
  const declaration: Code = {
    owner,
    ...(names === undefined ? {} : { names: { ...names } }),
    workloads: Object.fromEntries(Object.entries(workloads).map(([key, one]) => [key, workloadCode(one)])),
    ...(databases === undefined
      ? {}
      : {
          databases: Object.fromEntries(Object.entries(databases).map(([key, one]) => [key, { ...one }])),
        }),
    flows: flows.map(({ from, to, ports, because, name: policies }) => ({
      from: ends(from),
      to: ends(to),
      ports,
      because,
      ...(policies === undefined ? {} : { name: policies }),
    })),
    ...(accepts === undefined ? {} : { accepts: accepts.map((one) => ({ ...one })) }),
  };
  const body = print(
    { call: "application", args: [name, declaration] },
    `export const ${identifier(name)} = `,
    "",
    ";",
  );
  const text = [
    importLine([...used], module),
    "",
    ...comment(remarks(namespace, observed, application)),
    `export const ${identifier(name)} = ${body};`,
    "",
  ].join("\n");
  return { name: `${name}.ts`, text };
}

/** "orders-api" → "ordersApi": what a file exports. */
const identifier = (name: string): string => {
  const plain = name.replaceAll(/-+(.)/g, (_, letter: string) => letter.toUpperCase());
  return /^\d/.test(plain) || RESERVED.has(plain)
    ? `app${plain.charAt(0).toUpperCase()}${plain.slice(1)}`
    : plain;
};

/** Words that no constant of a module can be called by, and what the files import. */
const RESERVED = new Set(
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield application bucket cidr database everyWorkload ingressController internet kubernetesApi monitoring platform podsOf workloadOf".split(
    " ",
  ),
);

/** What an imported application's file says of itself: whence it is, and what is left to write. */
export function remarks(
  namespace: string,
  observed: readonly string[],
  application: DeclaredApplication,
): readonly string[] {
  const text = JSON.stringify(application);
  const left = [
    ...(text.includes(JSON.stringify(TODO_REASON)) ? ["each reason that is still TODO"] : []),
    ...(text.includes(`"owner":${JSON.stringify(TODO_OWNER)}`) ? ["the owner"] : []),
  ];
  return [
    `Imported from the NetworkPolicies of namespace ${namespace}.`,
    ...(left.length === 0 ? [] : [`Write ${left.join(" and ")}: nothing is previewed before.`]),
    ...(observed.length === 0
      ? []
      : [`No policy isolates ${observed.join(", ")}: the placement's workloadStages keep that so.`]),
  ];
}

function comment(lines: readonly string[]): readonly string[] {
  const [only = "", ...others] = lines;
  return others.length === 0 ? [`/** ${only} */`] : ["/**", ...lines.map((line) => ` * ${line}`), " */"];
}

function workloadCode({ labels, instances, ports, metrics }: WorkloadDeclaration): Code {
  return {
    labels,
    ...(instances === undefined ? {} : { instances: instances as Readonly<Record<string, Code>> }),
    ...(ports === undefined ? {} : { ports }),
    ...(metrics === undefined ? {} : { metrics }),
  };
}

function end(value: string | Peer, used: Set<string>): Code {
  if (typeof value === "string") return value;
  const call = (name: string, ...args: readonly Code[]): Code => {
    used.add(name);
    return { call: name, args };
  };
  switch (value.kind) {
    case "workload":
      return value.workload;
    case "every-workload":
      return call("everyWorkload");
    case "application":
      return call("workloadOf", value.application, value.workload);
    case "pods":
      return call("podsOf", value.namespace, value.pods);
    case "platform":
      if (value.service === "ingress") return call("ingressController");
      return value.service === "monitoring" ? call("monitoring") : call("platform", value.service);
    case "cidr":
      return call("cidr", ...value.cidrs);
    case "internet":
      return call("internet");
    case "kubernetes-api":
      return call("kubernetesApi");
    case "database":
      return call("database", value.database);
    case "bucket":
      return call("bucket", value.bucket, value.access);
    case "cloud-identity":
      return call("cloudIdentity");
  }
}

function importLine(names: readonly string[], module: LanguageModule): string {
  const sorted = [...names].sort();
  const line = `import { ${sorted.join(", ")} } from ${quoted(module)};`;
  return line.length <= 110
    ? line
    : `import {\n${sorted.map((name) => `  ${name},\n`).join("")}} from ${quoted(module)};`;
}
