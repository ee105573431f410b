import { AddressSet, type Cidr, formatCidr } from "../../net";
import { exceptFault, isRefusedAnew, type Laxity, readCidr, UNKNOWN } from "../../kubernetes";
import type { FieldReader } from "./fields";
import type { RulePeer } from "./policy";
import { type FieldPlace, under } from "./problems";

/** Reads an ipBlock: its cidr without its excepts. What the API server refuses is a problem, and no peer. */
export function readBlock(fields: FieldReader, value: unknown, path: FieldPlace): RulePeer | undefined {
  const block = fields.map(value, path);
  if (block === undefined) return undefined;
  if (block === UNKNOWN) return { kind: "unknown" };
  fields.only(block, ["cidr", "except"], path);
  const except = fields.list(block["except"], under(path, "except")) ?? [];
  const cidr = readBlockCidr(fields, block["cidr"] ?? "", under(path, "cidr"));
  if (cidr === undefined) return undefined;
  if (cidr === UNKNOWN || except === UNKNOWN) return { kind: "unknown" };
  const excepted = except.map((one, i) => readExcept(fields, one, under(under(path, "except"), i), cidr));
  if (excepted.includes(UNKNOWN)) return { kind: "unknown" };
  const known = excepted.filter((one): one is Cidr => one !== undefined && one !== UNKNOWN);
  const text =
    known.length === 0 ? formatCidr(cidr) : `${formatCidr(cidr)} except ${known.map(formatCidr).join(", ")}`;
  const set = AddressSet.of(cidr).subtract(AddressSet.of(...known));
  const spelled = [block["cidr"], ...except].map(String);
  const isCanonical = [cidr, ...known].every((one, i) => formatCidr(one) === spelled[i]);
  return { kind: "block", set, text, written: { cidr, except: known, ...(!isCanonical && { spelled }) } };
}

function readExcept(fields: FieldReader, value: unknown, path: FieldPlace, within: Cidr) {
  const cidr = readBlockCidr(fields, value ?? "", path);
  if (cidr === undefined || cidr === UNKNOWN) return cidr;
  const fault = exceptFault(cidr, within);
  if (fault !== undefined) fields.problem(path, fault);
  return cidr;
}

/** What is said of CIDRs that a newer API server would refuse, for each way in which they are lax. */
const WARNINGS: Readonly<Record<Laxity, string>> = {
  "leading-zeros": "CIDRs with leading zeros were read as decimal numbers",
  "host-bits": "CIDRs that aren't canonical were read without the bits beyond their prefix",
  "ipv4-mapped": "IPv4 blocks written as IPv6 were read as the IPv4 blocks that they are",
  spelling: "CIDRs were written in another way than they are printed",
};

/** What is wrong with such a CIDR in a new object. */
const REFUSALS: Readonly<Record<Laxity, string>> = {
  spelling: "isn't written as it is printed",
  "leading-zeros": "has leading zeros",
  "host-bits": "has bits beyond its prefix",
  "ipv4-mapped": "is an IPv4 block written as IPv6",
};

/** Reads a CIDR; undefined, with a problem, where an API server would refuse it. */
export function readBlockCidr(fields: FieldReader, value: unknown, path: FieldPlace) {
  const text = fields.string(value, path);
  if (text === undefined || text === UNKNOWN) return text;
  const read = readCidr(text);
  if (read.kind === "refused") {
    fields.problem(path, read.message);
    return undefined;
  }
  const lax = read.lax.find(isRefusedAnew);
  if (lax !== undefined && !fields.takesLaxCidrs) {
    const remedy = `write ${formatCidr(read.cidr)}, or give --kubernetes 1.35 for an older server`;
    fields.problem(
      path,
      `"${text}" ${REFUSALS[lax]}, which API servers refuse since Kubernetes 1.36: ${remedy}`,
    );
    return undefined;
  }
  for (const one of read.lax) fields.warn(WARNINGS[one], text);
  return read.cidr;
}
