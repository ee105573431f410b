/** The stack that the policy pack's benchmark judges: teams with workloads, policies, groups, databases and buckets. */
import {
  accessBlock,
  bucket,
  bucketPolicy,
  database,
  egress,
  group,
  groupPolicy,
  ingress,
  peer,
  tcp,
} from "../test/policypack/aws";
import { defaultDeny, DNS, LABELS, namespace, policy, type TestResource } from "../test/policypack/helpers";

const WORKLOADS = 10;

const ownLabels = (team: string) => ({ ...LABELS, "palisade.dev/owner": team });

/** A resource, moved into a team's namespace. */
function moved(resource: TestResource, team: string): TestResource {
  const props = structuredClone(resource.props) as { metadata?: { namespace?: string } };
  if (props.metadata?.namespace !== undefined) props.metadata.namespace = team;
  return { ...resource, props };
}

function deployment(team: string, name: string): TestResource {
  const labels = { app: name, "app.kubernetes.io/part-of": team };
  const container = {
    name: "main",
    image: `registry.example/${name}:1.0.0`,
    ports: [{ name: "http", containerPort: 8080 }],
    env: [
      { name: "LOG_LEVEL", value: "info" },
      { name: "PORT", value: "8080" },
    ],
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
  };
  return {
    type: "kubernetes:apps/v1:Deployment",
    name,
    props: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace: team, labels },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels },
          spec: { serviceAccountName: name, containers: [container] },
        },
      },
    },
  };
}

const object = (kind: string, team: string, name: string, rest: object): TestResource => ({
  type: `kubernetes:core/v1:${kind}`,
  name: `${name}-${kind.toLowerCase()}`,
  props: { apiVersion: "v1", kind, metadata: { name, namespace: team }, ...rest },
});

/** One workload with what belongs to it: it is called by the workload before it, and calls the next one and the database. */
function workload(team: string, index: number): TestResource[] {
  const nameOf = (number: number) => `${team}-app-${number}`;
  const name = nameOf(index);
  const pods = (number: number) => ({ podSelector: { matchLabels: { app: nameOf(number) } } });
  const ports = [{ protocol: "TCP", port: 8080 }];
  const [before, after] = [(index + WORKLOADS - 1) % WORKLOADS, (index + 1) % WORKLOADS];
  const db = `${team}-db-group`;
  const [own, next, last] = [`${name}-group`, `${nameOf(after)}-group`, `${nameOf(before)}-group`];
  return [
    deployment(team, name),
    object("Service", team, name, { spec: { selector: { app: name }, ports: [{ port: 8080 }] } }),
    object("ConfigMap", team, name, { data: { "app.properties": "mode=production\nlevel=info\n" } }),
    policy(
      `${name}-policy`,
      {
        ...pods(index),
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ from: [pods(before)], ports }],
        egress: [
          DNS,
          { to: [pods(after)], ports },
          { to: [{ ipBlock: { cidr: "10.20.0.0/24" } }], ports: [{ protocol: "TCP", port: 5432 }] },
        ],
      },
      team,
    ),
    group(`${name}-group`),
    egress(`${name}-to-db`, `${name}-group`, { ...tcp(5432), ...peer(db)[0] }, peer(db)[1]),
    egress(`${name}-to-dns-udp`, `${name}-group`, {
      ...tcp(53),
      ipProtocol: "udp",
      referencedSecurityGroupId: "sg-dns",
    }),
    egress(`${name}-to-dns-tcp`, `${name}-group`, { ...tcp(53), referencedSecurityGroupId: "sg-dns" }),
    egress(`${name}-to-app`, own, { ...tcp(8080), ...peer(next)[0] }, peer(next)[1]),
    ingress(`${name}-from-app`, own, { ...tcp(8080), ...peer(last)[0] }, peer(last)[1]),
    ingress(`${name}-db`, db, { ...tcp(5432), ...peer(`${name}-group`)[0] }, peer(`${name}-group`)[1]),
    moved(
      groupPolicy(`${name}-attachment`, [`${name}-group`], { podSelector: { matchLabels: { app: name } } }),
      team,
    ),
  ];
}

/** `count` resources. The last team's are cut off where the count ends. */
export function benchStack(count: number): TestResource[] {
  const resources: TestResource[] = [];
  for (let number = 0; resources.length < count; number++) {
    const team = `team-${number}`;
    resources.push(
      namespace(team, ownLabels(team)),
      defaultDeny(team, `${team}-isolation`),
      group(`${team}-db-group`),
      database(`${team}-db`),
      bucket(`${team}-documents`),
      accessBlock(`${team}-documents`),
      bucketPolicy(`${team}-documents`),
      ...Array.from({ length: WORKLOADS }, (_, index) => workload(team, index)).flat(),
    );
  }
  return resources.slice(0, count);
}
