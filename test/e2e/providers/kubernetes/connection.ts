import { ApiError, Kube, UnreachableError } from "../../kube/client";
import { dialed } from "../dialed";
import type { Values } from "../values";
import { kubeconfigOf } from "./clusterChange";

/** An API server that answers, or why there is none, as the official provider says it. */
export type Connection = { readonly kube: Kube } | { readonly unreachable: string };

/**
 * Opens the configured cluster and asks it something. The official provider does so when it is configured, and goes on without a
 * cluster where that fails: what needs one fails then, previews don't.
 */
export async function connect({ kubeconfig, context }: Values): Promise<Connection> {
  const given = typeof kubeconfig === "string" && kubeconfig !== "" ? kubeconfig : undefined;
  if (given !== undefined && kubeconfigOf(given) === undefined) {
    return { unreachable: `failed to parse kubeconfig data in \`kubernetes:config:kubeconfig\`- ${notRead}` };
  }
  let kube: Kube;
  try {
    kube = Kube.open(given, typeof context === "string" && context !== "" ? context : undefined);
  } catch (error) {
    return { unreachable: `${notLoaded}${said(error)}` };
  }
  try {
    await kube.rest.call("GET", "/version");
    return { kube };
  } catch (error) {
    kube.rest.close();
    const { href } = new URL("openapi/v2?timeout=32s", kube.rest.access.server);
    const reason =
      error instanceof ApiError && error.status === 401
        ? "the server has asked for the client to provide credentials"
        : `Get "${href}": ${dialed(said(error))}`;
    if (!(error instanceof UnreachableError) && !(error instanceof ApiError)) throw error;
    return { unreachable: `unable to load schema information from the API server: ${reason}` };
  }
}

const notRead = "couldn't get version/kind; json parse error: it is neither a file nor a kubeconfig";

const notLoaded =
  "unable to load Kubernetes client configuration from kubeconfig file. Make sure you have: \n\n" +
  " \t • set up the provider as per https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/ \n\n ";

function said(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const context = /no context (\S+?)[;:]/.exec(text)?.[1];
  return context === undefined ? text : `context "${context}" does not exist`;
}
