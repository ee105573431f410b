import { DNS_PORTS } from "../../kubernetes";
import type { PortRange } from "../../net";
import type { Application, Flow } from "../../flows";
import { applicationOf, type GroupRef } from "./groupRef";
import { type ImpliedFlow, impliedFlows } from "./impliedFlows";
import type { Member } from "./membership";
import { blocks, Parties, type PartiesOnPorts, type ResolvedParty } from "./parties";
import type { CompiledGroupPeer, CompiledGroupRule } from "./rule";
import { type FlowReason, RuleBook } from "./ruleBook";
import type { Site, Tenant } from "../site";

/** The security groups' half of one cluster. */
export interface CompiledRules {
  /** By what they are; `scopeOf` says whose each is. */
  readonly rules: readonly CompiledGroupRule[];
  readonly parties: Parties;
}

/** Whose component registers a rule: the application whose group it is about, or the cluster's. */
export const scopeOf = ({ on, peer }: CompiledGroupRule): string | undefined =>
  applicationOf(on) ?? (peer.kind === "group" ? applicationOf(peer.group) : undefined);

/**
 * All rules that the flows of a cluster's applications need, on both groups of each pair, so that every declared flow
 * works whatever node its ends are on. Pods of one node and the kubelet bypass groups (standard mode), so there are
 * no rules for probes.
 */
export function compileRules(site: Site): CompiledRules {
  const book = new RuleBook();
  const parties = new Parties(site);
  for (const tenant of site.tenants) {
    for (const flow of tenant.application.flows) addFlow(book, parties, flow, tenant, site);
    for (const flow of impliedFlows(site, tenant, parties)) addImplied(book, parties, flow, tenant, site);
    addOpenGroups(book, parties, tenant, site);
  }
  for (const other of site.others) addForeignFlows(book, parties, other, site);
  addNameResolution(book, parties, site);
  return { rules: book.rules(), parties };
}

/** Flows that another stack's application declares into one of ours: our side of their pairs. */
function addForeignFlows(book: RuleBook, parties: Parties, other: Application, { tenants }: Site): void {
  const ours = new Set(tenants.map(({ application }) => application.name));
  for (const { id, from, to, ports, because } of other.flows) {
    if (from.kind !== "workload" || to.kind !== "application" || !ours.has(to.application)) continue;
    const reason = { flow: `${other.name}: ${id}`, because };
    addPairs(
      book,
      parties.pods(other.name, from).parties,
      parties.pods(to.application, to).parties,
      ports,
      reason,
    );
  }
}

function addFlow(book: RuleBook, parties: Parties, flow: Flow, tenant: Tenant, site: Site): void {
  const to = parties.resolve(flow.to, tenant);
  const from = parties.resolve(flow.from, tenant);
  const reason = { flow: `${tenant.application.name}: ${flow.id}`, because: flow.because };
  addPairs(book, leaving(from, to, parties, site), to.parties, to.ports ?? flow.ports, reason);
}

function addImplied(book: RuleBook, parties: Parties, flow: ImpliedFlow, tenant: Tenant, site: Site): void {
  const to =
    flow.to === "secrets-manager"
      ? parties.secretsManager()
      : parties.resolve({ kind: "cloud-identity" }, tenant);
  const from = { parties: parties.of(tenant.application.name, flow.from) };
  const reason = { flow: `${tenant.application.name}: ${flow.id}`, because: flow.because };
  addPairs(book, leaving(from, to, parties, site), to.parties, flow.ports, reason);
}

/** Without external SNAT, what leaves the VPC leaves as the node, so its group must let it through as well. */
function leaving(
  from: PartiesOnPorts,
  to: PartiesOnPorts,
  parties: Parties,
  { cluster }: Site,
): readonly ResolvedParty[] {
  const asNode =
    to.leavesVpc === true &&
    !cluster.aws.externalSnat &&
    from.parties.some((party) => party.kind === "group" && party.group.kind === "workload");
  if (!asNode) return from.parties;
  const node = parties.node;
  const already = from.parties.some((party) => party.kind === "group" && party.group.kind === "given");
  return already ? from.parties : [...from.parties, node];
}

