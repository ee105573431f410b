// Tests: test/policypack/cases/cases.test.ts
import { matches } from "../../kubernetes";
import type { Fact, LabelMap, ServiceFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { type Route, routesOf, seenPods, unreadRoutes, writtenPorts } from "../judgment";
import { type Unread, unreadOf } from "../values";

/** A protected end, as the configuration gives it. */
export interface ProtectedEnd {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly string[];
  /** Whether routes from outside may lead to it. */
  readonly routes: boolean;
}

/** Routes from outside whose Services lead to a protected end's pods. */
export function judgeProtectedRoutes(facts: readonly Fact[], ends: readonly ProtectedEnd[]): Finding[] {
  const closed = ends.filter(({ routes }) => !routes);
  if (closed.length === 0) return [];
  const routes = routesOf(facts, seenPods(facts));
  return closed.flatMap((end) => [
    ...routes.flatMap((route) => judgeRoute(route, end)),
    ...unreadRoutes(facts).map((fact) => undecided(fact, fact.unread, questionOf(end))),
  ]);
}

const questionOf = ({ name }: ProtectedEnd): string => `it leads from outside to ${name}`;

function judgeRoute(route: Route, end: ProtectedEnd): Finding[] {
  const { fact, path, to, services, ports, unread, perhaps } = route;
  const question = questionOf(end);
  if (!to.namespace.known) return [undecided(fact, [to.namespace], question)];
  if (to.namespace.value !== end.namespace) return [];
  if (!to.name.known) return [undecided(fact, [to.name], question)];
  const behind = services.map((service) => ({ service, match: leadsToEnd(service.selector, end) }));
  const near = behind.filter(({ match }) => match !== "no");
  const may = perhaps.filter(({ service }) => leadsToEnd(service.selector, end) !== "no");
  if (services.length > 0 && near.length + may.length === 0) return [];
  const wanted = writtenPorts(end.ports);
  const isOnPort = wanted.isEmpty() || ports.numbers.overlaps(wanted);
  if (isOnPort && near.some(({ match }) => match === "yes")) {
    return [
      violation(
        { ...fact, namespace: to.namespace },
        {
          wrong: `leads from outside to ${end.name}`,
          why: "whoever reaches the ingress controller or load balancer reaches what only listed peers may",
          evidence: `${path} leads to the Service ${to.name.value ?? ""}, which selects pods of ${end.namespace} with ${JSON.stringify(end.labels)}, for which protected-ends allows no route`,
          remedy: `remove ${path}, or write routes: true for ${end.name} if its owner agrees`,
        },
      ),
    ];
  }
  // A port that is only named, or written nowhere, may be a protected one.
  const isOnOther = !isOnPort && unread.length === 0 && ports.names.length === 0 && !ports.numbers.isEmpty();
  if (isOnOther && may.length === 0 && services.length > 0) return [];
  const fields = [
    ...unread,
    ...near.flatMap(({ service }) => unreadInSelectorOf(service)),
    ...may.flatMap((one) => one.unread),
    ...(services.length > 0 ? [] : [notShown(path)]),
  ];
  return fields.length === 0 ? [] : [undecided(fact, fields, question)];
}

const notShown = (path: string): Unread => ({
  known: false,
  path,
  because: "its Service isn't in the stack",
});

/** Whether a Service's selector means pods of the end: one that asks for more than the end's labels selects some of them. */
function leadsToEnd(selector: LabelMap, { labels }: ProtectedEnd): "yes" | "no" | "maybe" {
  if (!selector.known) return "maybe";
  if (selector.value.size === 0) return "no";
  const known = new Map(Object.entries(labels));
  const requirements = [...selector.value].map(([key, value]) => ({
    key,
    operator: "In" as const,
    values: value.known ? [value.value] : [],
  }));
  const read = requirements.filter(({ values }) => values.length > 0);
  const match = matches({ requirements: read, complete: true, key: "" }, { known, complete: false });
  if (match === "no") return "no";
  const isSure = known.size === 0 || match === "yes" || read.some(({ key }) => known.has(key));
  return isSure && read.length === requirements.length ? "yes" : "maybe";
}

const unreadInSelectorOf = ({ selector }: ServiceFact): Unread[] =>
  selector.known ? unreadOf([...selector.value.values()]) : [selector];
