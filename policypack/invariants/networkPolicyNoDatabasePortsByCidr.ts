import { DIRECTIONS } from "../../kubernetes";
import { unreadInRules } from "../facts";
import { resourceInvariant } from "../invariant";
import { databasePortsConfig, judgeDatabasePorts, narrowRules } from "../judgment";

export const networkPolicyNoDatabasePortsByCidr = resourceInvariant({
  scope: "resource",
  name: "network-policy-no-database-ports-by-cidr",
  description:
    "No NetworkPolicy rule opens a database's port to addresses that aren't its clients or subnets.",
  stops:
    "Ingress rules that open a database port to an address block: clients are pods, named by label. Egress rules that open one to public addresses, or to a block wider than a VPC: a database outside the cluster is in known subnets (0.0.0.0/0 without the private ranges leaves out exactly the private database that the rule is for). A rule that states no port opens these ports too. Rules that are open to everyone are network-policy-no-everyone-ingress's and -egress's.",
  remedy:
    "Name a database's clients by podSelector and namespaceSelector; name a database outside the cluster by its subnets' CIDRs.",
  severity: "high",
  config: databasePortsConfig,
  example: { databaseRanges: ["10.20.0.0/24", "10.20.1.0/24"], clientRanges: ["10.9.0.4/32"] },
  judge(fact, settings, context) {
    return fact.kind === "NetworkPolicy"
      ? DIRECTIONS.flatMap((direction) =>
          judgeDatabasePorts(
            {
              of: fact,
              under: (bound) => narrowRules(fact, direction, bound, context),
              unread: () => unreadInRules(fact[direction]),
            },
            direction,
            settings,
            REMEDY[direction],
          ),
        )
      : [];
  },
});

/** The line to write for a rule's path. */
const REMEDY = {
  ingress: (path: string) =>
    `name the clients in ${path}, such as from: [{ podSelector: { matchLabels: { app: CLIENT } } }]`,
  egress: (path: string) =>
    `write the database subnets' CIDRs in ${path}, such as to: [{ ipBlock: { cidr: "10.20.0.0/24" } }]`,
};
