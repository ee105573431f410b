import { isForbidden } from "./errors";
import { type KubeconfigSource, readAccess } from "./kubeconfig";
import { KubeReader } from "./objects";
import { Rest } from "./rest";

/** What a short look at a cluster found: the namespaces that aren't there, or why it can't be seen. */
export type Look = { readonly missing: readonly string[] } | { readonly unseen: string };

/** Milliseconds for one answer: who waits for a preview shouldn't wait for this. */
const PATIENCE = 5_000;

/**
 * Asks a cluster whether it answers, and which of some namespaces it doesn't have. One that may not be read counts as there.
 * Never rejects: what goes wrong is why the cluster can't be seen.
 */
export async function lookAt(source: KubeconfigSource, namespaces: readonly string[]): Promise<Look> {
  let rest: Rest | undefined;
  try {
    rest = new Rest(readAccess(source), PATIENCE);
    await rest.call("GET", "/version");
    const reader = new KubeReader(rest);
    const missing: string[] = [];
    for (const name of namespaces) if (!(await exists(reader, name))) missing.push(name);
    return { missing };
  } catch (error) {
    return { unseen: error instanceof Error ? error.message : String(error) };
  } finally {
    rest?.close();
  }
}

async function exists(reader: KubeReader, name: string): Promise<boolean> {
  try {
    return (await reader.read({ apiVersion: "v1", kind: "Namespace", metadata: { name } })) !== undefined;
  } catch (error) {
    if (isForbidden(error)) return true;
    throw error;
  }
}
