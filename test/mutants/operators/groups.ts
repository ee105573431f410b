// Longer than most: a table, one row a way to break a group.
import type { Resource } from "../../../engine";
import { UNKNOWN_SENTINEL } from "../../../data/pulumiWire";
import {
  addition,
  beside,
  type Change,
  change,
  omit,
  type Operator,
  ofType,
  removal,
  type Stack,
} from "../stack";

/** The properties of a rule of its own. A rule has one peer. */
interface RuleProps {
  cidrIpv4?: string;
  cidrIpv6?: string;
  prefixListId?: string;
  referencedSecurityGroupId?: string;
  ipProtocol?: string;
  fromPort?: number;
  toPort?: number;
  description?: string;
}

const ingressRules = (stack: Stack): Resource[] => ofType(stack, "SecurityGroupIngressRule");
const egressRules = (stack: Stack): Resource[] => ofType(stack, "SecurityGroupEgressRule");
const rules = (stack: Stack): Resource[] => [...ingressRules(stack), ...egressRules(stack)];
const groups = (stack: Stack): Resource[] => ofType(stack, "ec2/securityGroup:SecurityGroup");

/** Each rule with another peer. What the peer was made from goes with it. */
function withPeer(
  of: readonly Resource[],
  peer: Pick<RuleProps, "cidrIpv4" | "cidrIpv6" | "prefixListId">,
): Change[] {
  return of.flatMap((resource) => {
    const madeFrom = omit(resource.propertyDependencies, "referencedSecurityGroupId");
    const own = {
      ...resource,
      propertyDependencies: { ...madeFrom, ...Object.fromEntries(Object.keys(peer).map((key) => [key, []])) },
    };
    return change<RuleProps>(own, "", (props) => {
      for (const key of ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"] as const) {
        Reflect.deleteProperty(props, key);
      }
      Object.assign(props, peer);
      return true;
    });
  });
}

const eachRule = (of: readonly Resource[], edit: (props: RuleProps) => boolean | undefined): Change[] =>
  of.flatMap((resource) => change<RuleProps>(resource, "", edit));

/** A rule beside, on a group of the stack. */
const ruleOn = (group: Resource, direction: "Ingress" | "Egress", props: RuleProps, suffix = ""): Resource =>
  beside(
    group,
    `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`,
    `${group.name}-${direction}-beside${suffix}`,
    { securityGroupId: UNKNOWN_SENTINEL, description: "a flow", ...props },
    { securityGroupId: [group.urn] },
  );

const tcp = (port: number) => ({ ipProtocol: "tcp", fromPort: port, toPort: port });

const onEach = (name: string, made: (group: Resource) => readonly Resource[]): Operator => ({
  name,
  changes: (stack) => groups(stack).map((group) => addition(`on ${group.name}`, ...made(group))),
});

/** Rules on a group of another stack, of which its id is known. */
const onOthers = (name: string, ...rules: readonly RuleProps[]): Operator =>
  onEach(name, (group) =>
    rules.map((props, index) =>
      beside(
        group,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        `${group.name}-others-${index}`,
        { securityGroupId: "sg-0123456789abcdef0", description: "a flow", ...props },
        { securityGroupId: [] },
      ),
    ),
  );

/** A group's own list of rules, which others' rules don't go with. */
const inline = (name: string, direction: "ingress" | "egress", rule: object): Operator => ({
  name,
  changes: (stack) =>
    groups(stack).flatMap((group) =>
      change<Record<string, unknown>>(
        { ...group, propertyDependencies: { ...group.propertyDependencies, [direction]: [] } },
        direction,
        (props) => {
          props[direction] = [rule];
          return true;
        },
      ),
    ),
});

interface AttachmentProps {
  metadata: { namespace: string };
  spec: {
    podSelector?: { matchLabels?: Record<string, string> };
    serviceAccountSelector?: object;
    securityGroups: { groupIds: string[] };
  };
}

const attachments = (name: string, edit: (props: AttachmentProps) => boolean | undefined): Operator => ({
  name,
  changes: (stack) =>
    ofType(stack, "SecurityGroupPolicy").flatMap((policy) => change<AttachmentProps>(policy, "", edit)),
});

