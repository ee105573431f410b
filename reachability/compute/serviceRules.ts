import { both, either, type Match } from "../../kubernetes";
import {
  type NetworkPolicy,
  portsAt,
  type RulePeer,
  type Service,
  ServicesByNamespace,
  type World,
} from "../read";
import type { ServicePath } from "./services";
import type { Targets } from "./targets";

/** Whether egress rules for pods open a Service too, to a plugin that sees its address: as the VPC CNI does it, which is one. */
export class ServiceRules {
  private services: ServicesByNamespace | undefined;
  private readonly policies = new Map<number, readonly (readonly [NetworkPolicy, Match])[]>();
  private readonly meant = new Map<RulePeer, ReadonlyMap<Service, Match>>();

  constructor(
    private readonly world: World,
    private readonly targets: Targets,
  ) {}

  opens({ service, protocol, port }: ServicePath, number: number): Match {
    if (port === undefined) return "no";
    const services = (this.services ??= new ServicesByNamespace(this.world));
    return this.policiesOf(number).reduce<Match>((sum, [{ namespace, egress }, selected]) => {
      const rules = egress.rules.flatMap(({ peers, ports }) =>
        peers === "everyone"
          ? []
          : peers.map((peer): Match => {
              const means = this.servicesOf(peer, namespace, services).get(service) ?? "no";
              if (means === "no") return "no";
              const { numbers, maybe } = portsAt(service, ports, services);
              if (numbers.contains(protocol, port)) return means;
              return maybe.contains(protocol, port) ? "maybe" : "no";
            }),
      );
      return either(sum, both(selected, rules.reduce<Match>(either, "no")));
    }, "no");
  }

  private policiesOf(number: number): readonly (readonly [NetworkPolicy, Match])[] {
    const known =
      this.policies.get(number) ??
      this.world.policies.flatMap((policy): (readonly [NetworkPolicy, Match])[] => {
        if (policy.egress.isolates === "no") return [];
        const { lower, upper } = this.targets.pods(policy.namespace, policy.podSelector);
        if (lower.has(number)) return [[policy, policy.egress.isolates]];
        return upper.has(number) ? [[policy, "maybe"]] : [];
      });
    this.policies.set(number, known);
    return known;
  }

  private servicesOf(
    peer: RulePeer,
    home: string,
    services: ServicesByNamespace,
  ): ReadonlyMap<Service, Match> {
    const known =
      this.meant.get(peer) ??
      new Map(services.meant(peer, home).map(({ service, match }) => [service, match] as const));
    this.meant.set(peer, known);
    return known;
  }
}
