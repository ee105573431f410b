// Longer than most: a table, one row a mistake.
/** One malformed application as YAML text, or several beside each other, and every line of the error. */
export interface Malformed {
  readonly claim: string;
  /** Replaces parts of the sound application `SOUND`, by key; undefined leaves the key out. */
  readonly change: Readonly<Record<string, string | undefined>>;
  readonly says: readonly string[];
}

/** A sound application's parts, each as YAML text. */
export const SOUND: Readonly<Record<string, string>> = {
  name: "shop",
  owner: "shop-team",
  workloads: `
    web: { labels: { app: web }, ports: { http: tcp/80 } }
    api: { labels: { app: api }, ports: { http: tcp/8080 }, instances: { read: { role: read }, write: { role: write } } }`,
  flows: `
    - { from: web, to: api, ports: [tcp/8080], because: orders }`,
};

/** The parts of an application as one YAML document. */
export const document = (parts: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(parts)
    .flatMap(([key, text]) => (text === undefined ? [] : [`${key}: ${text}`]))
    .join("\n");

const flow = (text: string) =>
  `\n    - { from: web, to: api, ports: [tcp/8080], because: orders }\n    - ${text}`;
const only = (text: string) => `\n    - ${text}`;
const workload = (text: string) => `${SOUND["workloads"] ?? ""}\n    ${text}`;

/** By what they get wrong. */
export const MALFORMED: readonly Malformed[] = [
  // Names that nothing has
  {
    claim: "an unknown workload",
    change: { flows: flow("{ from: wbe, to: api, ports: [tcp/8080], because: x ray }") },
    says: ['shop: flow wbe → api: there is no workload "wbe". Did you mean "web"?'],
  },
  {
    claim: "an unknown workload that is nothing alike",
    change: { flows: flow("{ from: payments, to: api, ports: [tcp/8080], because: x ray }") },
    says: ['shop: flow payments → api: there is no workload "payments". Write one of api, web.'],
  },
  {
    claim: "an unknown instance",
    change: { flows: flow("{ from: web, to: api/raed, ports: [tcp/80], because: x ray }") },
    says: ['shop: flow web → api/raed: api has no instance "raed". Did you mean "read"?'],
  },
  {
    claim: "an instance of a workload that has none",
    change: { flows: flow("{ from: web/blue, to: web, ports: [tcp/80], because: x ray }") },
    says: ['shop: flow web/blue → web: web has no instance "blue". Write web: it has no instances.'],
  },
  {
    claim: "an unknown database",
    change: {
      flows: flow("{ from: api, to: { kind: database, database: main }, ports: [tcp/5432], because: x ray }"),
    },
    says: ['shop: flow api → database main: there is no database "main". Declare it under databases.'],
  },
  {
    claim: "an unknown bucket",
    change: {
      buckets: "{ documents: {} }",
      flows: flow(
        "{ from: api, to: { kind: bucket, bucket: document, access: read }, ports: [tcp/443], because: x ray }",
      ),
    },
    says: [
      'shop: flow api → bucket document (read): there is no bucket "document". Did you mean "documents"?',
    ],
  },
  {
    claim: "a peer written as a workload",
    change: { flows: flow("{ from: web, to: internet, ports: [tcp/443], because: x ray }") },
    says: [
      'shop: flow web → internet: there is no workload "internet". Write internet(), or {"kind": "internet"} as data.',
    ],
  },
  // Ports
  {
    claim: "a port out of range",
    change: { flows: only("{ from: web, to: api, ports: [tcp/70000], because: orders }") },
    says: ["shop: flow web → api: port tcp/70000 is out of range 1-65535. Write a port from 1 to 65535."],
  },
  {
    claim: "port 0",
    change: { flows: only("{ from: web, to: api, ports: [tcp/0], because: orders }") },
    says: ["shop: flow web → api: port tcp/0 is out of range 1-65535. Write a port from 1 to 65535."],
  },
  {
    claim: "a reversed range",
    change: { flows: only("{ from: web, to: api, ports: [tcp/9000-8000], because: orders }") },
    says: ["shop: flow web → api: port tcp/9000-8000 ends before it begins. Write tcp/8000-9000."],
  },
  {
    claim: "a port without a protocol",
    change: { flows: only('{ from: web, to: api, ports: ["8080"], because: orders }') },
    says: [
      "shop: flow web → api: port 8080 isn't a protocol, a slash and a port. Say the protocol too: tcp/8080.",
    ],
  },
  {
    claim: "a port that YAML reads as a number",
    change: { flows: only("{ from: web, to: api, ports: [8080], because: orders }") },
    says: [`shop: flows[0].ports[0]: 8080 isn't a port. Say the protocol too: "tcp/8080".`],
  },
  {
    claim: "ICMP",
    change: { flows: only("{ from: web, to: api, ports: [icmp/8], because: orders }") },
    says: [
      "shop: flow web → api: port icmp/8 has a protocol that no NetworkPolicy knows. Use tcp, udp or sctp.",
    ],
  },
  {
    claim: "a protocol in capitals",
    change: { flows: only("{ from: web, to: api, ports: [TCP/8080], because: orders }") },
    says: ["shop: flow web → api: port TCP/8080 has a protocol that no NetworkPolicy knows. Write tcp/8080."],
  },
  {
    claim: "no ports",
    change: { flows: only("{ from: web, to: api, ports: [], because: orders }") },
    says: ['shop: flow web → api: names no ports. List them, such as ports: ["tcp/443"].'],
  },
  {
    claim: "ports left out",
    change: { flows: only("{ from: web, to: api, because: orders }") },
    says: ['shop: flow web → api: names no ports. List them, such as ports: ["tcp/443"].'],
  },
  {
    claim: "ports as a text",
    change: { flows: only("{ from: web, to: api, ports: tcp/8080, because: orders }") },
    says: [`shop: flows[0].ports: "tcp/8080" isn't a list. Write a list.`],
  },
  {
    claim: "a port listed twice",
    change: { flows: only("{ from: web, to: api, ports: [tcp/8080, tcp/8080], because: orders }") },
    says: ["shop: flow web → api: port tcp/8080 is listed twice. List each port once."],
  },
  {
    claim: "a port that the destination doesn't listen on",
    change: { flows: only("{ from: web, to: api, ports: [tcp/8080, tcp/22], because: orders }") },
    says: [
      "shop: flow web → api: api doesn't listen on tcp/22. It listens on tcp/8080: declare the port there, or correct it here.",
    ],
  },
  {
    claim: "a flow to a workload that listens nowhere",
    change: {
      workloads: workload("beat: { labels: { app: beat } }"),
      flows: flow("{ from: web, to: beat, ports: [tcp/80], because: x ray }"),
    },
    says: ["shop: flow web → beat: beat doesn't listen on tcp/80. Declare under ports what beat listens on."],
  },
  {
    claim: "a database's port that isn't its own",
    change: {
      databases: "{ main: { engine: postgres } }",
      flows: flow("{ from: api, to: { kind: database, database: main }, ports: [tcp/3306], because: x ray }"),
    },
    says: [
      'shop: flow api → database main: database main listens on tcp/5432, not on tcp/3306. Write ports: ["tcp/5432"].',
    ],
  },
  {
    claim: "metrics that no scraper could use",
    change: { workloads: workload("beat: { labels: { app: beat }, metrics: udp/9100-9110 }") },
    says: [
      "shop: workload beat: metrics udp/9100-9110 isn't one TCP port. Prometheus scrapes one TCP port: write tcp/9100.",
    ],
  },
  {
    claim: "metrics on a range",
    change: { workloads: workload("beat: { labels: { app: beat }, metrics: tcp/9100-9110 }") },
    says: [
      "shop: workload beat: metrics tcp/9100-9110 isn't one TCP port. Prometheus scrapes one TCP port: write tcp/9100.",
    ],
  },
  // Ends
  {
    claim: "an empty from",
    change: { flows: flow("{ from: [], to: api, ports: [tcp/8080], because: x ray }") },
    says: [
      'shop: flow nobody → api: from names nobody. Name a workload or a peer; every workload is everyWorkload(), or {"kind": "every-workload"} as data.',
    ],
  },
  {
    claim: "a from left out",
    change: { flows: flow("{ to: api, ports: [tcp/8080], because: x ray }") },
    says: [
      'shop: flow nobody → api: from names nobody. Name a workload or a peer; every workload is everyWorkload(), or {"kind": "every-workload"} as data.',
    ],
  },
  {
    claim: "an end listed twice",
    change: { flows: only("{ from: [web, web], to: api, ports: [tcp/8080], because: orders }") },
    says: ["shop: flow web, web → api: web is listed twice in from. List it once."],
  },
  {
    claim: "an unknown kind of peer",
    change: { flows: flow("{ from: web, to: { kind: internt }, ports: [tcp/443], because: x ray }") },
    says: ['shop: flows[1].to.kind: "internt" isn\'t a kind of peer. Did you mean "internet"?'],
  },
  {
    claim: "a peer without its kind",
    change: {
      flows: flow("{ from: web, to: { cidrs: [203.0.113.0/24] }, ports: [tcp/443], because: x ray }"),
    },
    says: [
      "shop: flows[1].to: kind is missing. Write one of workload, every-workload, application, pods, platform, cidr, internet, kubernetes-api, database, bucket, cloud-identity.",
    ],
  },
  {
    claim: "a flow between two outsiders",
    change: {
      flows: flow(
        "{ from: { kind: platform, service: ingress }, to: { kind: internet }, ports: [tcp/443], because: x ray }",
      ),
    },
    says: [
      "shop: flow platform ingress → internet: has no end in this application. Name one of its workloads as from or to; nothing else can be isolated here.",
    ],
  },
  {
    claim: "a flow from a database",
    change: {
      databases: "{ main: { engine: postgres } }",
      flows: flow("{ from: { kind: database, database: main }, to: web, ports: [tcp/80], because: x ray }"),
    },
    says: [
      "shop: flow database main → web: database main opens no connections. Declare the flow from the workload that connects to it.",
    ],
  },
  {
    claim: "a flow from the Kubernetes API",
    change: { flows: flow("{ from: { kind: kubernetes-api }, to: web, ports: [tcp/80], because: x ray }") },
    says: [
      "shop: flow kubernetes-api → web: the Kubernetes API server has no address that a policy could rely on as a source. Name the addresses that it calls webhooks from with cidr().",
    ],
  },
  {
    claim: "the Kubernetes API by another port",
    change: { flows: flow("{ from: web, to: { kind: kubernetes-api }, ports: [tcp/6443], because: x ray }") },
    says: [
      'shop: flow web → kubernetes-api: the Kubernetes API is reached on tcp/443, not on tcp/6443. Write ports: ["tcp/443"].',
    ],
  },
  {
    claim: "pods chosen by no labels",
    change: {
      flows: flow(
        "{ from: { kind: pods, namespace: logs, pods: {} }, to: web, ports: [tcp/80], because: x ray }",
      ),
    },
    says: [
      'shop: flow pods without labels in namespace logs → web: has no labels to select pods by. Write their labels, or "every-pod".',
    ],
  },
  {
    claim: "pods chosen by another word",
    change: {
      flows: flow(
        "{ from: { kind: pods, namespace: logs, pods: all }, to: web, ports: [tcp/80], because: x ray }",
      ),
    },
    says: ['shop: flows[1].from.pods: "all"selects no pods. Write labels, or "every-pod".'],
  },
  {
    claim: "a namespace that can't be one",
    change: {
      flows: flow(
        "{ from: { kind: pods, namespace: Kube_System, pods: every-pod }, to: web, ports: [tcp/80], because: x ray }",
      ),
    },
    says: [
      `shop: flow every pod in namespace Kube_System → web: namespace name "Kube_System" isn't a valid name. Write "kube-system".`,
    ],
  },
  {
    claim: "bucket access of an unknown sort",
    change: {
      buckets: "{ documents: {} }",
      flows: flow(
        "{ from: api, to: { kind: bucket, bucket: documents, access: list }, ports: [tcp/443], because: x ray }",
      ),
    },
    says: ['shop: flows[1].to.access: "list" isn\'t a bucket access. Write one of read, read-write, write.'],
  },
  {
    claim: "a bucket without a ServiceAccount or credentials",
    change: {
      buckets: "{ documents: {} }",
      flows: flow(
        '{ from: web, to: { kind: bucket, bucket: documents, access: read, prefix: "*" }, ports: [tcp/443], because: x ray }',
      ),
    },
    says: [
      `shop: flow web → bucket documents under * (read): prefix "*" isn't the beginning of a key. Use 1-512 letters, digits and ! - _ . ' ( ) / without a slash at the beginning.`,
      'shop: flow web → bucket documents under * (read) tcp/443: web has no flow that fetches credentials. Declare a flow from web to cloudIdentity(), or {"kind": "cloud-identity"} as data, on tcp/443.',
      "shop: flow web → bucket documents under * (read) tcp/443: web has no ServiceAccount. Declare its serviceAccount: the role belongs to it.",
    ],
  },
  // Addresses
  {
    claim: "a CIDR that isn't canonical",
    change: {
      flows: flow(
        "{ from: web, to: { kind: cidr, cidrs: [203.0.113.9/24] }, ports: [tcp/443], because: x ray }",
      ),
    },
    says: [`shop: flow web → 203.0.113.9/24: "203.0.113.9/24" isn't a canonical CIDR. Write 203.0.113.0/24.`],
  },
  {
    claim: "an IPv6 CIDR in another spelling",
    change: {
      flows: flow(
        '{ from: web, to: { kind: cidr, cidrs: ["2001:DB8:0:0::/32"] }, ports: [tcp/443], because: x ray }',
      ),
    },
    says: [
      `shop: flow web → 2001:DB8:0:0::/32: "2001:DB8:0:0::/32" isn't a canonical CIDR. Write 2001:db8::/32.`,
    ],
  },
  {
    claim: "an address without a prefix",
    change: {
      flows: flow(
        "{ from: web, to: { kind: cidr, cidrs: [203.0.113.9] }, ports: [tcp/443], because: x ray }",
      ),
    },
    says: [
      'shop: flow web → 203.0.113.9: "203.0.113.9" is a CIDR without a valid prefix length. Write 203.0.113.9/32.',
    ],
  },
  {
    claim: "a text that isn't a CIDR",
    change: {
      flows: flow(
        "{ from: web, to: { kind: cidr, cidrs: [example.com] }, ports: [tcp/443], because: x ray }",
      ),
    },
    says: [
      `shop: flow web → example.com: "example.com" isn't a CIDR. Write one like 203.0.113.0/24 or 2001:db8::/32.`,
    ],
  },
  {
    claim: "everyone as a CIDR",
    change: {
      flows: flow(
        '{ from: web, to: { kind: cidr, cidrs: [0.0.0.0/0, "::/0"] }, ports: [tcp/443], because: x ray }',
      ),
    },
    says: [
      "shop: flow web → 0.0.0.0/0, ::/0: 0.0.0.0/0 is far too wide to be a peer. Write internet() if you mean the internet.",
      "shop: flow web → 0.0.0.0/0, ::/0: ::/0 is far too wide to be a peer. Write internet() if you mean the internet.",
    ],
  },
  {
    claim: "an IPv6 block that many programs read as all of IPv4",
    change: {
      flows: flow(
        '{ from: web, to: { kind: cidr, cidrs: ["::ffff:0:0/96"] }, ports: [tcp/443], because: x ray }',
      ),
    },
    says: [`shop: flow web → ::ffff:0:0/96: "::ffff:0:0/96" isn't a CIDR. Write 0.0.0.0/0.`],
  },
  {
    claim: "blocks that are far too wide together",
    change: {
      flows: flow(
        "{ from: web, to: { kind: cidr, cidrs: [8.0.0.0/8, 9.0.0.0/8] }, ports: [tcp/443], because: x ray }",
      ),
    },
    says: [
      "shop: flow web → 8.0.0.0/8, 9.0.0.0/8: its IPv4 blocks together are as wide as a /7: far too wide to be a peer. Write internet() if you mean the internet.",
    ],
  },
  {
    claim: "every port of the internet",
    change: {
      flows: flow("{ from: web, to: { kind: internet }, ports: [tcp/1-65535, udp/1-65534], because: x ray }"),
    },
    says: [
      "shop: flow web → internet: tcp/1-65535, udp/1-65534 is nearly every service of the internet. List the ports that it needs, such as tcp/443.",
    ],
  },
  {
    claim: "a workload that only talks to itself",
    change: {
      workloads: workload("lone: { labels: { app: lone }, ports: { gossip: tcp/7800 } }"),
      flows: flow("{ from: lone, to: lone, ports: [tcp/7800], because: gossip }"),
    },
    says: [
      "shop: workload lone: is in no flow except with itself. Declare what it talks to, or leave it out.",
    ],
  },
  {
    claim: "an IPv6 block that holds IPv4's disguise",
    change: {
      flows: flow(
        '{ from: web, to: { kind: cidr, cidrs: ["::fffe:0:0/95"] }, ports: [tcp/443], because: x ray }',
      ),
    },
    says: [
      "shop: flow web → ::fffe:0:0/95: ::fffe:0:0/95 holds IPv4-mapped addresses (::ffff:0:0/96). Leave them out: no flow leads there.",
    ],
  },
  {
    claim: "instance metadata as a CIDR",
    change: {
      flows: flow(
        "{ from: web, to: { kind: cidr, cidrs: [169.254.169.254/32] }, ports: [tcp/80], because: x ray }",
      ),
    },
    says: [
      "shop: flow web → 169.254.169.254/32: 169.254.169.254/32 holds instance metadata addresses (169.254.169.254/32, fd00:ec2::254/128). Leave them out: no flow leads there.",
    ],
  },
  {
    claim: "no CIDRs",
    change: { flows: flow("{ from: web, to: { kind: cidr, cidrs: [] }, ports: [tcp/80], because: x ray }") },
    says: ['shop: flow web → no address: names no CIDRs. List them, such as cidr("203.0.113.0/24").'],
  },
  {
    claim: "addresses listed twice",
    change: {
      flows: flow(
        "{ from: web, to: { kind: cidr, cidrs: [203.0.113.0/24, 203.0.113.128/25] }, ports: [tcp/80], because: x ray }",
      ),
    },
    says: [
      "shop: flow web → 203.0.113.0/24, 203.0.113.128/25: 203.0.113.128/25 is listed twice. List each address once.",
    ],
  },
  // Reasons and names
  {
    claim: "a flow without a reason",
    change: { flows: only("{ from: web, to: api, ports: [tcp/8080] }") },
    says: ["shop: flow web → api: has no reason. Say in `because` why it is needed."],
  },
  {
    claim: "a reason that an import left to be written",
    change: { flows: only('{ from: web, to: api, ports: [tcp/8080], because: "TODO: why?" }') },
    says: [
      'shop: flow web → api: reason "TODO: why?" is still to be written. Say in `because` why it is needed.',
    ],
  },
  {
    claim: "a blank reason",
    change: { flows: only('{ from: web, to: api, ports: [tcp/8080], because: "  " }') },
    says: ["shop: flow web → api: has no reason. Say in `because` why it is needed."],
  },
  {
    claim: "a reason that says nothing",
    change: { flows: only('{ from: web, to: api, ports: [tcp/8080], because: "--" }') },
    says: ['shop: flow web → api: reason "--" says nothing. Say in `because` why it is needed.'],
  },
  {
    claim: "a reason with a hidden direction mark",
    change: { flows: only('{ from: web, to: api, ports: [tcp/8080], because: "orders \\u202e.knalb" }') },
    says: [
      'shop: flow web → api: reason "orders \\u202e.knalb" holds invisible characters. Write it in plain text.',
    ],
  },
  {
    claim: "a reason that goes on and on",
    change: { flows: only(`{ from: web, to: api, ports: [tcp/8080], because: ${"because ".repeat(50)} }`) },
    says: ["shop: flow web → api: reason is 399 characters long. Say it in at most 300 characters."],
  },
  {
    claim: "a flow declared twice",
    change: { flows: flow("{ from: web, to: api, ports: [tcp/8080], because: x ray }") },
    says: [
      "shop: flow web → api tcp/8080: is declared twice. Declare each connection once: merge the two, or narrow one.",
    ],
  },
  {
    claim: "a flow that another one covers",
    change: { flows: flow("{ from: web, to: api/read, ports: [tcp/8080], because: x ray }") },
    says: [
      "shop: flow web → api/read tcp/8080: repeats flow web → api tcp/8080. Declare each connection once: merge the two, or narrow one.",
    ],
  },
  {
    claim: "a flow that metrics imply",
    change: {
      workloads: workload("beat: { labels: { app: beat }, metrics: tcp/9100 }"),
      flows: flow(
        "{ from: { kind: platform, service: monitoring }, to: beat, ports: [tcp/9100], because: x ray }",
      ),
    },
    says: [
      "shop: flow platform monitoring → beat tcp/9100: is declared twice. Leave it out: the workload's metrics port implies it.",
    ],
  },
  {
    claim: "one policy's name on unrelated flows",
    change: {
      flows: `\n    - { from: web, to: api, ports: [tcp/8080], because: orders, name: allow-a }\n    - { from: api, to: { kind: internet }, ports: [tcp/443], because: x ray, name: [allow-a, allow-b] }\n    - { from: web, to: { kind: internet }, ports: [tcp/443], because: x ray, name: allow-a }`,
    },
    says: [
      "shop: name allow-a: is on flows without a common end: web → api tcp/8080; web → internet tcp/443. A policy is about one set of pods: give unrelated flows names of their own.",
    ],
  },
  {
    claim: "a policy's name with a space",
    change: { flows: only("{ from: web, to: api, ports: [tcp/8080], because: orders, name: allow web }") },
    says: [
      `shop: flow web → api: name "allow web" isn't a policy's name. Use up to 253 letters, digits and - _ . / with a letter or digit at both ends.`,
    ],
  },
  {
    claim: "a metrics name without metrics",
    change: { names: "{ metrics: allow-scraping, dns: allow-scraping }" },
    says: [
      'shop: names: "allow-scraping" names both metrics and dns. Give each the name of its own policy.',
      'shop: names: metrics "allow-scraping" names nothing: no workload has metrics. Declare a workload\'s metrics port, or leave the name out.',
    ],
  },
  {
    claim: "a flow with the name of name resolution's policy",
    change: {
      names: "{ dns: allow-dns }",
      flows: only("{ from: web, to: api, ports: [tcp/8080], because: orders, name: allow-dns }"),
    },
    says: [
      "shop: names: dns \"allow-dns\" is also a flow's name. Name resolution isn't a declared flow: give one of them another name.",
    ],
  },
  // Workloads
  {
    claim: "an unused workload",
    change: { workloads: workload("beat: { labels: { app: beat } }") },
    says: ["shop: workload beat: is in no flow. Declare what it talks to, or leave it out."],
  },
  {
    claim: "an unused database and bucket",
    change: { databases: "{ main: { engine: postgres } }", buckets: "{ documents: {} }" },
    says: [
      "shop: database main: no flow reaches it. Declare who does, or leave it out.",
      "shop: bucket documents: no flow reaches it. Declare who does, or leave it out.",
    ],
  },
  {
    claim: "two workloads with the same labels",
    change: { workloads: workload("web2: { labels: { app: web }, metrics: tcp/9100 }") },
    says: [
      "shop: workload web: labels app=web select the same pods as workload web2. Give both a label with one key and different values, such as workload=web and workload=web2.",
    ],
  },
  {
    claim: "labels that select another workload's pods too",
    change: { workloads: workload("admin: { labels: { app: web, tier: admin }, metrics: tcp/9100 }") },
    says: [
      "shop: workload web: labels app=web select the pods of workload admin too (app=web,tier=admin). Give both a label with one key and different values, such as workload=web and workload=admin.",
    ],
  },
  {
    claim: "labels that one pod could carry together",
    change: { workloads: workload("admin: { labels: { tier: admin }, metrics: tcp/9100 }") },
    says: [
      "shop: workload admin: a pod could match labels tier=admin and those of workload api (app=api) at once. Give both a label with one key and different values, such as workload=admin and workload=api.",
    ],
  },
  {
    claim: "instances that one pod could be at once",
    change: {
      workloads: workload(
        "job: { labels: { app: job }, metrics: tcp/9100, instances: { a: { role: a }, b: { size: big } } }",
      ),
    },
    says: [
      "shop: workload job/a: a pod could match labels role=a and those of instance b (size=big) at once. Give both a label with one key and different values, such as instance=a and instance=b.",
    ],
  },
  {
    claim: "an instance that contradicts its workload",
    change: {
      workloads: workload(
        "job: { labels: { app: job }, metrics: tcp/9100, instances: { a: { app: other } } }",
      ),
    },
    says: [
      "shop: workload job/a: label app=other contradicts the workload's app=job. Leave the key out of the workload's labels or out of the instance's.",
    ],
  },
  {
    claim: "empty labels",
    change: { workloads: workload("job: { labels: {}, metrics: tcp/9100 }") },
    says: [
      "shop: workload job: labels are empty: they would select every pod of the namespace. Write the labels that its pods carry.",
    ],
  },
  {
    claim: "labels left out, and instances empty",
    change: { workloads: workload("job: { metrics: tcp/9100, instances: {} }") },
    says: [
      "shop: workload job: labels are empty: they would select every pod of the namespace. Write the labels that its pods carry.",
      "shop: workload job: instances is empty. Declare an instance, or leave instances out.",
    ],
  },
  {
    claim: "a label key and value that Kubernetes refuses",
    change: {
      workloads: workload('job: { labels: { "Example.com/app": job, -app: a b }, metrics: tcp/9100 }'),
    },
    says: [
      `shop: workload job: label key "Example.com/app" isn't valid. Before the slash, write a DNS name in lower case.`,
      `shop: workload job: label key "-app" isn't valid. Use up to 63 letters, digits and - _ . with a letter or digit at both ends, after an optional DNS prefix and a slash.`,
      `shop: workload job: label "-app" value "a b" isn't a label value. Use up to 63 letters, digits and - _ . with a letter or digit at both ends.`,
      "shop: workload api: a pod could match labels app=api and those of workload job (-app=a b,Example.com/app=job) at once. Give both a label with one key and different values, such as workload=api and workload=job.",
      "shop: workload job: a pod could match labels -app=a b,Example.com/app=job and those of workload web (app=web) at once. Give both a label with one key and different values, such as workload=job and workload=web.",
    ],
  },
  {
    claim: "a label value that is too long",
    change: { workloads: workload(`job: { labels: { app: ${"j".repeat(64)} }, metrics: tcp/9100 }`) },
    says: [
      `shop: workload job: label "app" value "jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj" isn't a label value. Use up to 63 letters, digits and - _ . with a letter or digit at both ends.`,
    ],
  },
  {
    claim: "a label value that YAML reads as a number",
    change: {
      workloads: workload("job: { labels: { app: job, version: 1.0, canary: true }, metrics: tcp/9100 }"),
    },
    says: [
      "shop: workloads.job.labels.version: 1 isn't a text. Write it in quotes.",
      "shop: workloads.job.labels.canary: true isn't a text. Write it in quotes.",
    ],
  },
  {
    claim: "a misspelt key",
    change: {
      workloads: workload("job: { labels: { app: job }, prots: { http: tcp/80 }, metrics: tcp/9100 }"),
    },
    says: [`shop: workloads.job: "prots" isn't a key of a workload. Did you mean "ports"?`],
  },
  {
    claim: "a ServiceAccount for an instance that isn't there",
    change: {
      workloads: workload("job: { labels: { app: job }, serviceAccount: { raed: Job! }, metrics: tcp/9100 }"),
    },
    says: [
      `shop: workload job: ServiceAccount "Job!" isn't a valid name. Use lower-case letters, digits, hyphens and dots, with a letter or digit at both ends.`,
      "shop: workload job: serviceAccount names \"raed\", which isn't an instance of it. Write the ServiceAccount's name.",
    ],
  },
  {
    claim: "an unknown engine and an impossible port",
    change: {
      databases: "{ main: { engine: postgresql, port: 0 } }",
      flows: flow("{ from: api, to: { kind: database, database: main }, ports: [tcp/5432], because: x ray }"),
    },
    says: [
      'shop: database main: engine "postgresql" is unknown. Did you mean "postgres"?',
      "shop: database main: port 0 is out of range 1-65535. Write a whole number from 1 to 65535.",
    ],
  },
  // Names of ours
  {
    claim: "capitals and underscores in names",
    change: { workloads: workload("Celery_Worker: { labels: { app: worker }, metrics: tcp/9100 }") },
    says: [
      `shop: workload Celery_Worker: workload name "Celery_Worker" isn't a valid name. Write "celery-worker".`,
    ],
  },
  {
    claim: "a look-alike letter in a name",
    change: { workloads: workload('"w\\u0435b": { labels: { app: worker }, metrics: tcp/9100 }') },
    says: [
      `shop: workload "w\\u0435b": workload name "w\\u0435b" isn't a valid name. Use 1-63 of a-z, 0-9 and -, with a letter or digit at both ends.`,
    ],
  },
  {
    claim: "a Windows line end in a name",
    change: { name: '"shop\\r\\n"' },
    says: [`"shop\\r\\n": application: application name "shop\\r\\n" isn't a valid name. Write "shop".`],
  },
  {
    claim: "a name of 64 letters",
    change: { name: "s".repeat(64) },
    says: [
      `ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss: application: application name "ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss" isn't a valid name. Use 1-63 of a-z, 0-9 and -, with a letter or digit at both ends.`,
    ],
  },
  {
    claim: "a reserved name",
    change: { workloads: workload("internet: { labels: { app: worker }, metrics: tcp/9100 }") },
    says: ['shop: workload internet: workload name "internet" is reserved. Give the workload another name.'],
  },
  {
    claim: "names of what every object has",
    change: {
      workloads: workload(
        "constructor: { labels: { app: c }, metrics: tcp/9100 }\n    __proto__: { labels: { app: p }, metrics: tcp/9100 }",
      ),
    },
    says: [
      `shop: workload __proto__: workload name "__proto__" isn't a valid name. Use 1-63 of a-z, 0-9 and -, with a letter or digit at both ends.`,
      'shop: workload constructor: workload name "constructor" is reserved. Give the workload another name.',
    ],
  },
  {
    claim: "an owner that isn't a label value",
    change: { owner: "The Shop Team!" },
    says: [
      `shop: application: owner "The Shop Team!" isn't a label value. Use up to 63 letters, digits and - _ . with a letter or digit at both ends.`,
    ],
  },
  {
    claim: "an owner that an import left to be named",
    change: { owner: "TODO" },
    says: ['shop: application: owner "TODO" is still to be named. Name the team that answers for it.'],
  },
  {
    claim: "an empty owner",
    change: { owner: '""' },
    says: ["shop: application: owner is empty. Name the team that answers for it."],
  },
  // Shape
  {
    claim: "keys left out",
    change: { owner: undefined, flows: undefined },
    says: [
      "shop: owner is missing. Every application has owner.",
      "shop: flows is missing. Every application has flows.",
    ],
  },
  {
    claim: "a key without its value",
    change: { flows: "" },
    says: ["shop: flows: nothing isn't a list. Write a list."],
  },
  {
    claim: "workloads as a list",
    change: { workloads: "[web, api]" },
    says: ["shop: workloads: a list of 2 isn't a mapping. Write keys and values."],
  },
  {
    claim: "no workloads at all",
    change: { workloads: "{}", flows: "[]" },
    says: ["shop: workloads: there is none. Declare at least one workload."],
  },
  {
    claim: "a number for a name",
    change: { name: "42" },
    says: ["application: name: 42 isn't a text. Write it in quotes."],
  },
  {
    claim: "an unknown key",
    change: { flow: "[]", overridden: "{ monitoring: false }" },
    says: [
      `shop: "flow" isn't a key of an application. Did you mean "flows"?`,
      `shop: "overridden" isn't a key of an application. Write one of accepts, buckets, databases, flows, name, names, owner, workloads.`,
    ],
  },
  // Other applications
  {
    claim: "a flow to this application as another one",
    change: {
      flows: flow(
        "{ from: web, to: { kind: application, application: shop, workload: api }, ports: [tcp/8080], because: x ray }",
      ),
    },
    says: [
      'shop: flow web → api of shop: "shop" is this application itself. Write the workload\'s name alone: "api".',
    ],
  },
  {
    claim: "a flow from another application",
    change: {
      flows: flow(
        "{ from: { kind: application, application: bank, workload: api }, to: api, ports: [tcp/8080], because: x ray }",
      ),
    },
    says: [
      "shop: flow api of bank → api: comes from another application, bank. Declare it in bank, and list it here under accepts.",
    ],
  },
  {
    claim: "an acceptance of itself, on a port that nobody listens on",
    change: { accepts: only("{ application: shop, workload: web, to: api, ports: [tcp/1] }") },
    says: [
      'shop: acceptance web of shop → api: "shop" is this application itself. Flows inside an application need no acceptance: leave it out.',
      "shop: acceptance web of shop → api: has no reason. Say in `because` why it is needed.",
      "shop: acceptance web of shop → api: api doesn't listen on tcp/1. It listens on tcp/8080: declare the port there, or correct it here.",
    ],
  },
];