/** Mistakes in security groups, their rules, and what attaches them to pods. */
export const GROUP_OPERATORS: readonly Operator[] = [
  {
    name: "a group's rule for the world",
    changes: (stack) => withPeer(ingressRules(stack), { cidrIpv4: "0.0.0.0/0" }),
  },
  {
    name: "a group's rule for IPv6's world",
    changes: (stack) => withPeer(ingressRules(stack), { cidrIpv6: "::/0" }),
  },
  {
    name: "a group's rule for half of the world",
    changes: (stack) => withPeer(ingressRules(stack), { cidrIpv4: "0.0.0.0/1" }),
  },
  {
    name: "a database's rule for the VPC's addresses",
    changes: (stack) =>
      withPeer(
        ingressRules(stack).filter(({ name }) => name.includes("/db-")),
        { cidrIpv4: "10.0.0.0/8" },
      ),
  },
  {
    name: "a database's rule for a prefix list",
    changes: (stack) =>
      withPeer(
        ingressRules(stack).filter(({ name }) => name.includes("/db-")),
        { prefixListId: "pl-0123456789abcdef0" },
      ),
  },
  {
    name: "a database's rule for every port",
    changes: (stack) =>
      eachRule(
        ingressRules(stack).filter(({ name }) => name.includes("/db-")),
        (props) => {
          Object.assign(props, { fromPort: 0, toPort: 65535 });
          return true;
        },
      ),
  },
  {
    name: "egress to the world, every protocol",
    changes: (stack) =>
      withPeer(egressRules(stack), { cidrIpv4: "0.0.0.0/0" }).flatMap(({ set }) =>
        set.flatMap((resource) =>
          change<RuleProps>(resource, "", (props) => {
            Reflect.deleteProperty(props, "fromPort");
            Reflect.deleteProperty(props, "toPort");
            props.ipProtocol = "-1";
            return true;
          }),
        ),
      ),
  },
  {
    name: "a rule without its description",
    changes: (stack) =>
      eachRule(rules(stack), (props) => {
        Reflect.deleteProperty(props, "description");
        return true;
      }),
  },
  onEach("SSH from the world", (group) => [ruleOn(group, "Ingress", { ...tcp(22), cidrIpv4: "0.0.0.0/0" })]),
  onEach("SSH from the world in halves", (group) => [
    ruleOn(group, "Ingress", { ...tcp(22), cidrIpv4: "0.0.0.0/1" }, "-low"),
    ruleOn(group, "Ingress", { ...tcp(22), cidrIpv4: "128.0.0.0/1" }, "-high"),
  ]),
  onEach("every protocol out to the world in halves", (group) => [
    ruleOn(group, "Egress", { ipProtocol: "-1", cidrIpv4: "0.0.0.0/1" }, "-low"),
    ruleOn(group, "Egress", { ipProtocol: "-1", cidrIpv4: "128.0.0.0/1" }, "-high"),
  ]),
  onOthers("others' group: SSH from the world", { ...tcp(22), cidrIpv4: "0.0.0.0/0" }),
  onOthers(
    "others' group: SSH from the world in halves",
    { ...tcp(22), cidrIpv4: "0.0.0.0/1" },
    { ...tcp(22), cidrIpv4: "128.0.0.0/1" },
  ),
  onOthers("others' group: a database's port to a private network", { ...tcp(5432), cidrIpv4: "10.0.0.0/8" }),
  inline("SSH from the world inline", "ingress", {
    ...tcp(22),
    protocol: "tcp",
    cidrBlocks: ["0.0.0.0/0"],
    description: "a flow",
  }),
  inline("the group opened to a private network inline", "ingress", {
    ...tcp(5432),
    protocol: "tcp",
    cidrBlocks: ["10.0.0.0/8"],
    description: "a flow",
  }),
  inline("everything out inline", "egress", {
    fromPort: 0,
    toPort: 0,
    protocol: "-1",
    cidrBlocks: ["0.0.0.0/0"],
    description: "a flow",
  }),
  {
    name: "the older kind of rule, from the world",
    changes: (stack) =>
      groups(stack).map((group) =>
        addition(
          `on ${group.name}`,
          beside(
            group,
            "aws:ec2/securityGroupRule:SecurityGroupRule",
            `${group.name}-older`,
            {
              type: "ingress",
              securityGroupId: UNKNOWN_SENTINEL,
              protocol: "tcp",
              fromPort: 5432,
              toPort: 5432,
              cidrBlocks: ["0.0.0.0/0"],
              description: "a flow",
            },
            { securityGroupId: [group.urn] },
          ),
        ),
      ),
  },
  { name: "a group's rule left out", changes: (stack) => rules(stack).map(removal) },
  attachments("an attachment without a group", (props) => {
    props.spec.securityGroups.groupIds = [];
    return true;
  }),
  attachments("an attachment for every pod", (props) => {
    props.spec.podSelector = {};
    return true;
  }),
  attachments("an attachment without one of its labels", (props) => {
    const labels = Object.entries(props.spec.podSelector?.matchLabels ?? {});
    if (labels.length < 2) return false;
    props.spec.podSelector = { matchLabels: Object.fromEntries(labels.slice(0, -1)) };
    return true;
  }),
  attachments("an attachment without a selector", (props) => {
    delete props.spec.podSelector;
    return true;
  }),
  attachments("an attachment in another namespace", (props) => {
    props.metadata.namespace = "elsewhere";
    return true;
  }),
  { name: "an attachment left out", changes: (stack) => ofType(stack, "SecurityGroupPolicy").map(removal) },
  {
    name: "a group detached from pods",
    changes: (stack) =>
      ofType(stack, "SecurityGroupPolicy").flatMap((policy) => {
        const own = policy.propertyDependencies["spec"] ?? [];
        return own.flatMap((urn) =>
          change<AttachmentProps>(
            {
              ...policy,
              propertyDependencies: {
                ...policy.propertyDependencies,
                spec: own.filter((one) => one !== urn),
              },
            },
            `without ${urn.split("::").at(-1) ?? ""}`,
            (props) => {
              props.spec.securityGroups.groupIds.pop();
              return true;
            },
          ),
        );
      }),
  },
];
