// Tests: test/report/picture.test.ts
import { AddressSet, formatAddress, formatCidr } from "../net";
import { partyText, wholePartyText } from "../reachability/answer/formats";
import type { ReportedEnd } from "../reachability/compute";
import { isRepresentativeName, OTHER } from "../reachability/read";

/** A box before it is laid out. Lengths are CSS pixels. */
export interface Box {
  readonly id: string;
  /** What the end is: `Deployment`, `Database`; `IPBlock` for addresses, or what is declared there: `database`, `bucket`, `internet`. */
  readonly kind: string;
  /** Empty for what has none. */
  readonly namespace: string;
  readonly label: string;
  /** The end's id, or the addresses, in full words. */
  readonly text: string;
  /** Whether it is addresses outside. */
  readonly outside: boolean;
  /** One of its addresses, to ask about. */
  readonly address?: string;
  readonly width: number;
  readonly height: number;
}

export const BOX_HEIGHT = 34;

/** An end inside as a box. */
export const boxOfEnd = ({ id, kind, namespace, name }: ReportedEnd): Box =>
  sized({ id, kind, namespace, label: shortName(name), text: id, outside: false });

/** Addresses outside as a box; `declared` says what is there. */
export function boxOfOutside(
  addresses: AddressSet,
  declared?: { readonly name: string; readonly kind: string },
): Box {
  const party = { kind: "outside", addresses } as const;
  const text = partyText(party);
  const [first] = addresses.toRanges();
  const address = first === undefined ? "" : formatAddress({ family: first.family, value: first.first });
  if (declared !== undefined) {
    const { name, kind } = declared;
    return sized({
      id: `declared ${name}`,
      kind,
      namespace: "",
      label: name,
      text: `${name}: ${text}`,
      outside: true,
      address,
    });
  }
  const isMost = text.includes(" more blocks") && addresses.size() > MOST;
  const label = isMost ? labelOfMost(addresses) : text;
  return sized({
    id: `outside ${text}`,
    kind: "IPBlock",
    namespace: "",
    label,
    text: wholePartyText(party),
    outside: true,
    address,
  });
}

/** Most addresses by what isn't among them, where that is short. */
function labelOfMost(addresses: AddressSet): string {
  const families = addresses.families();
  const whole = families.reduce((sum, one) => sum.union(AddressSet.all.ofFamily(one)), AddressSet.empty);
  const missing = whole.subtract(addresses).toCidrs();
  if (missing.length > 2) return "most addresses outside";
  return `${partyText({ kind: "outside", addresses: whole })} but not ${missing.map(formatCidr).join(" or ")}`;
}

/** What a namespace is called on the map. */
export const namespaceName = (namespace: string): string =>
  isRepresentativeName(namespace)
    ? namespace === OTHER
      ? "any other namespace"
      : `namespaces ${shortName(namespace)}`
    : namespace;

/** "{app=web,role=read}", an end that no manifest holds, by its labels' values: "web / read". */
function shortName(name: string): string {
  if (name === OTHER) return "any other pod";
  if (!/^\{.*=.*\}$/.test(name)) return name;
  const values = name
    .slice(1, -1)
    .split(",")
    .map((label) => label.slice(label.indexOf("=") + 1));
  return values.join(" / ");
}

/** Half of all IPv4 addresses: a party of that many is told by its size, in full where it is chosen. */
const MOST = 1n << 31n;

/** About what a system font of 13 px needs; longer names end in an ellipsis. */
function sized(box: Omit<Box, "width" | "height">): Box {
  const width = Math.ceil(Math.min(260, Math.max(90, box.label.length * 7.2 + 24)));
  return { ...box, width, height: BOX_HEIGHT };
}
