// Tests: test/policypack/invariants/securityGroupRulesNotMixed.test.ts
import type { Fact, GroupRule, ResourceReference, SecurityGroupFact } from "../../facts";
import { type Direction, DIRECTIONS } from "../../../kubernetes";
import { type Field, type Unread, unreadOf } from "../../values";
import { append, once } from "../../../data";

/** A group that the stack makes, adopts, or writes rules for. */
export interface GroupSeen {
  /** The group's URN, or its id where another stack makes it. */
  readonly key: string;
  readonly title: string;
  /** Undefined where another stack makes it. */
  readonly fact: SecurityGroupFact | undefined;
  /** What is certainly the group's, in every spelling. */
  readonly rules: Readonly<Record<Direction, readonly GroupRule[]>>;
  /** Rules that may be the group's, in a direction or the other. */
  readonly perhaps: readonly GroupRule[];
  /** Why there may be more rules than are listed. */
  readonly unread: Readonly<Record<Direction, readonly Unread[]>>;
}

/** Some references to groups: those that they certainly are, and what isn't known. */
export interface Referred {
  readonly keys: ReadonlySet<string>;
  readonly unread: readonly Unread[];
}

interface Gathered extends GroupSeen {
  readonly rules: Record<Direction, GroupRule[]>;
  readonly perhaps: GroupRule[];
  readonly unread: Record<Direction, Unread[]>;
}

/** All groups of a stack, with rules and references related by id, or, before there are ids, by what they were made from. */
export class Groups {
  private readonly byUrn = new Map<string, SecurityGroupFact>();
  private readonly byId = new Map<string, string>();
  private readonly seen = new Map<string, Gathered>();
  /** Rules of groups that aren't known and that no group of the stack went into, by what did. */
  private readonly adrift = new Map<string, GroupRule[]>();
  /** Several policies follow the same lists. */
  private readonly referred = new WeakMap<Field<readonly ResourceReference[]>, Referred>();

  constructor(facts: readonly Fact[]) {
    for (const fact of facts) {
      if (fact.kind !== "SecurityGroup") continue;
      const { urn, id } = fact.subject;
      this.byUrn.set(urn, fact);
      if (id.known && id.value !== undefined) this.byId.set(id.value, urn);
      this.gatherInline(fact);
    }
    for (const fact of facts) if (fact.kind === "SecurityGroupRule") this.gatherRule(fact.rule);
  }

  get all(): readonly GroupSeen[] {
    return [...this.seen.values()];
  }

  /**
   * Rules on groups that others make, such as a component of another package, and whose ids aren't known: those made from the same may be
   * of one group, or of several.
   */
  get unplaced(): readonly (readonly GroupRule[])[] {
    return [...this.adrift.values()];
  }

  get(key: string): GroupSeen | undefined {
    return this.seen.get(key);
  }

  titleOf(key: string): string {
    return this.byUrn.get(key)?.title ?? `security group ${key}`;
  }

  /** Whether this stack makes the group, so that all of its rules are seen. */
  isOurs(key: string): boolean {
    return this.byUrn.has(key);
  }

  /** The groups of a list. Of ids that aren't known: as many or more as groups went into them, so it is all of these. */
  refer(list: Field<readonly ResourceReference[]>): Referred {
    const known = this.referred.get(list);
    if (known !== undefined) return known;
    const referred = this.follow(list);
    this.referred.set(list, referred);
    return referred;
  }

  private follow(list: Field<readonly ResourceReference[]>): Referred {
    if (!list.known) return { keys: new Set(), unread: [list] };
    const keys = new Set<string>();
    const open: ResourceReference[] = [];
    for (const reference of list.value) {
      const key = this.keyOfKnown(reference);
      if (key === undefined) open.push(reference);
      else keys.add(key);
    }
    const candidates = new Set(open.flatMap((reference) => this.sources(reference)));
    for (const key of keys) if (candidates.size > open.length) candidates.delete(key);
    if (candidates.size === 0 || candidates.size > open.length) {
      return { keys, unread: unreadOf(open.map(({ id }) => id)) };
    }
    return { keys: new Set([...keys, ...candidates]), unread: [] };
  }

  /** The groups of this stack that a reference's value was made from. */
  private sources({ from }: ResourceReference): string[] {
    return (from ?? []).filter((urn) => this.byUrn.has(urn));
  }

  private keyOfKnown({ id, from }: ResourceReference): string | undefined {
    if (!id.known) return undefined;
    const urn = this.byId.get(id.value);
    if (urn !== undefined) return urn;
    // An id of a group whose own id isn't seen: the program says what it was made from.
    const [source, ...more] = (from ?? []).filter((one) => this.byUrn.has(one));
    return source !== undefined && more.length === 0 ? source : id.value;
  }

  private entry(key: string): Gathered {
    const found = this.seen.get(key);
    if (found) return found;
    const fact = this.byUrn.get(key);
    const made: Gathered = {
      key,
      title: this.titleOf(key),
      fact,
      rules: { ingress: [], egress: [] },
      perhaps: [],
      unread: { ingress: [], egress: [] },
    };
    this.seen.set(key, made);
    return made;
  }

  private gatherInline(fact: SecurityGroupFact): void {
    const entry = this.entry(fact.subject.urn);
    for (const direction of DIRECTIONS) {
      const rules = fact[direction];
      if (rules.known) entry.rules[direction].push(...rules.value);
      else entry.unread[direction].push(rules);
    }
  }

  private gatherRule(rule: GroupRule): void {
    const { group, direction } = rule;
    if (group === undefined) return;
    const { keys, unread } = this.refer({ known: true, value: [group] });
    for (const key of keys) {
      const entry = this.entry(key);
      if (direction.known) entry.rules[direction.value].push(rule);
      else entry.perhaps.push(rule);
    }
    if (unread.length === 0) return;
    const sources = this.sources(group);
    for (const urn of sources) this.entry(urn).perhaps.push(rule);
    if (sources.length === 0) append(this.adrift, [...(group.from ?? [])].sort().join("\n"), rule);
  }
}

/** Whether a group, by its URN or its id, is called by a name. */
export const isCalled = (key: string, name: string): boolean =>
  key === name || key.split("::").at(-1) === name;

/** The groups of a stack's facts: gathered once for all policies. */
export const groupsOf = once((facts: readonly Fact[]) => new Groups(facts));
