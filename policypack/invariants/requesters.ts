// Tests: test/policypack/invariants/rulesMatch.test.ts
import { both, type Bound, matches, NAMESPACE_NAME_LABEL } from "../../kubernetes";
import {
  contradictsItself,
  type NetworkPolicyFact,
  type PeerFact,
  type Requester,
  type RuleFact,
  type SelectorFact,
  unreadInSelector,
} from "../facts";
import { exactSelector, namesIn, type SeenWorkload, type StackView } from "../judgment";

/** Words in the names and labels of those who ask. */
const HINTS: Readonly<Record<Requester, RegExp>> = {
  prometheus:
    /prom|metric|monitor|scrap|observ|telemetr|collector|agent|alloy|grafana|otel|victoria|mimir|thanos|datadog|telegraf|elastic|beat/i,
  "api-server": /konnectivity|tunnel|proxy|api-?server/i,
  "ingress-controller":
    /ingress|nginx|traefik|haproxy|contour|envoy|kong|gateway|istio|linkerd|ambassador|emissary|apisix|proxy|router|edge|caddy|cilium|gloo|skipper|voyager|pomerium|front|balancer|(^|[-/])[an]?lb\b/i,
  "load-balancer": /balancer|(^|[-/])[an]?lb\b/i,
  gateway:
    /ingress|nginx|traefik|haproxy|contour|envoy|kong|gateway|istio|linkerd|ambassador|emissary|apisix|proxy|router|edge|cilium|gloo|front|balancer|(^|[-/])[an]?lb\b/i,
};

/** Labels by which applications are named: a value without a hint is somebody else. */
const NAMING: ReadonlySet<string> = new Set([
  "app",
  "app.kubernetes.io/component",
  "app.kubernetes.io/instance",
  "app.kubernetes.io/name",
  "component",
  "k8s-app",
  "name",
  "role",
  "run",
  "tier",
]);

/** Whether some peer of a rule may be who asks. At the lower bound what isn't known is nobody. */
export function mayAsk(
  peers: RuleFact["peers"],
  policy: NetworkPolicyFact,
  requester: Requester,
  around: StackView,
  bound: Bound,
): boolean {
  if (!peers.known) return bound === "upper";
  return (
    peers.value.length === 0 || peers.value.some((peer) => peerMayAsk(peer, policy, requester, around, bound))
  );
}

function peerMayAsk(
  { ipBlock, namespaceSelector, podSelector }: PeerFact,
  policy: NetworkPolicyFact,
  requester: Requester,
  around: StackView,
  bound: Bound,
): boolean {
  if (!ipBlock.known || !namespaceSelector.known || !podSelector.known) return bound === "upper";
  if (ipBlock.value !== undefined) return true;
  const [spaces, pods] = [namespaceSelector.value, podSelector.value ?? []];
  if (bound === "lower" && [spaces ?? [], pods].some((one) => unreadInSelector(one).length > 0)) return false;
  if ([spaces ?? [], pods].some(contradictsItself) || namesOthers(pods, HINTS[requester])) return false;
  // A load balancer comes by its addresses, and by no pod.
  if (requester === "load-balancer") return false;
  if (requester === "api-server") return mayBeTunnel(spaces, pods, policy);
  return mentions(pods, HINTS[requester]) || mayBeThere(spaces, pods, policy, requester, around);
}

/** Whether a selector asks for an application's name that isn't such a thing's. */
const namesOthers = (selector: SelectorFact, hint: RegExp): boolean =>
  selector.some((requirement) => {
    if (!requirement.known) return false;
    const { key, operator, values } = requirement.value;
    if (operator !== "In" || !NAMING.has(key) || !values.known) return false;
    return !values.value.some((value) => hint.test(value));
  });

/** Whether a selector asks for a label that speaks of such a thing. */
const mentions = (selector: SelectorFact, hint: RegExp): boolean =>
  selector.some((requirement) => {
    if (!requirement.known) return false;
    const { key, operator, values } = requirement.value;
    return (
      (operator === "In" || operator === "Exists") &&
      [key, ...(values.known ? values.value : [])].some((text) => hint.test(text))
    );
  });

/** Whether a peer may be the agents through which an API server reaches pods. Source: Kubernetes docs, "Set up Konnectivity service". */
function mayBeTunnel(
  spaces: SelectorFact | undefined,
  pods: SelectorFact,
  { namespace }: NetworkPolicyFact,
): boolean {
  const place =
    spaces === undefined
      ? !namespace.known || namespace.value === "kube-system"
        ? "yes"
        : "no"
      : matches(exactSelector(spaces), {
          known: new Map([[NAMESPACE_NAME_LABEL, "kube-system"]]),
          complete: false,
        });
  const agents = { known: new Map([["k8s-app", "konnectivity-agent"]]), complete: false };
  return both(place, matches(exactSelector(pods), agents)) !== "no";
}

/** Whether who asks may be among a peer's pods: not where the stack shows them all, and none looks like it. */
function mayBeThere(
  spaces: SelectorFact | undefined,
  pods: SelectorFact,
  { namespace, subject }: NetworkPolicyFact,
  requester: Requester,
  { seen }: StackView,
): boolean {
  const names = spaces !== undefined ? namesIn(spaces) : namespace.known ? [namespace.value] : undefined;
  if (names?.every((name) => seen.shows(subject, name)) !== true) return true;
  return names.some((name) => {
    const { certain, maybe } = seen.find(subject, name, pods);
    return maybe || certain.some((workload) => looksLike(workload, HINTS[requester]));
  });
}

function looksLike({ title, pods: { labels } }: SeenWorkload, hint: RegExp): boolean {
  const own = labels.known
    ? [...labels.value].flatMap(([key, value]) => [key, value.known ? value.value : ""])
    : [];
  // The title ends in the place where the workload is written, which says nothing of it.
  return [title.split(" (")[0] ?? "", ...own].some((text) => hint.test(text));
}
