import { type Cidr, CidrError, formatCidr, parseAddress, parseCidr } from "../net";

/** How a CIDR's text differs from the canonical one, where the API server takes it nevertheless. */
export type Laxity = "leading-zeros" | "host-bits" | "ipv4-mapped" | "spelling";

/** A CIDR as the API server reads it, or why it refuses it. */
export type ReadCidr =
  | { readonly kind: "cidr"; readonly cidr: Cidr; readonly lax: readonly Laxity[] }
  | { readonly kind: "refused"; readonly message: string };

/**
 * Reads a CIDR of a policy as the API server does: bits beyond the prefix don't count, leading zeros are decimal, and an
 * IPv4 block written as IPv6 (`::ffff:10.0.0.0/104`) is the IPv4 block. Since Kubernetes 1.36 all of these are refused in
 * new objects and kept in those that are stored, so a cluster may still hold them. Another spelling of IPv6 is only warned of.
 * Sources: k8s.io/utils/net, ParseCIDRSloppy; k8s.io/apimachinery, IsValidCIDRForLegacyField.
 */
export function readCidr(text: string): ReadCidr {
  const plain = withoutLeadingZeros(text);
  const zeros: readonly Laxity[] = plain === text ? [] : ["leading-zeros"];
  try {
    return { kind: "cidr", cidr: parseCidr(plain), lax: zeros };
  } catch (error) {
    if (!(error instanceof CidrError)) throw error;
    const { reason, suggestion } = error;
    // A missing prefix length has a suggestion too, and the API server refuses it.
    if (suggestion === undefined || reason === "prefix")
      return { kind: "refused", message: refusal(text, error) };
    const cidr = parseCidr(suggestion);
    const hasHostBits = parseAddress(plain.slice(0, plain.indexOf("/")))?.value !== cidr.first;
    const lax: Laxity = reason === "syntax" ? "ipv4-mapped" : hasHostBits ? "host-bits" : "spelling";
    return { kind: "cidr", cidr, lax: [...zeros, lax] };
  }
}

/** Zeros before the digits of an octet or of the prefix length. Groups of IPv6 may have them anyway. */
function withoutLeadingZeros(text: string): string {
  return text
    .replace(/(?<![0-9a-fA-F:])(?:\d+\.){3}\d+(?=\/|$)|(?<=:)(?:\d+\.){3}\d+(?=\/|$)/, (quad) =>
      quad.replaceAll(/(^|\.)0+(?=\d)/g, "$1"),
    )
    .replace(/\/0+(?=\d+$)/, "/");
}

/** The problem in the user's own spelling. */
const refusal = (text: string, { text: read, message }: CidrError): string =>
  message.replace(`"${read}"`, `"${text}"`);

/** Whether an API server refuses a CIDR of this laxity in a new object, since Kubernetes 1.36. Source: IsValidCIDRForLegacyField. */
export const isRefusedAnew = (lax: Laxity): boolean => lax !== "spelling";

/** Why the API server refuses an exception of a block; undefined where it takes it. */
export function exceptFault(except: Cidr, within: Cidr): string | undefined {
  const smaller =
    except.family === within.family &&
    except.prefix > within.prefix &&
    within.first <= except.first &&
    except.last <= within.last;
  return smaller ? undefined : `${formatCidr(except)} isn't a smaller part of ${formatCidr(within)}`;
}
