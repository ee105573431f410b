import { AddressSet, formatCidr, NEVER_INTERNET, type PortRange, PRIVATE, SHARED } from "../../net";
import type { FlowEnd } from "../../flows";
import { ofFamilies, validBlocks } from "../addresses";
import type { GroupRef } from "./groupRef";
import { type Member, Members } from "./membership";
import type { GivenGroup } from "./network";
import type { Site, Tenant } from "../site";

/** What one side of a flow is to security groups. */
export type ResolvedParty =
  | {
      readonly kind: "group";
      readonly group: GroupRef;
      /** Whom it lets in without a rule of ours: anyone; the cluster's own traffic, as today; nobody. */
      readonly admits: "anyone" | "given-groups" | "nobody";
      /** Whether it lets everything out without a rule of ours. */
      readonly openEgress: boolean;
    }
  | { readonly kind: "addresses"; readonly addresses: AddressSet }
  | { readonly kind: "prefix-list"; readonly id: string };

/** Parties on a flow's ports, or on others where the end listens elsewhere. */
export interface PartiesOnPorts {
  readonly parties: readonly ResolvedParty[];
  readonly ports?: readonly PortRange[];
  /** Whether packets leave the VPC, where the node's group may decide. */
  readonly leavesVpc?: boolean;
}

const NOBODY: PartiesOnPorts = { parties: [] };

/** Resolves the ends of flows on one cluster. */
export class Parties {
  private readonly members: ReadonlyMap<string, Members>;
  private readonly vpc: AddressSet;
  private internetBlocks: AddressSet | undefined;
  /** What pods have that have no group of their own. */
  private readonly nodes: readonly ResolvedParty[];

  constructor(private readonly site: Site) {
    const all = [...site.tenants.map(({ application }) => application), ...site.others];
    this.members = new Map(all.map((application) => [application.name, new Members(application)]));
    this.vpc = validBlocks(site.cluster.aws.vpc.cidrs);
    this.nodes = [this.node];
  }

  membersOf(application: string): Members | undefined {
    return this.members.get(application);
  }

  /** The nodes' group: what pods have that have none of their own. */
  get node(): ResolvedParty {
    return cluster(this.site.cluster.aws.groups.node);
  }

  /** Whether a member has a group of its own: a flow to AWS, on a cluster where pods get groups. */
  hasGroup({ talksToAws }: Member): boolean {
    return talksToAws && this.site.cluster.aws.podSecurityGroups !== "off";
  }

  resolve(end: FlowEnd, tenant: Tenant): PartiesOnPorts {
    const { cluster: place } = this.site;
    switch (end.kind) {
      case "workload":
        return this.pods(tenant.application.name, end);
      case "application":
        return this.pods(end.application, end);
      case "pods":
        return { parties: [this.node] };
      case "platform":
        return { parties: [this.platform(end.service)] };
      case "cidr":
        return this.addresses(validBlocks(end.cidrs));
      case "internet":
        return this.addresses(this.internet());
      case "kubernetes-api":
        return {
          parties: [cluster(place.aws.groups.controlPlane)],
          ports: place.apiServer.endpoints.map(({ port }) => ({ protocol: "TCP", from: port, to: port })),
        };
      case "database":
        return this.database(end.database, tenant);
      case "bucket":
        return this.s3();
      case "cloud-identity":
        return this.identity(tenant);
    }
  }

  /** Whom a member's pods are: its group; while pods restart, the nodes' too. */
  of(application: string, member: Member): readonly ResolvedParty[] {
    if (!this.hasGroup(member)) return this.nodes;
    const own = made({ kind: "workload", application, id: member.id });
    return this.site.cluster.aws.podSecurityGroups === "on" ? [own] : [own, this.node];
  }

  /** The pods of a workload of an application, this one's or another's. */
  pods(application: string, end: { readonly workload: string; readonly instance?: string }): PartiesOnPorts {
    const [first, ...others] = this.members.get(application)?.of(end) ?? [];
    if (first === undefined) return NOBODY;
    const parties = this.of(application, first);
    if (others.length === 0) return { parties };
    return { parties: distinct([parties, ...others.map((member) => this.of(application, member))].flat()) };
  }

