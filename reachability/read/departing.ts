// Tests: test/reachability/answer/departures.test.ts
import { PortSet } from "../../net";
import { type Cni, hiddenByCilium, hiddenOfNamespace } from "./cni";
import type { NetworkPolicy, Rule } from "./policy";
import { sharedRuleSets } from "./sharedRuleSets";
import type { World } from "./world";

/** The plugins that do otherwise than the API's words say. */
export const DEPARTING = ["cilium", "k3s", "aws-vpc-cni"] as const satisfies readonly Cni[];
export type DepartingCni = (typeof DEPARTING)[number];

/** More different pairs of protocol and port than the VPC CNI keeps for one peer. */
const MANY_PAIRS = 24;

/** What a world's policies hold that some plugin may enforce otherwise. */
interface Uses {
  readonly blocks: boolean;
  readonly exceptions: boolean;
  readonly names: boolean;
  readonly bothDirections: boolean;
  readonly beyondTypes: boolean;
  readonly hiddenLabels: boolean;
  readonly manyPairs: boolean;
  readonly hosts: boolean;
  readonly sctp: boolean;
  readonly services: boolean;
  readonly tiers: boolean;
  readonly spellings: boolean;
  readonly onlyV6: boolean;
  readonly cilium: boolean;
}

/**
 * The plugins that may enforce something of a world otherwise than its policies' words say: only for these is it worth
 * computing what. One pass over the policies.
 */
export function mayDepart(world: World): readonly DepartingCni[] {
  const uses = usesOf(world);
  const departs: Readonly<Record<DepartingCni, boolean>> = {
    cilium:
      uses.cilium ||
      uses.blocks ||
      uses.hosts ||
      uses.beyondTypes ||
      uses.names ||
      uses.hiddenLabels ||
      uses.sctp,
    k3s: uses.names || uses.bothDirections || uses.exceptions,
    "aws-vpc-cni":
      uses.exceptions ||
      uses.names ||
      uses.beyondTypes ||
      uses.manyPairs ||
      uses.services ||
      uses.spellings ||
      uses.onlyV6 ||
      sharesRuleSets(world),
  };
  return DEPARTING.filter((cni) => uses.tiers || departs[cni]);
}

const sharesRuleSets = (world: World): boolean => sharedRuleSets(world).length > 0;

/** Whether some rule names SCTP: what Cilium doesn't pass unless it is told to. Elsewhere nobody asks about it. */
export const namesSctp = ({ written }: World): boolean =>
  written.some((policy) =>
    rulesOf(policy).some(
      ({ ports: { numbers, named, maybe } }) =>
        named.some(({ protocol }) => protocol === "SCTP") ||
        [numbers, maybe].some((set) => !set.isAll() && set.overlaps(SCTP)),
    ),
  );

const SCTP = PortSet.allOf("SCTP");

const rulesOf = ({ ingress, egress }: NetworkPolicy): readonly Rule[] => [...ingress.rules, ...egress.rules];

function usesOf(world: World): Uses {
  const { written, workloads } = world;
  const rules = written.flatMap(rulesOf);
  const peers = rules.flatMap((rule) => (rule.peers === "everyone" ? [] : rule.peers));
  const blocks = peers.filter((peer) => peer.kind === "block");
  const selectors = [
    ...written.map(({ podSelector }) => podSelector),
    ...peers.flatMap((peer) => (peer.kind === "pods" ? [peer.pods] : [])),
  ];
  const ofNamespaces = peers.flatMap((peer) =>
    peer.kind === "pods" && peer.namespaces !== "own" ? [peer.namespaces] : [],
  );
  const pairs = new Set(rules.flatMap(({ ports }) => ports.pairs ?? []));
  return {
    blocks: blocks.length > 0,
    exceptions: blocks.some(({ written: own }) => (own?.except.length ?? 0) > 0),
    names: rules.some(({ ports }) => ports.named.length > 0),
    bothDirections: written.some((policy) => {
      const sides = [policy.ingress, policy.egress];
      return sides.every(({ isolates }) => isolates !== "no") && rulesOf(policy).length > 0;
    }),
    beyondTypes: written.some((policy) =>
      [policy.ingress, policy.egress].some((side) => side.isolates !== "yes" && side.rules.length > 0),
    ),
    hiddenLabels:
      selectors.some(({ requirements }) => requirements.some(({ key }) => hiddenByCilium(key))) ||
      ofNamespaces.some(({ requirements }) => requirements.some(({ key }) => hiddenOfNamespace(key))),
    manyPairs: pairs.size > MANY_PAIRS,
    hosts: workloads.some(({ variants }) => variants.some(({ hostNetwork }) => hostNetwork !== false)),
    sctp: namesSctp(world),
    services: world.services.some(({ headless }) => !headless),
    tiers: world.writtenTiers.length > 0,
    spellings: blocks.some(({ written: own }) => own?.spelled !== undefined),
    onlyV6: workloads.some(({ variants }) =>
      variants.some(({ addresses }) => {
        const [only, ...others] = addresses?.families() ?? world.podFamilies;
        return only === 6 && others.length === 0;
      }),
    ),
    cilium: world.writtenCilium.length > 0,
  };
}
