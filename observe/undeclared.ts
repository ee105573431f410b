// Tests: test/observe/judge.test.ts
import type { Declaration } from "../declared";
import type { RecordedConnection } from "../records";
import type { ObservedEnd } from "./ends";
import { podParty } from "./party";
import type { ObservedParty, UndeclaredConnection } from "./result";
import { Tally } from "./tally";

/** So many connections are kept apart, and so many addresses of each: what is beyond is counted. */
const MOST_CONNECTIONS = 10_000;
const MOST_ADDRESSES = 16;

interface Kept {
  readonly from: PartyKept;
  readonly to: PartyKept;
  readonly protocol: RecordedConnection["protocol"];
  readonly port: number;
  readonly tally: Tally;
}

type PartyKept =
  | Exclude<ObservedParty, { kind: "addresses" }>
  | { readonly kind: "addresses"; readonly isPublic: boolean; readonly kept: Set<string>; areAll: boolean };

/** Collects what no flow declares, by workload, not by pod. */
export class Undeclared {
  private readonly byKey = new Map<string, Kept>();
  private readonly parties = new Map<string, { readonly party: PartyKept; readonly key: string }>();
  /** Records of connections that aren't kept any more. */
  beyond = 0;

  constructor(private readonly applications: readonly Declaration[]) {}

  add(from: ObservedEnd, to: ObservedEnd, record: RecordedConnection): void {
    const [source, target] = [this.partyOf(from), this.partyOf(to)];
    const key = `${source.key}>${target.key}>${record.protocol}${record.port}`;
    let kept = this.byKey.get(key);
    if (kept === undefined) {
      if (this.byKey.size >= MOST_CONNECTIONS) {
        this.beyond++;
        return;
      }
      const { protocol, port } = record;
      kept = { from: source.make(), to: target.make(), protocol, port, tally: new Tally() };
      this.byKey.set(key, kept);
    }
    kept.tally.add(record);
    note(kept.from, from);
    note(kept.to, to);
  }

  /** In an order that doesn't depend on the records'. */
  connections(): readonly UndeclaredConnection[] {
    return [...this.byKey]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { from, to, protocol, port, tally }]) => ({
        from: shown(from),
        to: shown(to),
        protocol,
        port,
        ...tally.sightings(),
      }));
  }

  private partyOf(end: ObservedEnd): { readonly key: string; readonly make: () => PartyKept } {
    if (end.kind !== "pod") {
      const isPublic = end.kind === "address" && end.isPublic;
      return {
        key: isPublic ? "public" : "private",
        make: () => ({ kind: "addresses", isPublic, kept: new Set(), areAll: true }),
      };
    }
    let known = this.parties.get(end.key);
    if (known === undefined) {
      if (this.parties.size >= MOST_CONNECTIONS) this.parties.clear();
      const party = podParty(end, this.applications);
      known = { party, key: JSON.stringify(party) };
      this.parties.set(end.key, known);
    }
    const { party, key } = known;
    return { key, make: () => party };
  }
}

function note(party: PartyKept, end: ObservedEnd): void {
  if (party.kind !== "addresses" || end.kind !== "address" || party.kept.has(end.address)) return;
  if (party.kept.size < MOST_ADDRESSES) party.kept.add(end.address);
  else party.areAll = false;
}

function shown(party: PartyKept): ObservedParty {
  if (party.kind !== "addresses") return party;
  const { isPublic, kept, areAll } = party;
  return { kind: "addresses", isPublic, addresses: [...kept].sort(), areAll };
}
