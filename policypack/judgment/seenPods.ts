// Tests: test/policypack/invariants/rulesMatch.test.ts
import { append, once } from "../../data";
import { type Match, matches } from "../../kubernetes";
import type { Fact, MakerFact, SelectorFact, ServiceFact, Subject, WorkloadFact } from "../facts";
import { type Unread, unreadOf } from "../values";
import { exactLabels, exactSelector } from "./toAnalyzer";

/** A workload whose pods the stack describes. */
export type SeenWorkload = WorkloadFact & { readonly pods: NonNullable<WorkloadFact["pods"]> };

/** What a selector finds among the pods that a stack shows of a namespace. */
export interface FoundPods {
  /** Workloads whose pods match for certain; those in the node's network, on which no policy acts, apart. */
  readonly certain: readonly SeenWorkload[];
  readonly inNodeNetwork: readonly SeenWorkload[];
  /** Whether some pods may match: a controller adds the label, or a field isn't known. */
  readonly maybe: boolean;
  /** The fields that leave it open. */
  readonly unread: readonly Unread[];
}

/** The pods that a stack shows, by cluster and namespace, and where it can't show all. */
export class SeenPods {
  private readonly pods = new Map<string, SeenWorkload[]>();
  private readonly services = new Map<string, ServiceFact[]>();
  private readonly hidden = new Set<string>();
  private readonly names = new Map<string, Set<string>>();
  private readonly found = new Map<string, FoundPods>();
  private readonly clusters = new Set<string>();

  constructor(facts: readonly Fact[]) {
    for (const fact of facts) this.add(fact);
  }

  private add(fact: Fact): void {
    // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check -- AWS's resources aren't in a cluster
    switch (fact.kind) {
      case "Workload": {
        const { namespace, subject, pods } = fact;
        const place = keyOf(subject, namespace.known ? namespace.value : ANY);
        if (pods === undefined) this.hidden.add(place);
        else {
          append(this.pods, place, { ...fact, pods });
          this.clusters.add(subject.cluster.key);
        }
        if (namespace.known) this.meet(subject, namespace.value);
        return;
      }
      case "Maker":
        this.hidden.add(keyOf(fact.subject, intoOf(fact)));
        return;
      case "Service":
        append(this.services, keyOf(fact.subject, fact.namespace.known ? fact.namespace.value : ANY), fact);
        return;
      case "Namespace":
        if (fact.name.known && fact.name.value !== undefined) this.meet(fact.subject, fact.name.value);
        return;
      case "NetworkPolicy":
      case "ServiceAccount":
      case "SecurityGroupPolicy":
        if (fact.namespace.known) this.meet(fact.subject, fact.namespace.value);
    }
  }

  private meet({ cluster: { key } }: Subject, name: string): void {
    const names = this.names.get(key) ?? new Set();
    names.add(name);
    this.names.set(key, names);
  }

  /** Whether the stack shows any pods of a subject's cluster. */
  hasPods({ cluster: { key } }: Subject): boolean {
    return this.clusters.has(key);
  }

  /** The namespaces of a subject's cluster of which the stack has something. */
  namespaces({ cluster: { key } }: Subject): ReadonlySet<string> {
    return this.names.get(key) ?? NO_NAMES;
  }

  /** The workloads that are, or may be, in a namespace. */
  in(subject: Subject, namespace: string): readonly SeenWorkload[] {
    const own = this.pods.get(keyOf(subject, namespace)) ?? [];
    const adrift = this.pods.get(keyOf(subject, ANY));
    return adrift === undefined ? own : [...own, ...adrift];
  }

  /** Whether the stack shows a namespace's pods: some, and nothing that makes others which it doesn't show. */
  shows(subject: Subject, namespace: string): boolean {
    const isHidden = [namespace, ANY].some((name) => this.hidden.has(keyOf(subject, name)));
    return !isHidden && this.in(subject, namespace).length > 0;
  }

  /** What a selector finds in a namespace. */
  find(subject: Subject, namespace: string, selector: SelectorFact): FoundPods {
    const exact = exactSelector(selector);
    const id = `${keyOf(subject, namespace)}\n${exact.complete} ${JSON.stringify(exact.requirements.map((one) => ({ ...one, values: one.values.map(String) })))}`;
    const known = this.found.get(id);
    if (known !== undefined) return known;
    const certain: SeenWorkload[] = [];
    const inNodeNetwork: SeenWorkload[] = [];
    const unread: Unread[] = [];
    let maybe = false;
    for (const workload of this.in(subject, namespace)) {
      const match = matchOf(workload, selector);
      if (match === "no") continue;
      const { hostNetwork } = workload.pods;
      if (match === "yes" && workload.namespace.known && hostNetwork.known)
        (hostNetwork.value === true ? inNodeNetwork : certain).push(workload);
      else maybe = true;
      unread.push(...unreadIn(workload));
    }
    const found = { certain, inNodeNetwork, maybe, unread };
    this.found.set(id, found);
    return found;
  }

  /** The Services that are, or may be, in a namespace. */
  servicesIn(subject: Subject, namespace: string): readonly ServiceFact[] {
    return [namespace, ANY].flatMap((name) => this.services.get(keyOf(subject, name)) ?? []);
  }

  /** Every namespace of a subject's cluster that holds a Service. */
  namespacesWithServices({ cluster: { key } }: Subject): readonly string[] {
    return [...this.services.keys()].flatMap((place) =>
      place.startsWith(`${key}\n`) ? [place.slice(key.length + 1)] : [],
    );
  }
}

/** The pods of a stack's facts: gathered once for all policies. */
export const seenPods = once((facts: readonly Fact[]) => new SeenPods(facts));

const NO_NAMES: ReadonlySet<string> = new Set();

/** Stands for a namespace that isn't known, or for any. */
const ANY = "";
const keyOf = ({ cluster: { key } }: Subject, namespace: string): string => `${key}\n${namespace}`;
const intoOf = ({ into }: MakerFact): string => (into.known ? (into.value ?? ANY) : ANY);

/** What isn't known of where a workload's pods are and who they are. */
const unreadIn = ({ title, namespace, pods: { labels, hostNetwork } }: SeenWorkload): Unread[] =>
  unreadOf([namespace, labels, ...(labels.known ? labels.value.values() : []), hostNetwork]).map((field) => ({
    ...field,
    path: `${title} ${field.path}`,
  }));

/** Whether a selector matches a workload's pods; labels that a controller adds may have any value. */
function matchOf({ pods, subject }: SeenWorkload, selector: SelectorFact): Match {
  const exact = exactSelector(selector);
  const added = new Set(pods.addedLabels);
  const own = exact.requirements.filter(({ key }) => !added.has(key));
  const match = matches({ ...exact, requirements: own }, exactLabels(pods.labels, subject.partial));
  return match === "yes" && own.length < exact.requirements.length ? "maybe" : match;
}

/** Whether a Service leads to a workload's pods; one without a selector leads where its endpoints say. */
export function leadsTo({ selector, subject }: ServiceFact, workload: SeenWorkload): Match {
  if (!selector.known) return "maybe";
  if (selector.value.size === 0) return subject.partial ? "maybe" : "no";
  const requirements = [...selector.value].map(([key, values]) => ({
    key,
    operator: "In" as const,
    values: values.known ? [values.value] : [],
  }));
  if (requirements.some(({ values }) => values.length === 0)) return "maybe";
  const labels = exactLabels(workload.pods.labels, workload.subject.partial);
  return matches({ requirements, complete: true, key: "" }, labels);
}
