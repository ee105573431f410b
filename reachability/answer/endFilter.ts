// Tests: test/reachability/evidence/cni.test.ts
import { AddressSet, cidrAround, formatCidr, parseAddress, parseCidr, width } from "../../net";
import { didYouMean, type Problem } from "../../problems";
import { type ReportedEnd, outsideEnd } from "../compute";

/**
 * Reads how people name ends: an id (`shop/web[Deployment]`), `shop/web`, a name, `shop/*`, any of these with `*`
 * for any characters; a CIDR or an address for ends outside that overlap it.
 */
function endMatcher(text: string): (end: ReportedEnd) => boolean {
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
  | { readonly kind: "ends"; readonly ends: readonly ReportedEnd[] }
  | { readonly kind: "services"; readonly services: readonly S[] }
  | { readonly kind: "nothing" };

/**
 * What people mean by a text, the first of these that is something: the end of that id; ends whose id or name it is;
 * Services whose name it is; ends known by their labels, of which one has this value (`nginx`, `shop/nginx`). Of these,
 * those without other labels come before the rest. `svc/shop/web` and `shop/web[Service]` are Services in any case.
 */
export function meaningOf<S extends { readonly namespace: string; readonly name: string }>(
  ends: readonly ReportedEnd[],
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

function servicesOr<S>(services: readonly S[], ends: readonly ReportedEnd[]): Meaning<S> {
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

/**
 * The addresses that a text means as ends outside: one for all that nothing tells apart.
 * @param inside addresses that are none: of nodes, or of Services.
 */
export function outsideMeant(
  outside: ReadonlyMap<number, AddressSet>,
  text: string,
  inside: AddressSet = AddressSet.empty,
): readonly ReportedEnd[] | undefined {
  const asked = addressesIn(text);
  if (asked === undefined) return undefined;
  return [...outside].flatMap(([number, part]): ReportedEnd[] => {
    const here = part.intersect(asked).subtract(inside);
    const [first, ...others] = here.toCidrs();
    if (first === undefined) return [];
    const except = asked.subtract(here).toCidrs().map(formatCidr);
    const listed = [first, ...others].map(formatCidr);
    const id =
      except.length === 0
        ? text
        : Math.min(except.length, listed.length) > MOST_LISTED
          ? `${text} in part`
          : except.length < listed.length
            ? `${text}${EXCEPT}${except.join(", ")}`
            : listed.join(", ");
    return [{ ...outsideEnd(first, number), id, name: id, addresses: here }];
  });
}

const EXCEPT = " except ";
/** More blocks than these aren't listed in a name. */
const MOST_LISTED = 20;

/** The blocks that an end outside is, and what each leaves out: the fewest that say so; `plain` ones leave nothing out. */
export function blocksOf(
  { id, addresses }: ReportedEnd,
  plain = false,
): readonly { readonly cidr: string; readonly except: readonly string[] }[] {
  const texts = (set: AddressSet) => set.toCidrs().map(formatCidr);
  const [whole = ""] = id.split(/ except |, | in part/);
  const asked = addressesIn(whole);
  const own = addresses ?? asked ?? AddressSet.empty;
  const except = asked?.covers(own) === true ? texts(asked.subtract(own)) : undefined;
  const [only, ...others] = asked === undefined ? [] : texts(asked);
  const listed = texts(own);
  const isShorter = except !== undefined && others.length === 0 && except.length < listed.length;
  return isShorter && only !== undefined && (!plain || except.length === 0)
    ? [{ cidr: only, except }]
    : listed.map((cidr) => ({ cidr, except: [] }));
}

function byLabel(ends: readonly ReportedEnd[], text: string): readonly ReportedEnd[] {
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

/** What to say when a name means no end: the one that was probably meant, or which there are. */
export function noSuchEnd(
  text: string,
  ends: readonly ReportedEnd[],
  services: readonly { readonly namespace: string; readonly name: string }[],
): Pick<Problem, "message" | "remedy"> {
  const known = ends.filter(({ kind }) => kind !== "IPBlock");
  const remedy = didYouMean(text, namesLike(text, known, services));
  if (remedy !== undefined) return { message: "no such end", remedy };
  const some = known
    .slice(0, 5)
    .map(({ id }) => id)
    .join(", ");
  return {
    message: `no such end; there are ${known.length === 0 ? "only addresses outside" : some}${known.length > 5 ? `, … (${known.length} in all)` : ""}`,
  };
}

/** All that could be written where a text stands, in the way that it is written. */
function namesLike(
  text: string,
  ends: readonly ReportedEnd[],
  services: readonly { readonly namespace: string; readonly name: string }[],
): readonly string[] {
  const [, prefix = "", name = text] = /^(svc\/|service\/)(.+)$/.exec(text) ?? [];
  const own = [
    ...(prefix === "" ? ends : []).flatMap((end) =>
      [end.name, ...Object.values(end.labels)].map((called) => ({ namespace: end.namespace, called })),
    ),
    ...services.map((service) => ({ namespace: service.namespace, called: service.name })),
  ];
  if (name.endsWith("/*")) return own.map(({ namespace }) => `${prefix}${namespace}/*`);
  if (name.includes("[")) return ends.map(({ id }) => id);
  return own.map(({ namespace, called }) => `${prefix}${name.includes("/") ? `${namespace}/` : ""}${called}`);
}
