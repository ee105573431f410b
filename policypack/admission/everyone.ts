// Tests: test/policypack/admission.test.ts
import { type Direction, NAMESPACE_NAME_LABEL } from "../../kubernetes";
import { MAX_PORT, PROTOCOLS } from "../../net";
import { insideRanges, LABELS_OF_EVERY_NAMESPACE, wholeRanges, writtenPorts } from "../judgment";
import { BLOCK_VARIABLES, holdsWhole, meansInternet, reachesInside } from "./blocks";
import { all, any, expressions, isEmptyAt, labels, not, text, texts } from "./cel";
import { isEmptyPeer, isForEveryone, peersOf, rulesVariable } from "./networkPolicies";
import { type AdmissionRule, type TwinContext, NETWORK_POLICIES } from "./rule";

/** The twin of network-policy-no-everyone-ingress or -egress, rule by rule: what only several rules open together is the pack's. */
export function everyoneRule(
  direction: Direction,
  given: TwinContext<{ readonly publicPorts: readonly string[] }>,
): AdmissionRule {
  const { clusterRanges } = given.settings;
  const peers = peersOf(direction);
  const none = (condition: string): string => not(`variables.judged.exists(r, ${condition})`);
  const whom = direction === "ingress" ? "lets everyone in" : "lets its pods go everywhere";
  return {
    resources: NETWORK_POLICIES,
    decidedBy: ["spec"],
    variables: [
      ...rulesVariable(direction, given),
      ...BLOCK_VARIABLES,
      { name: "judged", expression: `variables.rules.filter(r, ${not(isPublic(given.config.publicPorts))})` },
    ],
    validations: [
      {
        expression: none(any([isForEveryone(direction), `${peers}.exists(p, ${isEmptyPeer("p")})`])),
        message: `${whom}: an ${direction} rule names no peer`,
      },
      {
        expression: none(`${peers}.exists(p, ${admitsUnknownPods})`),
        message: `${whom}: an ${direction} rule selects every pod of the cluster, or all but a few`,
      },
      ...(direction === "ingress"
        ? [
            {
              expression: none(meansInternet(peers)),
              message: `${whom}: an ingress rule admits the internet`,
            },
          ]
        : [
            {
              expression: none(
                all([
                  meansInternet(peers),
                  any([reachesInside(peers, insideRanges(clusterRanges)), opensMost]),
                ]),
              ),
              message: `${whom}: an egress rule opens the internet together with private addresses, or on half of all ports or more`,
            },
          ]),
      {
        expression: none(holdsWhole(peers, wholeRanges(clusterRanges))),
        message: `${whom}: an ${direction} rule holds the whole cluster's addresses${clusterRanges.length > 0 ? "" : ", or a private range in which they may be"}`,
      },
    ],
  };
}

/** Whether all ports of a rule may be open to everyone. */
function isPublic(publicPorts: readonly string[]): string {
  const ranges = writtenPorts(publicPorts).ranges();
  if (ranges.length === 0) return "false";
  const within = ranges.map(({ protocol, from, to }) =>
    all([
      `p.protocol == ${text(protocol)}`,
      `p.port >= ${from}`,
      `(has(p.endPort) ? p.endPort : p.port) <= ${to}`,
    ]),
  );
  return all([
    "has(r.ports) && size(r.ports) > 0",
    `r.ports.all(p, has(p.port) && type(p.port) == int && (${any(within)}))`,
  ]);
}

/** Whether a rule opens half of a protocol's ports or more. */
const opensMost = any([
  isEmptyAt("r.ports"),
  ...PROTOCOLS.map(
    (protocol) =>
      `r.ports.filter(p, p.protocol == ${text(protocol)}).map(p, !has(p.port) ? ${MAX_PORT} : type(p.port) != int ? 0 : has(p.endPort) ? p.endPort - p.port + 1 : 1).sum() * 2 >= ${MAX_PORT}`,
  ),
]);

/** Whether a peer selects pods of namespaces by no label that a pod made tomorrow would lack. */
const admitsUnknownPods = all([
  "has(p.namespaceSelector)",
  `size(${labels("p.namespaceSelector")}) == 0 && size(${labels("p.podSelector")}) == 0`,
  `${expressions("p.namespaceSelector")}.all(x, x.operator == "NotIn" || (x.operator == "DoesNotExist" && x.key != ${text(NAMESPACE_NAME_LABEL)}) || (x.operator == "Exists" && x.key in ${texts(LABELS_OF_EVERY_NAMESPACE)}))`,
  `${expressions("p.podSelector")}.all(x, x.operator == "NotIn" || x.operator == "DoesNotExist")`,
]);
