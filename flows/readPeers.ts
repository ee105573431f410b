import { quote } from "../problems";
import {
  AddressSet,
  type Family,
  IPV4_MAPPED,
  LINK_LOCAL,
  LOOPBACK,
  METADATA,
  MULTICAST,
  parseCidr,
  THIS_NETWORK,
  WIDEST_NETWORK,
  width,
} from "../net";
import { parseReference, type WorkloadReference } from "./ends";
import type { FlowEnd, WorkloadEnd } from "./model";
import { type Fault, labelsFaults, nameFault, namespaceFault } from "./names";
import type { Labels, Peer } from "./peer";
import { readCidr, type ReportFaults } from "./report";
import type { Scope } from "./scope";
import { compareText, remedyForUnknown, sortedByKey } from "./text";

/** Turns one declared end into checked ones; "every-workload" becomes each workload. Nothing where it can't be read. */
export function readPeer(
  declared: string | Peer,
  scope: Scope,
  subject: string,
  report: ReportFaults,
): readonly FlowEnd[] {
  const peer: Peer = typeof declared === "string" ? { kind: "workload", workload: declared } : declared;
  switch (peer.kind) {
    case "workload":
      return one(readReference(peer.workload, scope, subject, report));
    case "every-workload":
      return [...scope.workloads.keys()].map((workload) => ({ kind: "workload", workload }));
    case "application":
      return one(readForeign(peer, scope, subject, report));
    case "pods":
      report(subject, namespaceFault(peer.namespace), ...podFaults(peer.pods));
      return [{ ...peer, pods: peer.pods === "every-pod" ? peer.pods : sortedByKey(peer.pods) }];
    case "platform":
      report(subject, nameFault("platform service", peer.service));
      return [peer];
    case "cidr":
      return [{ kind: "cidr", cidrs: readCidrs(peer.cidrs, subject, report) }];
    case "database":
      report(subject, unknownFault("database", peer.database, scope.databaseNames));
      return scope.databases.has(peer.database) ? [peer] : [];
    case "bucket":
      report(subject, unknownFault("bucket", peer.bucket, scope.bucketNames), prefixFault(peer.prefix));
      return scope.bucketNames?.has(peer.bucket) === true ? [peer] : [];
    case "internet":
    case "kubernetes-api":
    case "cloud-identity":
      return [peer];
  }
}

const one = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value]);

/** Reads "fineract" or "fineract/write" as a workload of this application. */
export function readReference(
  text: string,
  scope: Scope,
  subject: string,
  report: ReportFaults,
): WorkloadEnd | undefined {
  const reference = parseReference(text);
  const fault = unknownFault("workload", reference.workload, scope.workloadNames);
  if (fault !== undefined) {
    const meant = MEANT.get(text);
    report(subject, meant === undefined ? fault : { ...fault, remedy: `Write ${meant}` });
    return undefined;
  }
  const workload = scope.workloads.get(reference.workload);
  if (workload === undefined) return undefined;
  const instances = workload.instances.flatMap(({ instance }) => instance ?? []);
  if (reference.instance !== undefined && !instances.includes(reference.instance)) {
    report(subject, {
      message: `${reference.workload} has no instance ${quote(reference.instance)}`,
      remedy: remedyForUnknown(
        reference.instance,
        instances,
        `Write ${reference.workload}: it has no instances`,
      ),
    });
    return undefined;
  }
  return { kind: "workload", ...reference };
}

