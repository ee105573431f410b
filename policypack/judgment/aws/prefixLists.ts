// Tests: test/policypack/cases/cases.test.ts
import { append, once } from "../../../data";
import type { Fact, GroupRule, PrefixListFact } from "../../facts";
import { type Field, known, type Unread } from "../../values";
import { targetOf } from "./references";

/** Blocks, known or not. */
type Cidrs = readonly Field<string>[];

/** The prefix lists of a stack, and what each holds as far as the stack shows. */
class PrefixLists {
  private readonly lists: readonly PrefixListFact[];
  private readonly added = new Map<string, Field<string>[]>();
  /** Entries of which it isn't known whose they are: any list may have them. */
  private readonly adrift: Unread[] = [];
  /** Whether lists of other stacks get entries. */
  private hasForeign = false;

  constructor(facts: readonly Fact[]) {
    const all = facts.filter((fact) => fact.kind === "PrefixList");
    this.lists = all.filter(({ list }) => list === undefined);
    for (const { list, cidrs } of all) {
      if (list === undefined) continue;
      const target = targetOf(list, this.lists);
      if (target.kind === "unread") {
        this.adrift.push(target.unread);
        continue;
      }
      this.hasForeign ||= target.kind === "foreign";
      const key = target.kind === "one" ? target.of.subject.urn : target.id;
      for (const cidr of blocksIn(cidrs)) append(this.added, key, cidr);
    }
  }

  /** A rule with the blocks that its lists hold; the same rule where it names none that the stack shows. */
  through(rule: GroupRule): GroupRule {
    if (this.lists.length === 0 && this.added.size === 0 && this.adrift.length === 0) return rule;
    const namesAny = !rule.prefixLists.known || rule.prefixLists.value.length > 0;
    const held = namesAny ? [...this.heldBy(rule), ...this.adrift] : [];
    if (held.length === 0) return rule;
    return { ...rule, cidrs: known([...blocksIn(rule.cidrs), ...held]) };
  }

  private heldBy({ prefixLists, subject, spelling, direction }: GroupRule): Cidrs {
    const property = spelling === "inline" ? (direction.known ? direction.value : "") : PROPERTIES[spelling];
    const from = subject.madeFrom?.[property] ?? [];
    const sources = this.lists.filter((list) => from.includes(list.subject.urn));
    const ids = prefixLists.known ? prefixLists.value : [prefixLists];
    const open = ids.filter((id): id is Unread => !id.known);
    const named = ids.flatMap((id) => (id.known ? this.heldUnder(id.value, sources) : []));
    if (open.length === 0) return named;
    // Made from none of them, it is another's: one that has entries here, perhaps.
    if (sources.length === 0) return this.hasForeign ? [...named, ...open] : named;
    // As many lists as ids, or fewer: all of them. More: some of them are something else's.
    return sources.length <= open.length
      ? [...named, ...sources.flatMap((list) => this.held(list))]
      : [...named, ...open];
  }

  private heldUnder(id: string, sources: readonly PrefixListFact[]): Cidrs {
    const byId = this.lists.find(({ subject }) => subject.id.known && subject.id.value === id);
    const [source, ...more] = sources;
    const list = byId ?? (more.length === 0 ? source : undefined);
    return list === undefined ? (this.added.get(id) ?? []) : this.held(list);
  }

  private held({ subject, cidrs }: PrefixListFact): Cidrs {
    return [...blocksIn(cidrs), ...(this.added.get(subject.urn) ?? [])];
  }
}

const PROPERTIES = { single: "prefixListIds", standalone: "prefixListId" } as const;

const blocksIn = (cidrs: Field<Cidrs>): Cidrs => (cidrs.known ? cidrs.value : [cidrs]);

/** The prefix lists of a stack's facts: gathered once for all policies. */
export const prefixListsOf = once((facts: readonly Fact[]) => new PrefixLists(facts));

export type { PrefixLists };
