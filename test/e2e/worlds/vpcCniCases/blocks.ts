import { app, block, egress, ingress, named, tcp, type VpcCniCase } from "./case";

export const blocks: readonly VpcCniCase[] = [
  {
    what: "everybody as a block",
    policies: [ingress({ from: [block("0.0.0.0/0")], ports: [tcp(80)] })],
    rules: ["w-a/np ingress 0.0.0.0/0 TCP/80"],
    open: ["in everybody: tcp/80", "out everybody: every port"],
  },
  {
    what: "everybody as two halves",
    policies: [egress({ to: [block("0.0.0.0/1"), block("128.0.0.0/1")] })],
    rules: ["w-a/np egress 0.0.0.0/1 every port", "w-a/np egress 128.0.0.0/1 every port"],
    open: ["in everybody: every port", "out everybody: every port"],
  },
  {
    what: "a host outside",
    policies: [egress({ to: [block("198.51.100.7/32")], ports: [tcp(443)] })],
    rules: ["w-a/np egress 198.51.100.7/32 TCP/443"],
    open: ["in everybody: every port", "out internet: tcp/443"],
  },
  {
    what: "a block that holds a node's pods",
    policies: [ingress({ from: [block("10.42.0.0/24")] })],
    rules: ["w-a/np ingress 10.42.0.0/24 every port"],
    open: ["in w-a/p2 w-b/p1 w-c/p-0 w-c/p-2 w-d/p-1: every port", "out everybody: every port"],
  },
  {
    what: "a pod's own address as a block, and by its label",
    policies: [
      ingress({ from: [block("10.42.1.11/32")], ports: [tcp(80)] }, { from: [app("api")], ports: [tcp(81)] }),
    ],
    rules: ["w-a/np ingress 10.42.1.11 TCP/81", "w-a/np ingress 10.42.1.11/32 TCP/80"],
    open: ["in w-a/p1: tcp/80 tcp/81", "out everybody: every port"],
  },
  {
    what: "blocks within blocks: the inner one has the outer one's ports too",
    policies: [
      egress(
        { to: [block("10.42.0.0/16")], ports: [tcp(80)] },
        { to: [block("10.42.1.0/24")], ports: [tcp(81)] },
      ),
    ],
    rules: ["w-a/np egress 10.42.0.0/16 TCP/80", "w-a/np egress 10.42.1.0/24 TCP/81"],
    open: [
      "in everybody: every port",
      "out w-a/p1 w-b/p0 w-b/p2 w-c/p-1 w-d/p-0 w-d/p-2: tcp/80 tcp/81",
      "out w-a/p2 w-b/p1 w-c/p-0 w-c/p-2 w-d/p-1: tcp/80",
    ],
  },
  {
    what: "a pod within a block has the block's ports too, of another policy",
    policies: [
      ingress({ from: [block("10.42.0.0/16")], ports: [tcp(80)] }),
      named("more", ingress({ from: [app("api")], ports: [tcp(443)] })),
    ],
    rules: ["w-a/more ingress 10.42.1.11 TCP/443", "w-a/np ingress 10.42.0.0/16 TCP/80"],
    open: [
      "in w-a/p1: tcp/80 tcp/443",
      "in w-a/p2 w-b/p0 w-b/p1 w-b/p2 w-c/p-0 w-c/p-1 w-c/p-2 w-d/p-0 w-d/p-1 w-d/p-2: tcp/80",
      "out everybody: every port",
    ],
  },
  {
    what: "an exception",
    policies: [ingress({ from: [block("0.0.0.0/0", "10.42.0.0/16")] })],
    rules: ["w-a/np ingress 0.0.0.0/0 except 10.42.0.0/16 every port"],
    open: ["in internet office: every port", "out everybody: every port"],
  },
  {
    what: "exceptions within exceptions",
    policies: [egress({ to: [block("0.0.0.0/0", "10.42.0.0/16", "10.42.1.0/24", "198.51.100.0/24")] })],
    rules: ["w-a/np egress 0.0.0.0/0 except 10.42.0.0/16 10.42.1.0/24 198.51.100.0/24 every port"],
    open: ["in everybody: every port", "out office: every port"],
  },
  {
    what: "a pod that is excepted, admitted by its label",
    policies: [
      ingress(
        { from: [block("0.0.0.0/0", "10.42.0.0/16")], ports: [tcp(80)] },
        { from: [app("api")], ports: [tcp(81)] },
      ),
    ],
    rules: ["w-a/np ingress 0.0.0.0/0 except 10.42.0.0/16 TCP/80", "w-a/np ingress 10.42.1.11 TCP/81"],
    open: ["in w-a/p1: tcp/81", "in internet office: tcp/80", "out everybody: every port"],
  },
  {
    what: "an exception that another rule has as its block",
    policies: [
      ingress(
        { from: [block("0.0.0.0/0", "10.42.0.0/16")], ports: [tcp(80)] },
        { from: [block("10.42.0.0/16")], ports: [tcp(81)] },
      ),
    ],
    rules: ["w-a/np ingress 0.0.0.0/0 except 10.42.0.0/16 TCP/80", "w-a/np ingress 10.42.0.0/16 TCP/81"],
    open: [
      "in w-a/p1 w-a/p2 w-b/p0 w-b/p1 w-b/p2 w-c/p-0 w-c/p-1 w-c/p-2 w-d/p-0 w-d/p-1 w-d/p-2: tcp/81",
      "in internet office: tcp/80",
      "out everybody: every port",
    ],
  },
  {
    what: "an exception closes what another rule's wider block opens (departure: longest-prefix)",
    policies: [
      ingress(
        { from: [block("10.42.0.0/16", "10.42.0.0/24")], ports: [tcp(80)] },
        { from: [block("0.0.0.0/0")], ports: [tcp(81)] },
      ),
    ],
    rules: ["w-a/np ingress 0.0.0.0/0 TCP/81", "w-a/np ingress 10.42.0.0/16 except 10.42.0.0/24 TCP/80"],
    open: [
      "in w-a/p1 w-b/p0 w-b/p2 w-c/p-1 w-d/p-0 w-d/p-2: tcp/80 tcp/81",
      "in internet office: tcp/81",
      "out everybody: every port",
    ],
  },
  {
    what: "an exception closes what another policy opens for everybody (departure: longest-prefix)",
    policies: [
      ingress({ from: [block("0.0.0.0/0", "198.51.100.0/24")] }),
      named("more", ingress({ ports: [tcp(443)] })),
    ],
    rules: [
      "w-a/more ingress 0.0.0.0/0 TCP/443",
      "w-a/more ingress ::/0 TCP/443",
      "w-a/np ingress 0.0.0.0/0 except 198.51.100.0/24 every port",
    ],
    open: [
      "in w-a/p1 w-a/p2 w-b/p0 w-b/p1 w-b/p2 w-c/p-0 w-c/p-1 w-c/p-2 w-d/p-0 w-d/p-1 w-d/p-2 office: every port",
      "out everybody: every port",
    ],
  },
  {
    what: "a block whose first address is excepted elsewhere has its own ports only (departure: longest-prefix)",
    policies: [
      ingress(
        { from: [block("10.42.0.0/16", "10.42.0.0/24")], ports: [tcp(80)] },
        { from: [block("10.42.0.0/23")], ports: [tcp(81)] },
      ),
    ],
    rules: ["w-a/np ingress 10.42.0.0/16 except 10.42.0.0/24 TCP/80", "w-a/np ingress 10.42.0.0/23 TCP/81"],
    open: ["in w-a/p1 w-b/p0 w-b/p2 w-c/p-1 w-d/p-0 w-d/p-2: tcp/81", "out everybody: every port"],
  },
  {
    what: "one address excepted",
    policies: [egress({ to: [block("10.42.1.0/24", "10.42.1.11/32")] })],
    rules: ["w-a/np egress 10.42.1.0/24 except 10.42.1.11/32 every port"],
    open: ["in everybody: every port", "out w-b/p0 w-b/p2 w-c/p-1 w-d/p-0 w-d/p-2: every port"],
  },
  {
    what: "a block of the other address family isolates and opens nothing",
    policies: [ingress({ from: [block("fd00::/8")] })],
    rules: ["w-a/np ingress fd00::/8 every port"],
    open: ["out everybody: every port"],
  },
];
