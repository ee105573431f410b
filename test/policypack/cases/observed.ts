import { namespace, policy } from "../helpers";
import type { Case } from "./case";

const POLICIES = [
  "namespace-default-deny",
  "network-policy-no-everyone-ingress",
  "network-policy-no-everyone-egress",
];
const STACK = [
  namespace(),
  policy("isolation", { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{}], egress: [{}] }),
];
const observe = (until: string) => ({
  settings: {
    observe: [{ namespace: "shop", until, reason: "its flows are being watched", owner: "team-shop" }],
  },
});
const FOUND = [
  "namespace-default-deny shop",
  "network-policy-no-everyone-egress isolation",
  "network-policy-no-everyone-ingress isolation",
];

/** Namespaces under observation: by the pack's configuration, until a date. */
export const OBSERVED_CASES: readonly Case[] = [
  {
    id: "observed",
    idea: "An observed namespace, as its configuration says",
    source: "docs/stages.md",
    policies: POLICIES,
    config: observe("2999-01-01"),
    stack: STACK,
    expected: [],
  },
  {
    id: "observed-unsaid",
    idea: "A namespace that looks observed, and nothing says until when",
    source: "an attacker with commit rights",
    policies: POLICIES,
    stack: STACK,
    expected: FOUND,
  },
  {
    id: "observed-expired",
    idea: "An observation that has run out",
    source: "docs/stages.md",
    policies: POLICIES,
    config: observe("2026-01-01"),
    stack: STACK,
    expected: FOUND,
  },
];
