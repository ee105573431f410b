// Tests: test/policypack/invariants/flowsHaveBothSides.test.ts
import { append, once } from "../../data";
import {
  both,
  type Direction,
  type KnownLabels,
  matches,
  NAMESPACE_NAME_LABEL,
  UNKNOWN,
  type Unknown,
} from "../../kubernetes";
import type {
  Fact,
  NamespaceFact,
  NetworkPolicyFact,
  SelectorFact,
  ServiceAccountFact,
  Subject,
  WorkloadFact,
} from "../facts";
import { exactLabels, exactSelector, labelsIn } from "./toAnalyzer";
import { type IsolatingPolicy, isolates, selects } from "./guard";

/** Pods of a stack that policies act on: those of a workload, or those that a policy speaks of. */
export interface StackEnd {
  readonly subject: Subject;
  readonly title: string;
  readonly namespace: string;
  readonly labels: KnownLabels;
  /** The container ports by name; undefined where they aren't known. */
  readonly namedPorts: ReadonlyMap<string, number> | undefined;
  /** The addresses that they have; none where the stack doesn't show any. */
  readonly addresses: readonly string[];
  /** The pods' ServiceAccount; undefined where nobody says. */
  readonly serviceAccount: string | undefined;
  /** False for pods that no workload of the stack makes: a policy selects them by these labels. */
  readonly seen: boolean;
}

/** What a stack's policies act on, by cluster and namespace, matched by the analyzer's own three-valued selectors. */
export class StackEnds {
  readonly ends: readonly StackEnd[];
  private readonly policies: readonly NetworkPolicyFact[];
  private readonly policiesIn = new Map<string, NetworkPolicyFact[]>();
  private readonly endsIn = new Map<string, StackEnd[]>();
  private readonly namespaces = new Map<string, NamespaceFact[]>();
  private readonly accounts = new Map<string, ServiceAccountFact[]>();
  private readonly byLabel = new Map<string, ReadonlyMap<string, readonly StackEnd[]>>();
  private readonly labels = new Map<string, KnownLabels>();
  private readonly selected = new Map<string, readonly string[]>();
  private readonly guards = {
    ingress: new Map<StackEnd, IsolatingPolicy[]>(),
    egress: new Map<StackEnd, IsolatingPolicy[]>(),
  };

  constructor(facts: readonly Fact[]) {
    this.policies = facts.filter((fact) => fact.kind === "NetworkPolicy");
    for (const policy of this.policies) {
      const { namespace, subject } = policy;
      append(this.policiesIn, keyOf(subject, namespace.known ? namespace.value : ""), policy);
    }
    for (const fact of facts) {
      if (fact.kind !== "ServiceAccount" || !fact.namespace.known || !fact.name.known) continue;
      append(this.accounts, `${keyOf(fact.subject, fact.namespace.value)}/${fact.name.value ?? ""}`, fact);
    }
    for (const fact of facts) {
      if (fact.kind !== "Namespace" || !fact.name.known || fact.name.value === undefined) continue;
      append(this.namespaces, keyOf(fact.subject, fact.name.value), fact);
    }
    const seen = facts.flatMap((fact) => (fact.kind === "Workload" ? endOf(fact) : []));
    for (const end of seen) append(this.endsIn, keyOf(end.subject, end.namespace), end);
    const meant = this.meantEnds();
    for (const end of meant) append(this.endsIn, keyOf(end.subject, end.namespace), end);
    this.ends = [...seen, ...meant];
  }

  /** Pods that policies name by labels and no workload of the stack makes. They may have more labels. */
  private meantEnds(): StackEnd[] {
    const meant = new Map<string, StackEnd>();
    for (const policy of this.policies) {
      const { namespace, podSelector, subject, title } = policy;
      const labels = labelsIn(podSelector);
      if (!namespace.known || labels === undefined || subject.partial) continue;
      const key = keyOf(subject, namespace.value);
      const made = (this.endsIn.get(key) ?? []).some((end) => selects(policy, end) === "yes");
      const id = `${key} ${JSON.stringify([...labels].sort())}`;
      if (made || meant.has(id)) continue;
      meant.set(id, {
        subject,
        title: `the pods of ${title}`,
        namespace: namespace.value,
        labels: { known: labels, complete: false },
        namedPorts: undefined,
        addresses: [],
        serviceAccount: undefined,
        seen: false,
      });
    }
    return [...meant.values()];
  }

  /** The policies that may isolate a direction of an end. */
  guardsOf(end: StackEnd, direction: Direction): readonly IsolatingPolicy[] {
    const known = this.guards[direction].get(end);
    if (known !== undefined) return known;
    const near = [
      ...(this.policiesIn.get(keyOf(end.subject, end.namespace)) ?? []),
      ...(this.policiesIn.get(keyOf(end.subject, "")) ?? []),
    ];
    const found = near.flatMap((policy): IsolatingPolicy[] => {
      const match = both(selects(policy, end), isolates(policy, direction));
      return match === "no" ? [] : [{ policy, match }];
    });
    this.guards[direction].set(end, found);
    return found;
  }