function addPairs(
  book: RuleBook,
  from: readonly ResolvedParty[],
  to: readonly ResolvedParty[],
  ports: readonly PortRange[],
  reason: FlowReason,
): void {
  for (const source of from) {
    for (const destination of to) {
      if (source.kind === "group" && needsEgress(source, destination)) {
        for (const peer of rulePeers(destination)) book.add(source.group, "egress", peer, ports, reason);
      }
      if (destination.kind === "group" && needsIngress(source, destination)) {
        for (const peer of rulePeers(source)) book.add(destination.group, "ingress", peer, ports, reason);
      }
    }
  }
}

type GroupParty = Extract<ResolvedParty, { readonly kind: "group" }>;

const isGiven = (party: ResolvedParty) => party.kind === "group" && party.group.kind === "given";

/** Two groups of the cluster's owner let each other through today; whether they do is not ours to say. */
function needsEgress(source: GroupParty, destination: ResolvedParty): boolean {
  if (source.openEgress) return false;
  const theirs = isGiven(source) && destination.kind === "group" && destination.admits === "given-groups";
  return !theirs;
}

function needsIngress(source: ResolvedParty, { admits }: GroupParty): boolean {
  switch (admits) {
    case "anyone":
      return false;
    case "given-groups":
      return source.kind === "group" && !isGiven(source);
    case "nobody":
      return true;
  }
}

function rulePeers(party: ResolvedParty): readonly CompiledGroupPeer[] {
  switch (party.kind) {
    case "group":
      return [{ kind: "group", group: party.group }];
    case "prefix-list":
      return [party];
    case "addresses":
      return blocks(party.addresses).map((cidr) => ({ kind: "cidr", cidr }));
  }
}

/** Whether nothing may be blocked for a workload: its application, or it alone, is not enforced. */
export const isObserved = ({ placement }: Tenant, { workload }: Member): boolean =>
  placement.stage !== "enforce" || placement.observedWorkloads.includes(workload.name);

/** Until a workload is enforced its group lets all through that the node's would: the VPC in, everything out. */
function addOpenGroups(book: RuleBook, parties: Parties, tenant: Tenant, { cluster, addresses }: Site): void {
  const application = tenant.application.name;
  for (const member of parties.membersOf(application)?.all ?? []) {
    if (!parties.hasGroup(member) || !isObserved(tenant, member)) continue;
    const group: GroupRef = { kind: "workload", application, id: member.id };
    const reason = {
      flow: `${application}: ${member.id} is observed`,
      because: `${member.id} is observed: nothing is blocked until its stage is enforce`,
    };
    for (const cidr of cluster.aws.vpc.cidrs) {
      book.add(group, "ingress", { kind: "cidr", cidr }, "everything", reason);
    }
    for (const family of addresses.families) {
      const cidr = family === 4 ? "0.0.0.0/0" : "::/0";
      book.add(group, "egress", { kind: "cidr", cidr }, "everything", reason);
    }
  }
}

/** One group for all that have groups: two rules per workload on the DNS pods' group would use it up at 30. */
function addNameResolution(book: RuleBook, parties: Parties, site: Site): void {
  if (!makesDnsClient(parties, site)) return;
  const reason = { flow: "every workload → cluster DNS", because: "name resolution" };
  const { id } = site.cluster.aws.groups.dns;
  const dns: GroupRef = { kind: "given", id };
  book.add({ kind: "dns-client" }, "egress", { kind: "group", group: dns }, DNS_PORTS, reason);
  book.add(dns, "ingress", { kind: "group", group: { kind: "dns-client" } }, DNS_PORTS, reason);
}

/** Whether some pods get groups, and so need the shared one, which no other stack of the cluster made. */
export const makesDnsClient = (parties: Parties, { cluster, tenants }: Site): boolean =>
  cluster.aws.groups.dnsClient === undefined &&
  tenants.some(({ application }) =>
    (parties.membersOf(application.name)?.all ?? []).some((member) => parties.hasGroup(member)),
  );
