import { AddressSet } from "../net/addressSet";
import { cidrAround, parseAddress, parseCidr, width } from "../net/cidr";
import type { End } from "./ends";

/**
 * Reads how people name ends: an id (`shop/web[Deployment]`), `shop/web`, a name, `shop/*`, any of these with `*`
 * for any characters; a CIDR or an address for ends outside that overlap it.
 */
export function endMatcher(text: string): (end: End) => boolean {
  const addresses = addressesIn(text);
  if (addresses !== undefined) {
    return ({ kind, id }) => kind === "IPBlock" && AddressSet.of(id).overlaps(addresses);
  }
  const pattern = new RegExp(`^${text.split("*").map(escape).join(".*")}$`, "s");
  return ({ id, namespace, name }) =>
    pattern.test(id) || pattern.test(name) || (namespace !== "" && pattern.test(`${namespace}/${name}`));
}

/**
 * The ends that people mean by a text: that id; else what `endMatcher` finds; else ends known by their labels, of which
 * one has this value (`nginx`, `shop/nginx`). Of these, those without other labels come before the rest.
 */
export function endsMeant(ends: readonly End[], text: string): readonly End[] {
  const exact = ends.filter(({ id }) => id === text);
  if (exact.length > 0) return exact;
  const matching = ends.filter(endMatcher(text));
  return matching.length > 0 ? matching : byLabel(ends, text);
}

function byLabel(ends: readonly End[], text: string): readonly End[] {
  const slash = text.lastIndexOf("/");
  const [namespace, value] = slash < 0 ? [undefined, text] : [text.slice(0, slash), text.slice(slash + 1)];
  const found = ends.filter(
    (end) =>
      (namespace === undefined || end.namespace === namespace) && Object.values(end.labels).includes(value),
  );
  const alone = found.filter(({ labels }) => Object.keys(labels).length === 1);
  return alone.length > 0 ? alone : found;
}

/** The addresses that a text means, if it means any. */
export function addressesIn(text: string): AddressSet | undefined {
  const address = parseAddress(text);
  if (address !== undefined) return AddressSet.of(cidrAround(address, width(address.family)));
  try {
    return AddressSet.of(parseCidr(text));
  } catch {
    return undefined;
  }
}

const escape = (text: string) => text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");
