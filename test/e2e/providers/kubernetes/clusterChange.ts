import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { load } from "js-yaml";
import type { Change } from "../provider";
import { changedNames, hasUnknown, unknown, type Value, type Values } from "../values";
import { isMap } from "../../../../data";

/** Inputs that say which cluster it is. */
const leadingElsewhere = ["kubeconfig", "context", "cluster"];

/**
 * What another configuration of the provider means, as the official one's DiffConfig says: with an identifier before and after, it is
 * another cluster where that differs, and nowhere else; else where the active context's cluster entry (address, authority, name in
 * the certificate) differs. Another cluster replaces the provider, and so every object of it.
 */
export function configChange(olds: Values, news: Values): Change {
  const changed = changedNames(olds, news);
  const named = changed.filter((name) => leadingElsewhere.includes(name));
  const computed = named.filter((name) => hasUnknown(news[name]));
  if (computed.length > 0) return { changed, replaces: computed };
  const [before, after] = [olds["clusterIdentifier"], news["clusterIdentifier"]];
  if (isWritten(before) && isWritten(after)) {
    return { changed, replaces: before === after ? [] : ["clusterIdentifier"] };
  }
  const [oldEntry, newEntry] = [activeCluster(olds), activeCluster(news)];
  // What can't be read isn't compared.
  const same = oldEntry === undefined || newEntry === undefined || isDeepStrictEqual(oldEntry, newEntry);
  return { changed, replaces: same ? [] : named };
}

const isWritten = (value: Value | undefined): value is string =>
  typeof value === "string" && value !== "" && value !== unknown;

/** The entry of the cluster that a configuration leads to; undefined where that can't be read. */
function activeCluster({ kubeconfig, context, cluster }: Values): Values | undefined {
  const config = kubeconfigOf(kubeconfig);
  if (config === undefined) return undefined;
  const entry = (list: string, name: Value | undefined, field: string): Values | undefined => {
    const all = config[list];
    const entries = (Array.isArray(all) ? (all as readonly Value[]) : []).filter((each) => isMap(each));
    const inner = entries.find((each) => each["name"] === name)?.[field];
    return isMap(inner) ? inner : undefined;
  };
  const active = entry("contexts", isWritten(context) ? context : config["current-context"], "context");
  return active && entry("clusters", isWritten(cluster) ? cluster : active["cluster"], "cluster");
}

/** A kubeconfig that is given as a path or as its text; undefined where it is neither. */
export function kubeconfigOf(given: Value | undefined): Values | undefined {
  if (!isWritten(given)) return undefined;
  try {
    const document = load(textOf(given));
    return isMap(document) ? (document as Values) : undefined;
  } catch {
    return undefined;
  }
}

function textOf(pathOrText: string): string {
  const path = pathOrText.startsWith("~/") ? join(homedir(), pathOrText.slice(2)) : pathOrText;
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
    ? readFileSync(path, "utf8")
    : pathOrText;
}