  /** The ends of a subject's cluster. */
  beside({ cluster: { key } }: Subject): StackEnd[] {
    return this.ends.filter(({ subject }) => subject.cluster.key === key);
  }

  /** The ends in a namespace of a subject's cluster. */
  inNamespace(subject: Subject, namespace: string): readonly StackEnd[] {
    return this.endsIn.get(keyOf(subject, namespace)) ?? [];
  }

  /** The namespaces of a subject's cluster in which ends are. */
  private namespacesBeside(subject: Subject): string[] {
    const prefix = keyOf(subject, "");
    return [...this.endsIn.keys()].flatMap((key) =>
      key.startsWith(prefix) ? [key.slice(prefix.length)] : [],
    );
  }

  /** The ends in a namespace that a pod selector may surely select: by the first label that it asks for, if it asks for any. */
  endsWith(subject: Subject, namespace: string, selector: SelectorFact): readonly StackEnd[] {
    for (const requirement of selector) {
      if (!requirement.known) continue;
      const { key, operator, values } = requirement.value;
      if (operator !== "In" || !values.known) continue;
      const place = keyOf(subject, namespace);
      return values.value.flatMap((value) => this.endsByLabel(place, key).get(value) ?? []);
    }
    return this.inNamespace(subject, namespace);
  }

  /** A namespace's ends by their known value of a label. */
  private endsByLabel(place: string, label: string): ReadonlyMap<string, readonly StackEnd[]> {
    const id = `${place}\n${label}`;
    const known = this.byLabel.get(id);
    if (known !== undefined) return known;
    const found = new Map<string, StackEnd[]>();
    for (const end of this.endsIn.get(place) ?? []) {
      const value = end.labels.known.get(label);
      if (typeof value === "string") append(found, value, end);
    }
    this.byLabel.set(id, found);
    return found;
  }

  /** A namespace's labels, as far as the stack says: all of them only where it declares the namespace. */
  labelsOf(subject: Subject, namespace: string): KnownLabels {
    const key = keyOf(subject, namespace);
    const known = this.labels.get(key);
    if (known !== undefined) return known;
    const facts = this.namespaces.get(key) ?? [];
    const read = facts.map(({ labels, subject: { partial } }) => exactLabels(labels, partial));
    const labels = {
      known: new Map([...read.flatMap((one) => [...one.known]), [NAMESPACE_NAME_LABEL, namespace] as const]),
      complete: read.some(({ complete }) => complete),
    };
    this.labels.set(key, labels);
    return labels;
  }

  /** The labels of an end's ServiceAccount, as far as the stack says: all of them only where it declares the account. */
  accountLabelsOf({ subject, namespace, serviceAccount }: StackEnd): KnownLabels {
    const facts = this.accounts.get(`${keyOf(subject, namespace)}/${serviceAccount ?? ""}`) ?? [];
    const read = facts.map(({ labels, subject: { partial } }) => exactLabels(labels, partial));
    return {
      known: new Map(read.flatMap(({ known }) => [...known])),
      complete: read.some(({ complete }) => complete),
    };
  }

  /**
   * The namespaces beside a subject in which a selector may find ends. Most selectors ask for a name, which every
   * namespace has as its label: only those can match.
   */
  namespacesSelected(subject: Subject, selector: SelectorFact): readonly string[] {
    for (const requirement of selector) {
      if (!requirement.known) continue;
      const { key, operator, values } = requirement.value;
      if (key !== NAMESPACE_NAME_LABEL || operator !== "In" || !values.known) continue;
      return [...new Set(values.value)].filter((name) => this.endsIn.has(keyOf(subject, name)));
    }
    const exact = exactSelector(selector);
    const id = `${subject.cluster.key}\n${JSON.stringify(exact.requirements)}`;
    const found =
      this.selected.get(id) ??
      this.namespacesBeside(subject).filter((name) => matches(exact, this.labelsOf(subject, name)) !== "no");
    this.selected.set(id, found);
    return found;
  }
}

/** The ends of a stack's facts: gathered once for all policies. */
export const stackEnds = once((facts: readonly Fact[]) => new StackEnds(facts));

const keyOf = ({ cluster }: Subject, namespace: string): string => `${cluster.key}\n${namespace}`;

/** A workload's pods, unless policies don't act on them (or may not): those in the node's network. */
function endOf({ subject, title, namespace, pods }: WorkloadFact): StackEnd[] {
  if (pods === undefined || !namespace.known) return [];
  if (!pods.hostNetwork.known || pods.hostNetwork.value === true) return [];
  const { known, complete } = exactLabels(pods.labels, subject.partial);
  const added = pods.addedLabels.map((key): [string, Unknown] => [key, UNKNOWN]);
  return [
    {
      subject,
      title,
      namespace: namespace.value,
      labels: { known: new Map<string, string | Unknown>([...added, ...known]), complete },
      namedPorts: pods.namedPorts.known && !subject.partial ? pods.namedPorts.value : undefined,
      addresses: pods.addresses,
      serviceAccount: pods.serviceAccount.known && !subject.partial ? pods.serviceAccount.value : undefined,
      seen: true,
    },
  ];
}