/** Words that people write as a workload and mean as a peer, each with what to write. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ["internet", 'internet(), or {"kind": "internet"} as data'],
  ["kubernetes-api", 'kubernetesApi(), or {"kind": "kubernetes-api"} as data'],
  ["cloud-identity", 'cloudIdentity(), or {"kind": "cloud-identity"} as data'],
  ["every-workload", 'everyWorkload(), or {"kind": "every-workload"} as data'],
  ["ingress", 'ingressController(), or {"kind": "platform", "service": "ingress"} as data'],
  ["monitoring", 'monitoring(), or {"kind": "platform", "service": "monitoring"} as data'],
]);

function readForeign(
  peer: { readonly application: string; readonly workload: string },
  { application }: Scope,
  subject: string,
  report: ReportFaults,
): FlowEnd | undefined {
  if (peer.application === application) {
    report(subject, {
      message: `${quote(peer.application)} is this application itself`,
      remedy: `Write the workload's name alone: ${quote(peer.workload)}`,
    });
    return undefined;
  }
  const reference: WorkloadReference = parseReference(peer.workload);
  return { kind: "application", application: peer.application, ...reference };
}

/** What is wrong with a name that is declared nowhere. `what` it should be: "workload", "database", "bucket". */
export function unknownFault(
  what: string,
  name: string,
  known: ReadonlySet<string> | undefined,
): Fault | undefined {
  if (known === undefined || known.has(name)) return undefined;
  return {
    message: `there is no ${what} ${quote(name)}`,
    remedy: remedyForUnknown(name, known, `Declare it under ${what}s`),
  };
}

function podFaults(pods: Labels | "every-pod"): Fault[] {
  if (pods === "every-pod") return [];
  if (Object.keys(pods).length > 0) return labelsFaults(pods);
  return [{ message: "has no labels to select pods by", remedy: 'Write their labels, or "every-pod"' }];
}

function prefixFault(prefix: string | undefined): Fault | undefined {
  // It becomes part of an IAM resource, where * and ? are wildcards and ${ begins a variable.
  if (prefix === undefined || /^[A-Za-z0-9!_.'()-][A-Za-z0-9!_.'()/-]{0,511}$/.test(prefix)) return undefined;
  return {
    message: `prefix ${quote(prefix)} isn't the beginning of a key`,
    remedy: "Use 1-512 letters, digits and ! - _ . ' ( ) / without a slash at the beginning",
  };
}

/** Addresses that aren't hosts elsewhere: instance metadata, this host, its link, a group of hosts, or IPv4 disguised. */
const NO_PEER = [METADATA, THIS_NETWORK, LOOPBACK, LINK_LOCAL, MULTICAST, IPV4_MAPPED];

function readCidrs(texts: readonly string[], subject: string, report: ReportFaults): readonly string[] {
  if (texts.length === 0) {
    report(subject, { message: "names no CIDRs", remedy: 'List them, such as cidr("203.0.113.0/24")' });
  }
  let all = AddressSet.empty;
  const read: string[] = [];
  for (const text of texts) {
    const canonical = readCidr(text, subject, report);
    if (canonical === undefined) continue;
    const set = AddressSet.of(canonical);
    report(subject, widthFault(canonical, set));
    if (all.overlaps(set)) {
      report(subject, { message: `${canonical} is listed twice`, remedy: "List each address once" });
    }
    all = all.union(set);
    read.push(canonical);
  }
  const narrow = read.every((text) => parseCidr(text).prefix >= WIDEST_NETWORK[parseCidr(text).family]);
  const wide = ([4, 6] as const).find((family) => tooMany(all, family));
  if (narrow && wide !== undefined) {
    report(subject, {
      message: `its IPv${wide} blocks together are as wide as a /${WIDEST_NETWORK[wide] - 1}: far too wide to be a peer`,
      remedy: "Write internet() if you mean the internet",
    });
  }
  return read.sort(compareText);
}

/** Whether several blocks together hold what no single block may hold. */
function tooMany(set: AddressSet, family: Family): boolean {
  const everyone = family === 4 ? AddressSet.allV4 : AddressSet.allV6;
  return set.intersect(everyone).size() >= 1n << BigInt(width(family) - WIDEST_NETWORK[family] + 1);
}

function widthFault(text: string, set: AddressSet): Fault | undefined {
  const { family, prefix } = parseCidr(text);
  if (prefix < WIDEST_NETWORK[family]) {
    return {
      message: `${text} is far too wide to be a peer`,
      remedy: "Write internet() if you mean the internet",
    };
  }
  const special = NO_PEER.find((range) => range.set.overlaps(set));
  if (special === undefined) return undefined;
  return {
    message: `${text} holds ${special.name} addresses (${special.cidrs.join(", ")})`,
    remedy: "Leave them out: no flow leads there",
  };
}
