// Tests: test/cli/reach/changes.test.ts
import { addressMeant } from "../../reachability/answer";
import { type Party } from "../../reachability/answer/formats";
import {
  bestPackets,
  decisiveStep,
  type Question,
  type SideEvidence,
  sidePasses,
} from "../../reachability/answer/explain";
import { analyze, type Analysis, type ReportedEnd } from "../../reachability/compute";
import { formatCidr, type PortSet } from "../../net";
import type { Loaded } from "../manifests/load";

/** A connection of which ports are gained, or lost; its ends as their own cluster calls them. */
export interface Moved {
  readonly from: Party;
  readonly to: Party;
  readonly ports: PortSet;
}

/** Finds the policies and security groups behind what a change gains and loses, in one cluster's worlds before and after it. */
export class Causes {
  private readonly old: Side | undefined;
  private readonly young: Side | undefined;

  /** A saved answer has no world: what is known then is what decides on the other side. */
  constructor(before: Loaded | undefined, after: Loaded | undefined) {
    this.old = before && new Side(before);
    this.young = after && new Side(after);
  }

  /** Why one of these ports is open now and wasn't; a sentence for each policy, side and reason. */
  ofGain(moved: Moved): readonly string[] {
    return this.between(moved, this.old, this.young, gainOf, "is new");
  }

  /** Why one of these ports was open and isn't now. */
  ofLoss(moved: Moved): readonly string[] {
    return this.between(moved, this.young, this.old, lossOf, "is gone");
  }

  private between(
    moved: Moved,
    shut: Side | undefined,
    open: Side | undefined,
    sentence: (closed: SideEvidence, opened: SideEvidence) => string | undefined,
    absent: string,
  ): readonly string[] {
    if (open === undefined) return [];
    const missing = shut === undefined ? [] : [moved.from, moved.to].filter((party) => shut.lacks(party));
    if (missing.length > 0)
      return missing.flatMap((party) => (party.kind === "end" ? [`${party.end.id} ${absent}`] : []));
    const opened = open.evidence(moved);
    const closed = shut?.evidence(moved);
    const found = opened.flatMap((side) => {
      const other = closed?.find(
        ({ layer, side: direction }) => layer === side.layer && direction === side.side,
      );
      return (other === undefined ? undefined : sentence(other, side)) ?? [];
    });
    // Nothing blocks where the one side is saved, or what changed is only whether it is known: what decides where it is open.
    return found.length > 0 ? found : opened.flatMap((side) => decides(side) ?? []);
  }
}

/** What blocked on one side, and what lets pass there now. */
function gainOf(before: SideEvidence, after: SideEvidence): string | undefined {
  if (passes(before) || !passes(after)) return undefined;
  const denied = decisiveStep(before);
  if (denied !== undefined) return `${names([denied])} no longer denies it ${wayOf(before)}`;
  return after.admittedBy.length > 0 || decisiveStep(after) !== undefined
    ? decides(after)
    : `${names(before.isolatedBy)} no longer isolates the ${endOf(after)}`;
}

/** What blocks on one side now, and what let pass there. */
function lossOf(after: SideEvidence, before: SideEvidence): string | undefined {
  if (passes(after) || !passes(before)) return undefined;
  const denied = decisiveStep(after);
  if (denied !== undefined) return `${names([denied])} denies it ${wayOf(after)}`;
  const accepted = decisiveStep(before);
  if (accepted !== undefined) return `${names([accepted])} no longer lets it ${wayOf(before)}`;
  return before.admittedBy.length > 0
    ? `${names(before.admittedBy)} no longer lets it ${wayOf(before)}`
    : `${names(after.isolatedBy)} isolates the ${endOf(after)} and doesn't let it ${wayOf(after)}`;
}

function decides(side: SideEvidence): string | undefined {
  const step = decisiveStep(side);
  const by = step === undefined ? side.admittedBy : step.action === "accept" ? [step] : [];
  return by.length === 0 ? undefined : `${names(by)} lets it ${wayOf(side)}`;
}

const passes = (side: SideEvidence): boolean => sidePasses(side) !== "no";
const endOf = ({ side }: SideEvidence): string => (side === "egress" ? "source" : "destination");
const wayOf = ({ side }: SideEvidence): string => (side === "egress" ? "out" : "in");

function names(reasons: readonly { readonly guard: string; readonly place: string | undefined }[]): string {
  const all = reasons.map(({ guard, place }) => (place === undefined ? guard : `${guard} ${place}`));
  return [...new Set(all)].join(", ");
}

/** One side's world, analyzed when it is first asked. */
class Side {
  private analyzed:
    { readonly analysis: Analysis; readonly ends: ReadonlyMap<string, ReportedEnd> } | undefined;

  constructor(private readonly loaded: Loaded) {}

  private get known() {
    if (this.analyzed === undefined) {
      const analysis = analyze(this.loaded.world);
      this.analyzed = { analysis, ends: new Map(analysis.ends.map((end) => [end.id, end])) };
    }
    return this.analyzed;
  }

  lacks(party: Party): boolean {
    return party.kind === "end" && !this.known.ends.has(party.end.id);
  }

  /** What decides about the first of the ports, of the first of the addresses. */
  evidence({ from, to, ports }: Moved): readonly SideEvidence[] {
    const [source, target] = [this.endOf(from), this.endOf(to)];
    const [range] = ports.ranges();
    if (source === undefined || target === undefined || range === undefined) return [];
    const question: Question = { from: source, to: target, protocol: range.protocol, port: range.from };
    return bestPackets(this.known.analysis, question)?.evidence ?? [];
  }

  private endOf(party: Party): ReportedEnd | undefined {
    const { analysis, ends } = this.known;
    if (party.kind === "end") return ends.get(party.end.id);
    const [first] = party.addresses.toCidrs();
    return first && addressMeant(analysis, formatCidr(first))?.ends[0];
  }
}
