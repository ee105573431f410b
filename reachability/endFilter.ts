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
