import { AddressSet, type Cidr, CidrError, formatCidr, parseCidr } from "../../net";
import type { FieldReader } from "./fields";
import type { RulePeer } from "./policy";
import { type FieldPlace, under } from "./problems";
import { UNKNOWN } from "./unknown";

/** Reads an ipBlock: its cidr without its excepts. What the API server refuses is a problem, and no peer. */
export function readBlock(fields: FieldReader, value: unknown, path: FieldPlace): RulePeer | undefined {
  const block = fields.map(value, path);
  if (block === undefined) return undefined;
  if (block === UNKNOWN) return { kind: "unknown" };
  fields.only(block, ["cidr", "except"], path);
  const except = fields.list(block["except"], under(path, "except")) ?? [];
  const cidr = readCidr(fields, block["cidr"] ?? "", under(path, "cidr"));
  if (cidr === undefined) return undefined;
  if (cidr === UNKNOWN || except === UNKNOWN) return { kind: "unknown" };
  const excepted = except.map((one, i) => readExcept(fields, one, under(under(path, "except"), i), cidr));
  if (excepted.includes(UNKNOWN)) return { kind: "unknown" };
  const known = excepted.filter((one): one is Cidr => one !== undefined && one !== UNKNOWN);
  const text =
    known.length === 0 ? formatCidr(cidr) : `${formatCidr(cidr)} except ${known.map(formatCidr).join(", ")}`;
  return { kind: "block", set: AddressSet.of(cidr).subtract(AddressSet.of(...known)), text };
}

function readExcept(fields: FieldReader, value: unknown, path: FieldPlace, within: Cidr) {
  const cidr = readCidr(fields, value ?? "", path);
  if (cidr === undefined || cidr === UNKNOWN) return cidr;
  const strictly =
    cidr.family === within.family &&
    cidr.prefix > within.prefix &&
    within.first <= cidr.first &&
    cidr.last <= within.last;
  if (!strictly) fields.problem(path, `${formatCidr(cidr)} is not a smaller part of ${formatCidr(within)}`);
  return cidr;
}

/**
 * A CIDR as the API server reads it: bits beyond the prefix don't count, and an IPv4 block written as IPv6
 * (`::ffff:0:0/96`) is the IPv4 block. Newer servers refuse both in new policies and keep old ones.
 * Source: Go's net.ParseCIDR, k8s.io/apimachinery IsValidCIDRForLegacyField.
 */
function readCidr(fields: FieldReader, value: unknown, path: FieldPlace) {
  const text = fields.string(value, path);
  if (text === undefined || text === UNKNOWN) return text;
  try {
    return parseCidr(text);
  } catch (error) {
    if (!(error instanceof CidrError)) throw error;
    const { reason, suggestion } = error;
    if (reason === "not-canonical" && suggestion !== undefined) {
      fields.warn(`CIDRs that aren't canonical were read without the bits beyond their prefix`, text);
      return parseCidr(suggestion);
    }
    // Only an IPv4-mapped block isn't a CIDR and has a suggestion.
    if (reason === "syntax" && suggestion !== undefined) {
      fields.warn(`IPv4 blocks written as IPv6 were read as the IPv4 blocks that they are`, text);
      return parseCidr(suggestion);
    }
    fields.problem(path, error.message);
    return undefined;
  }
}
