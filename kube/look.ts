import { messageOf } from "../problems";
import { isForbidden } from "./errors";
import { type KubeconfigSource, readAccess } from "./kubeconfig";
import { type KubeObject, KubeReader } from "./objects";
import { Rest } from "./rest";

/** What is live of an object that was asked for. */
export type Seen = KubeObject | "missing" | "forbidden";

/** What a short look at a cluster found, in the order that was asked; or why it can't be seen. */
export type Look = { readonly seen: readonly Seen[] } | { readonly unseen: string };

/** Milliseconds for one answer: who waits for a preview shouldn't wait for this. */
const PATIENCE = 5_000;

/**
 * Asks a cluster whether it answers, and for some objects. Never rejects: what goes wrong is why the cluster can't be seen.
 * @param wanted each object's kind and name; what else it has isn't looked at
 */
export async function lookAt(source: KubeconfigSource, wanted: readonly KubeObject[]): Promise<Look> {
  let rest: Rest | undefined;
  try {
    rest = new Rest(readAccess(source), PATIENCE);
    await rest.call("GET", "/version");
    const reader = new KubeReader(rest);
    const seen: Seen[] = [];
    for (const object of wanted) seen.push(await see(reader, object));
    return { seen };
  } catch (error) {
    return { unseen: messageOf(error) };
  } finally {
    rest?.close();
  }
}

async function see(reader: KubeReader, object: KubeObject): Promise<Seen> {
  try {
    return (await reader.read(object)) ?? "missing";
  } catch (error) {
    if (isForbidden(error)) return "forbidden";
    throw error;
  }
}
