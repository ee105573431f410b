// Tests: test/reachability/answer/departures.test.ts
import { PortSet } from "../../net";
import { type Cni, hiddenByCilium, hiddenOfNamespace } from "./cni";
import type { NetworkPolicy, Rule, RulePeer } from "./policy";
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
export function namesSctp({ written }: World): boolean {
  const without = new Set<PortSet>();
  const isSctp = (set: PortSet): boolean => {
    // Few sets, many rules.
    if (without.has(set)) return false;
    if (!set.isAll() && set.overlaps(SCTP)) return true;
    without.add(set);
    return false;
  };
  const isNamed = ({ ports: { numbers, named, maybe } }: Rule): boolean =>
    isSctp(numbers) || isSctp(maybe) || named.some(({ protocol }) => protocol === "SCTP");
  return written.some(({ ingress, egress }) => ingress.rules.some(isNamed) || egress.rules.some(isNamed));
}

const SCTP = PortSet.allOf("SCTP");

function usesOf(world: World): Uses {
  const { written, workloads } = world;
  const ofPolicies = usesOfPolicies(written);
  return {
    ...ofPolicies,
    hosts: workloads.some(({ variants }) => variants.some(({ hostNetwork }) => hostNetwork !== false)),
    sctp: namesSctp(world),
    services: world.services.some(({ headless }) => !headless),
    tiers: world.writtenTiers.length > 0,
    onlyV6: workloads.some(({ variants }) =>
      variants.some(({ addresses }) => {
        const [only, ...others] = addresses?.families() ?? world.podFamilies;
        return only === 6 && others.length === 0;
      }),
    ),
    cilium: world.writtenCilium.length > 0,
  };
}

type OfPolicies = Pick<
  Uses,
  | "blocks"
  | "exceptions"
  | "names"
  | "bothDirections"
  | "beyondTypes"
  | "hiddenLabels"
  | "manyPairs"
  | "spellings"
>;

/** In one pass, without a list of all rules or peers: there may be hundreds of thousands. */
function usesOfPolicies(written: readonly NetworkPolicy[]): OfPolicies {
  const uses = {
    blocks: false,
    exceptions: false,
    names: false,
    bothDirections: false,
    beyondTypes: false,
    hiddenLabels: false,
    spellings: false,
  };
  const pairs = new Set<string>();
  const [isHidden, isHiddenOfNamespace] = [remembered(hiddenByCilium), remembered(hiddenOfNamespace)];
  const readPeer = (peer: RulePeer): void => {
    if (peer.kind === "block") {
      uses.blocks = true;
      uses.exceptions ||= (peer.written?.except.length ?? 0) > 0;
      uses.spellings ||= peer.written?.spelled !== undefined;
    } else if (peer.kind === "pods") {
      uses.hiddenLabels ||= peer.pods.requirements.some(isHidden);
      uses.hiddenLabels ||=
        peer.namespaces !== "own" && peer.namespaces.requirements.some(isHiddenOfNamespace);
    }
  };
  for (const { podSelector, ingress, egress } of written) {
    uses.hiddenLabels ||= podSelector.requirements.some(isHidden);
    const rules = ingress.rules.length + egress.rules.length;
    uses.bothDirections ||= rules > 0 && ingress.isolates !== "no" && egress.isolates !== "no";
    for (const side of [ingress, egress]) {
      uses.beyondTypes ||= side.isolates !== "yes" && side.rules.length > 0;
      for (const { peers, ports } of side.rules) {
        uses.names ||= ports.named.length > 0;
        if (pairs.size <= MANY_PAIRS) for (const pair of ports.pairs ?? []) pairs.add(pair);
        if (peers !== "everyone") for (const peer of peers) readPeer(peer);
      }
    }
  }
  return { ...uses, manyPairs: pairs.size > MANY_PAIRS };
}

/** What is asked of each label key once. */
function remembered(ask: (key: string) => boolean): (of: { readonly key: string }) => boolean {
  const known = new Map<string, boolean>();
  return ({ key }) => {
    let answer = known.get(key);
    if (answer === undefined) known.set(key, (answer = ask(key)));
    return answer;
  };
}
