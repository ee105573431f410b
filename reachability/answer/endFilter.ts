import { AddressSet, cidrAround, formatCidr, parseAddress, parseCidr, width } from "../../net";
import { type End, outsideEnd } from "../compute";

/**
 * Reads how people name ends: an id (`shop/web[Deployment]`), `shop/web`, a name, `shop/*`, any of these with `*`
 * for any characters; a CIDR or an address for ends outside that overlap it.
 */
function endMatcher(text: string): (end: End) => boolean {
  const addresses = addressesIn(text);
  if (addresses !== undefined) {
    return ({ kind, id }) => kind === "IPBlock" && AddressSet.of(id).overlaps(addresses);
  }
  const pattern = patternOf(text);
  return ({ id, namespace, name }) =>
    pattern.test(id) || pattern.test(name) || (namespace !== "" && pattern.test(`${namespace}/${name}`));
}

/** What people mean by a text. */
export type Meaning<S> =
  | { readonly kind: "ends"; readonly ends: readonly End[] }
  | { readonly kind: "services"; readonly services: readonly S[] }
  | { readonly kind: "nothing" };

/**
 * What people mean by a text, the first of these that is something: the end of that id; ends whose id or name it is;
 * Services whose name it is; ends known by their labels, of which one has this value (`nginx`, `shop/nginx`). Of these,
 * those without other labels come before the rest. `svc/shop/web` and `shop/web[Service]` are Services in any case.
 */
export function meaningOf<S extends { readonly namespace: string; readonly name: string }>(
  ends: readonly End[],
  services: readonly S[],
  text: string,
): Meaning<S> {
  const [, asService] = /^(?:svc|service)\/(.+)$/.exec(text) ?? /^(.+)\[Service\]$/.exec(text) ?? [];
  if (asService !== undefined) return servicesOr(servicesNamed(services, asService), []);
  const exact = ends.filter(({ id }) => id === text);
  if (exact.length > 0) return { kind: "ends", ends: exact };
  const named = ends.filter(endMatcher(text));
  if (named.length > 0) return { kind: "ends", ends: named };
  return servicesOr(servicesNamed(services, text), byLabel(ends, text));
}

function servicesOr<S>(services: readonly S[], ends: readonly End[]): Meaning<S> {
  if (services.length > 0) return { kind: "services", services };
  return ends.length > 0 ? { kind: "ends", ends } : { kind: "nothing" };
}

function servicesNamed<S extends { readonly namespace: string; readonly name: string }>(
  services: readonly S[],
  text: string,
): readonly S[] {
  const pattern = patternOf(text);
  return services.filter(({ namespace, name }) => pattern.test(name) || pattern.test(`${namespace}/${name}`));
}

/** The addresses that a text means as ends outside: one for all that nothing tells apart. */
export function outsideMeant(
  outside: ReadonlyMap<number, AddressSet>,
  text: string,
): readonly End[] | undefined {
  const asked = addressesIn(text);
  if (asked === undefined) return undefined;
  return [...outside].flatMap(([number, part]): End[] => {
    const here = part.intersect(asked);
    const [first, ...others] = here.toCidrs();
    if (first === undefined) return [];
    const except = asked.subtract(here).toCidrs().map(formatCidr);
    const listed = [first, ...others].map(formatCidr);
    const id =
      except.length === 0
        ? text
        : except.length < listed.length
          ? `${text}${EXCEPT}${except.join(", ")}`
          : listed.join(", ");
    return [{ ...outsideEnd(first, number), id, name: id }];
  });
}

const EXCEPT = " except ";

/** The blocks that the id of such an end lists, and what each leaves out. */
export function blocksOfId(
  id: string,
): readonly { readonly cidr: string; readonly except: readonly string[] }[] {
  const [whole = "", except] = id.split(EXCEPT);
  const cidrs = (text: string) =>
    text.split(", ").flatMap((one) => addressesIn(one)?.toCidrs().map(formatCidr) ?? []);
  return cidrs(whole).map((cidr) => ({ cidr, except: except === undefined ? [] : cidrs(except) }));
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

const patternOf = (text: string) => new RegExp(`^${text.split("*").map(escape).join(".*")}$`, "s");

const escape = (text: string) => text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");