  private platform(service: string): ResolvedParty {
    const { platform } = this.site.cluster.aws.groups;
    const given = Object.hasOwn(platform, service) ? platform[service] : undefined;
    return given === undefined ? this.node : cluster(given);
  }

  private addresses(set: AddressSet): PartiesOnPorts {
    const reachable = ofFamilies(set, this.site.addresses.families);
    return { parties: [{ kind: "addresses", addresses: reachable }], leavesVpc: !this.vpc.covers(reachable) };
  }

  /**
   * Public addresses, in few enough blocks for a group: private, shared and the VPC's own are out, and what nothing is
   * routed to is in where leaving it out would take more rules. NetworkPolicies are exact.
   */
  private internet(): AddressSet {
    this.internetBlocks ??= NEVER_INTERNET.flatMap(({ set }) => set.toCidrs()).reduce(
      (left, block) => {
        const fewer = left.subtract(AddressSet.of(block));
        return fewer.toCidrs().length <= left.toCidrs().length ? fewer : left;
      },
      AddressSet.of(...this.site.addresses.internetBases)
        .subtract(PRIVATE.set)
        .subtract(SHARED.set)
        .subtract(this.site.addresses.own)
        .subtract(this.vpc),
    );
    return this.internetBlocks;
  }

  private database(database: string, { application, placement, aws }: Tenant): PartiesOnPorts {
    const source = aws.databases[database]?.source;
    if (source === undefined) return NOBODY;
    const subnets = validBlocks(placement.databases[database]?.subnetCidrs ?? []);
    const given =
      source.kind === "existing" && source.group.kind === "given" ? source.group.group : undefined;
    const party =
      given === undefined
        ? made({ kind: "database", application: application.name, database })
        : listed(given);
    return { parties: [party], leavesVpc: !this.vpc.covers(subnets) };
  }

  private s3(): PartiesOnPorts {
    const { s3 } = this.site.cluster.aws.endpoints;
    if (s3 === undefined) return NOBODY;
    if (s3.kind === "gateway") {
      return { parties: [{ kind: "prefix-list", id: s3.prefixList.id }], leavesVpc: true };
    }
    const { source } = s3;
    return { parties: [source.kind === "new" ? made({ kind: "s3-endpoint" }) : endpoint(source)] };
  }

  /** IRSA: STS's endpoint. Pod Identity: the agent on the pod's own node, which no group filters in standard mode. */
  private identity({ placement }: Tenant): PartiesOnPorts {
    const { sts } = this.site.cluster.aws.endpoints;
    return placement.identity?.kind === "irsa" && sts !== undefined ? { parties: [endpoint(sts)] } : NOBODY;
  }

  /** Secrets Manager's endpoint, where a database's password is read. */
  secretsManager(): PartiesOnPorts {
    const { secretsManager } = this.site.cluster.aws.endpoints;
    return secretsManager === undefined ? NOBODY : { parties: [endpoint(secretsManager)] };
  }
}

const made = (group: GroupRef): ResolvedParty => ({
  kind: "group",
  group,
  admits: "nobody",
  openEgress: false,
});

const given = ({ id, egress }: GivenGroup, admits: "anyone" | "given-groups" | "nobody"): ResolvedParty => ({
  kind: "group",
  group: { kind: "given", id },
  admits,
  openEgress: egress === "open",
});

/** The cluster's own groups let each other through: pods talk today. */
const cluster = (group: GivenGroup) => given(group, "given-groups");

const listed = (group: GivenGroup) => given(group, "nobody");

const endpoint = (place: { readonly group: GivenGroup; readonly ingress: "vpc" | "listed" }) =>
  given(place.group, place.ingress === "vpc" ? "anyone" : "nobody");

/** All members without a group of their own are the same party. */
function distinct(parties: readonly ResolvedParty[]): readonly ResolvedParty[] {
  if (parties.length < 2) return parties;
  const byKey = new Map(
    parties.map((party) => [party.kind === "group" ? JSON.stringify(party.group) : "", party]),
  );
  return [...byKey.values()];
}

/** The canonical blocks of a set, as texts. */
export const blocks = (set: AddressSet): string[] => set.toCidrs().map(formatCidr);
