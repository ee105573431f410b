import { about, inputError, type Place } from "../problems";
import { spawnSync } from "node:child_process";
import { isAbsolute, resolve } from "node:path";
import { type Fields, fileOrData, KUBECONFIG, readCredentialFile, textOf } from "./entryFields";

/** Who asks: a token or password as a header, or a certificate; both absent: anonymous. */
export interface Credentials {
  /** Value of the Authorization header. */
  readonly authorization?: string;
  /** PEM. */
  readonly certificate?: string;
  /** PEM. */
  readonly key?: string;
}

/** A command that prints an ExecCredential: `aws eks get-token` and the like. */
interface Plugin {
  readonly apiVersion?: string;
  readonly command?: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly installHint?: string;
}

/**
 * A user's credentials; runs its credential plugin where it has one.
 * @throws PalisadeInputError for what isn't supported, or a plugin that fails
 */
export function credentialsOf(user: Fields, name: string, folder: string, server: string): Credentials {
  if ("auth-provider" in user) {
    throw inputError(
      about(KUBECONFIG, `user ${name}`),
      "has an auth-provider, which Kubernetes 1.26 removed",
      "Use a credential plugin (exec)",
    );
  }
  const certificate = fileOrData(user, "client-certificate", folder);
  const key = fileOrData(user, "client-key", folder);
  const pair = {
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
  };
  const tokenFile = textOf(user, "tokenFile");
  const token =
    tokenFile === undefined
      ? textOf(user, "token")
      : readCredentialFile(resolve(folder, tokenFile), "tokenFile");
  if (token !== undefined)
    return { ...pair, authorization: bearer(token, about(KUBECONFIG, `user ${name}`)) };
  const username = textOf(user, "username");
  if (username !== undefined) {
    const both = `${username}:${textOf(user, "password") ?? ""}`;
    return { ...pair, authorization: `Basic ${Buffer.from(both).toString("base64")}` };
  }
  const plugin = user["exec"];
  if (typeof plugin !== "object" || plugin === null) return pair;
  return { ...pair, ...runPlugin(plugin, name, folder, server) };
}

/** The header of a token; no error quotes it. @throws PalisadeInputError for what no header may hold */
function bearer(token: string, at: Place): string {
  const plain = token.trim();
  if (/[^\x21-\x7e]/.test(plain)) {
    throw inputError(at, "the token has spaces, line breaks or other characters that no token has");
  }
  return `Bearer ${plain}`;
}

function runPlugin(plugin: Plugin, user: string, folder: string, server: string): Credentials {
  const { apiVersion = "client.authentication.k8s.io/v1", command = "", args, env, installHint } = plugin;
  const at = about(about(KUBECONFIG, `user ${user}`), [command, ...(args ?? [])].join(" "));
  const info = { apiVersion, kind: "ExecCredential", spec: { interactive: false, cluster: { server } } };
  const path = command.includes("/") && !isAbsolute(command) ? resolve(folder, command) : command;
  const { error, status, stdout, stderr } = spawnSync(path, [...(args ?? [])], {
    encoding: "utf8",
    timeout: 60_000,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      ...Object.fromEntries((env ?? []).map((each) => [each.name, each.value])),
      KUBERNETES_EXEC_INFO: JSON.stringify(info),
    },
  });
  if (error !== undefined) throw inputError(at, `${error.message}${installHint ? `\n${installHint}` : ""}`);
  if (status !== 0) throw inputError(at, `exited ${status ?? "by a signal"}: ${stderr.trim().slice(-500)}`);
  return fromAnswer(stdout, at);
}

/** The credentials that an ExecCredential carries. Its text is secret: no error quotes it. */
function fromAnswer(stdout: string, at: Place): Credentials {
  let status: Readonly<Record<string, unknown>> | undefined;
  try {
    status = (JSON.parse(stdout) as { status?: Record<string, unknown> }).status;
  } catch {
    throw inputError(at, "printed no JSON");
  }
  const token = textOf(status, "token");
  const certificate = textOf(status, "clientCertificateData");
  const key = textOf(status, "clientKeyData");
  if (token === undefined && certificate === undefined) {
    throw inputError(at, "gave neither a token nor a certificate");
  }
  return {
    ...(token === undefined ? {} : { authorization: bearer(token, at) }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
  };
}
