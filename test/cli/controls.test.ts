import { strict as assert } from "node:assert";
import { evidenceOf, judgmentOfPlan } from "../../cli/controls";
import { type PreviewReport, reportOf } from "../../cli/report";
import {
  literal,
  policiesJudgingResource,
  POLICIES,
  REFERENCES,
  referenceText,
} from "../../policypack/index";

const base = reportOf({
  project: "p",
  stack: "s",
  resources: [],
  findings: [],
  remediations: [],
  packs: ["palisade"],
  disabled: [],
  outputs: {},
  logs: [],
  leftOut: [],
  policies: [],
});
const resource = (type: string, name: string): PreviewReport["resources"][number] => ({
  urn: `urn:pulumi:s::p::${type}::${name}`,
  type,
  name,
  custom: true,
  read: false,
  parent: "",
  provider: "",
  protect: false,
  retainOnDelete: false,
  dependencies: [],
  propertyDependencies: {},
  inputs: { metadata: { name, namespace: "shop" }, spec: { podSelector: {}, policyTypes: ["Ingress"] } },
});
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const finding = (policy: string, level: "advisory" | "mandatory", undecided = false, pack = "palisade") => ({
  pack,
  packVersion: "1",
  policy,
  description: "",
  level,
  severity: "" as const,
  urn: `urn:pulumi:s::p::${POLICY}::web`,
  message: "m",
  undecided,
});

describe("the evidence per control", () => {
  const evidence = (report: PreviewReport) => {
    const judgment = judgmentOfPlan(report);
    return judgment && evidenceOf(judgment);
  };
  const controlsOf = (report: PreviewReport) => evidence(report)?.controls ?? [];
  const of = (report: Partial<PreviewReport>, control: string, policy: string) =>
    controlsOf({ ...base, resources: [resource(POLICY, "web"), resource(POLICY, "db")], ...report })
      .find((one) => one.control === control)
      ?.policies.find((one) => one.policy === policy);
  const INBOUND = "PCI DSS 4.0: 1.3.1";
  const EVERYONE = "network-policy-no-everyone-ingress";

  it("has every control that a policy refers to, once, with all policies that do", () => {
    const controls = controlsOf(base);
    const expected = new Map<string, string[]>();
    for (const { name } of POLICIES)
      for (const reference of REFERENCES[name] ?? [])
        expected.set(referenceText(reference), [...(expected.get(referenceText(reference)) ?? []), name]);
    assert.deepEqual(
      new Map(controls.map(({ control, policies }) => [control, policies.map(({ policy }) => policy)])),
      new Map([...expected].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))),
    );
  });

  it("passes only what judged something and found nothing; what it judged and found is named", () => {
    assert.deepEqual(of({}, INBOUND, EVERYONE), {
      policy: EVERYONE,
      result: "pass",
      judged: "2 NetworkPolicy",
      found: [],
    });
    const results = [
      { findings: [finding(EVERYONE, "mandatory")] },
      { findings: [finding(EVERYONE, "advisory", true)] },
      { findings: [finding(EVERYONE, "advisory")] },
      { findings: [finding(EVERYONE, "mandatory", false, "another")] },
      { disabled: [EVERYONE] },
      { resources: [] },
    ].map((report) => of(report, INBOUND, EVERYONE)?.result);
    assert.deepEqual(results, ["fail", "undecided", "advice", "pass", "disabled", "nothing to judge"]);
    assert.deepEqual(of({ findings: [finding(EVERYONE, "mandatory")] }, INBOUND, EVERYONE)?.found, ["web"]);
  });

  it("names each resource that is judged, with the policies in force that judge it and those that found something", () => {
    const one = { ...base, resources: [resource(POLICY, "web"), resource(POLICY, "db")] };
    const judged = evidence({
      ...one,
      disabled: ["unreachable-rules"],
      findings: [finding(EVERYONE, "mandatory")],
    })?.judged;
    const names = policiesJudgingResource({ urn: "", type: POLICY, name: "", props: literal({}) }).filter(
      (name) => name !== "unreachable-rules",
    );
    assert.ok(names.includes(EVERYONE));
    assert.deepEqual(judged, [
      { name: "web", kind: "NetworkPolicy", policies: names, found: [EVERYONE] },
      { name: "db", kind: "NetworkPolicy", policies: names, found: [] },
    ]);
  });

  it("claims nothing where the pack didn't judge", () => {
    assert.equal(judgmentOfPlan({ ...base, packs: ["another"] }), undefined);
  });
});
