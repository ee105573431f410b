import { about, atSource, didYouMean, inputError, within, messageOf } from "../problems";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { type Credentials, credentialsOf } from "./credentials";
import { type Fields, fileOrData, KUBECONFIG, textOf } from "./entryFields";

/** How to reach an API server, and as whom. */
export interface Access {
  /** The context's name. */
  readonly context: string;
  readonly server: URL;
  /** PEM of the authorities that vouch for the server; absent: the system's. */
  readonly authority?: string;
  /** Whether the server's certificate is checked at all. */
  readonly verify: boolean;
  /** The name in the server's certificate, where it isn't the server's own. */
  readonly serverName?: string;
  readonly credentials: Credentials;
}

interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly { name: string; context: { cluster: string; user: string } }[];
  readonly clusters?: readonly { name: string; cluster: Fields; folder: string }[];
  readonly users?: readonly { name: string; user: Fields; folder: string }[];
}

/** Where to look for a kubeconfig. */
export interface KubeconfigSource {
  /** A file, or the kubeconfig itself as YAML or JSON; absent: what kubectl takes ($KUBECONFIG, ~/.kube/config). */
  readonly kubeconfig?: string;
  /** Absent: the current one. */
  readonly context?: string;
}

/**
 * Reads how a context reaches its cluster: server, authority, and a user's token, certificate, password or credential
 * plugin. Files and commands are relative to the kubeconfig's folder, as for kubectl.
 * @throws PalisadeInputError where there is no file, no such context, or something that isn't known here
 */
export function readAccess({ kubeconfig, context }: KubeconfigSource = {}): Access {
  const config = merged(kubeconfig === undefined ? defaultFiles() : [kubeconfig]);
  const wanted = context ?? config["current-context"];
  const chosen = config.contexts?.find(({ name }) => name === wanted)?.context;
  if (chosen === undefined) {
    const names = config.contexts?.map(({ name }) => name) ?? [];
    const known = names.join(", ");
    throw inputError(
      KUBECONFIG,
      `no context ${wanted ?? "is current"}; there ${known ? `are: ${known}` : "is none"}`,
      didYouMean(wanted ?? "", names) ??
        "Give one of them with --context, or another file by --kubeconfig or KUBECONFIG",
    );
  }
  const cluster = config.clusters?.find(({ name }) => name === chosen.cluster);
  const user = config.users?.find(({ name }) => name === chosen.user);
  const server = textOf(cluster?.cluster, "server");
  if (cluster === undefined || server === undefined) {
    throw inputError(
      about(KUBECONFIG, `context ${wanted ?? ""}`),
      `names cluster ${chosen.cluster}, which has no server`,
    );
  }
  if (textOf(cluster.cluster, "proxy-url") !== undefined) {
    throw inputError(
      about(KUBECONFIG, `cluster ${chosen.cluster}`),
      "has a proxy-url, which isn't supported",
      "Use a context without one",
    );
  }
  const authority = fileOrData(cluster.cluster, "certificate-authority", cluster.folder);
  const serverName = textOf(cluster.cluster, "tls-server-name");
  return {
    context: wanted ?? "",
    server: serverUrl(server, chosen.cluster),
    ...(authority === undefined ? {} : { authority }),
    ...(serverName === undefined ? {} : { serverName }),
    verify: cluster.cluster["insecure-skip-tls-verify"] !== true,
    credentials: credentialsOf(user?.user ?? {}, chosen.user, user?.folder ?? ".", server),
  };
}

/** The files that KUBECONFIG names; empty: the variable isn't set. */
export const filesOfVariable = (): readonly string[] =>
  (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");

function defaultFiles(): readonly string[] {
  const given = filesOfVariable();
  const files = given.length > 0 ? given : [join(homedir(), ".kube", "config")];
  const found = files.filter((path) => existsSync(path));
  if (found.length === 0) {
    throw inputError(
      within(KUBECONFIG, atSource(files.join(", "))),
      "no such file",
      "Set KUBECONFIG to the file that has the cluster's context",
    );
  }
  return found;
}

/** All files as one, as kubectl reads them: the first to say something wins. */
function merged(sources: readonly string[]): Kubeconfig {
  const all = sources.map((source) => {
    const inline = source.includes("\n") || source.trimStart().startsWith("{");
    const folder = inline ? process.cwd() : dirname(resolve(source));
    return withFolder(readDocument(inline ? source : fileText(source), inline ? "given" : source), folder);
  });
  const current = all.map((one) => one["current-context"]).find((name) => name !== undefined && name !== "");
  return {
    ...(current === undefined ? {} : { "current-context": current }),
    contexts: all.flatMap(({ contexts }) => contexts ?? []),
    clusters: all.flatMap(({ clusters }) => clusters ?? []),
    users: all.flatMap(({ users }) => users ?? []),
  };
}

function fileText(file: string): string {
  if (!existsSync(file)) throw inputError(within(KUBECONFIG, atSource(file)), "no such file");
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw inputError(within(KUBECONFIG, atSource(file)), `can't be read (${messageOf(error)})`);
  }
}

function readDocument(text: string, name: string): Kubeconfig {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw inputError(
      within(KUBECONFIG, atSource(name)),
      error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error),
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw inputError(within(KUBECONFIG, atSource(name)), "isn't a mapping");
  }
  return value;
}

/** Paths in a kubeconfig are relative to its own folder. */
function withFolder(config: Kubeconfig, folder: string): Kubeconfig {
  return {
    ...config,
    clusters: (config.clusters ?? []).map((entry) => ({ ...entry, folder })),
    users: (config.users ?? []).map((entry) => ({ ...entry, folder })),
  };
}

function serverUrl(text: string, cluster: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === "https:" || url.protocol === "http:")) return url;
  throw inputError(about(KUBECONFIG, `cluster ${cluster}`), `server ${text} isn't an https or http address`);
}
