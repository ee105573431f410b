/** Random NetworkPolicies, of parts among which every limit has something on both of its sides. */
import fc from "fast-check";
import { policy, type TestResource } from "../helpers";

const BLOCKS = [
  ...["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/2", "10.0.0.0/8", "10.42.0.0/16", "10.0.0.0/7", "172.16.0.0/12"],
  ...[
    "52.0.0.0/8",
    "52.0.0.0/9",
    "54.0.0.0/8",
    "3.0.0.0/8",
    "8.0.0.0/7",
    "198.51.100.0/24",
    "169.254.0.0/16",
  ],
  ...[
    "169.254.169.254/32",
    "100.64.0.0/10",
    "::/0",
    "2000::/3",
    "2600::/16",
    "2600::/18",
    "fd00::/8",
    "fd00:ec2::/32",
  ],
];
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  "0.0.0.0/0": [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "128.0.0.0/1",
    "0.0.0.0/1",
  ],
  "10.0.0.0/8": ["10.42.0.0/16", "10.0.0.0/9"],
  "52.0.0.0/8": ["52.0.0.0/9"],
  "169.254.0.0/16": ["169.254.169.254/32", "169.254.170.0/24"],
  "::/0": ["fc00::/7", "2000::/3"],
};
const KEYS = ["kubernetes.io/metadata.name", "team", "palisade.dev/owner", "app"];

const requirement = fc.oneof(
  fc.record({ key: fc.constantFrom(...KEYS), operator: fc.constantFrom("Exists", "DoesNotExist") }),
  fc.record({
    key: fc.constantFrom(...KEYS),
    operator: fc.constantFrom("In", "NotIn"),
    values: fc.subarray(["shop", "web", "db", "a"], { minLength: 1 }),
  }),
);
const selector = fc.record(
  {
    matchLabels: fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom("shop", "web", "db"), {
      maxKeys: 2,
    }),
    matchExpressions: fc.array(requirement, { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const block = fc
  .constantFrom(...BLOCKS)
  .chain((cidr) =>
    fc.record({ cidr: fc.constant(cidr), except: fc.subarray([...(EXCEPTIONS[cidr] ?? [])]) }),
  );
const peer = fc.oneof(
  fc.record({ ipBlock: block }),
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: selector }),
  fc.record({ namespaceSelector: selector, podSelector: selector }),
);
const port = fc.oneof(
  fc.record({ protocol: fc.constantFrom("TCP", "UDP") }),
  fc.record({ protocol: fc.constantFrom("TCP", "UDP"), port: fc.constantFrom(443, 5432, 8080, "web") }),
  fc.record({
    protocol: fc.constant("TCP"),
    port: fc.constantFrom(1, 5000),
    endPort: fc.constantFrom(5432, 40_000),
  }),
);
const rules = (field: string) =>
  fc.array(
    fc
      .record({ peers: fc.array(peer, { maxLength: 3 }), ports: fc.array(port, { maxLength: 2 }) })
      .map(({ peers, ports }) => ({ [field]: peers, ports })),
    { maxLength: 2 },
  );

const spec = fc.record({
  podSelector: selector,
  policyTypes: fc.constantFrom(["Ingress"], ["Egress"], ["Ingress", "Egress"]),
  ingress: rules("from"),
  egress: rules("to"),
});

/** The same policies in every run. */
export const randomPolicies = (count: number): TestResource[] =>
  fc.sample(spec, { numRuns: count, seed: 20_261_201 }).map((one, index) => policy(`random-${index}`, one));
