// Longer than most: one report in all its states.
import { strict as assert } from "node:assert";
import type { PackFinding } from "../../engine";
import { render } from "../../cli/render";
import { wrap } from "../../cli/render/text";
import type { PreviewReport, ReportedResource } from "../../cli/report";
import { problemText } from "../../problems";

const base = "urn:pulumi:dev::shop::";
const resource = (
  type: string,
  name: string,
  parent: string,
  more: Partial<ReportedResource> = {},
): ReportedResource => ({
  urn: `${base}${type}::${name}`,
  type,
  name,
  custom: type.startsWith("kubernetes:") || type.startsWith("pulumi:providers:"),
  read: false,
  parent: parent === "" ? "" : base + parent,
  provider: "",
  protect: false,
  retainOnDelete: false,
  dependencies: [],
  propertyDependencies: {},
  inputs: {},
  ...more,
});

const finding = (
  policy: string,
  level: PackFinding["level"],
  name: string,
  more: Partial<PackFinding> = {},
): PackFinding => ({
  pack: "palisade",
  packVersion: "1",
  policy,
  description: `About ${policy}.`,
  level,
  severity: "",
  urn: `${base}kubernetes:core/v1:Namespace::${name}`,
  message: `About ${policy}.\n${name} is wrong. Add a label.`,
  undecided: false,
  ...more,
});

const STACK = "pulumi:pulumi:Stack::shop-dev";
const APP = "palisade:index:IsolatedApplication::shop";
const report: PreviewReport = {
  version: 1,
  project: "shop",
  stack: "dev",
  verdict: "clean",
  packs: ["palisade"],
  policies: ["settings", "namespace-labels"],
  disabled: [],
  resources: [
    resource("pulumi:pulumi:Stack", "shop-dev", ""),
    resource("pulumi:providers:kubernetes", "default", ""),
    resource("palisade:index:IsolatedApplication", "shop", STACK),
    resource("palisade:index:IsolatedNamespace", "space", APP),
    resource("kubernetes:core/v1:Namespace", "shop", "palisade:index:IsolatedNamespace::space"),
    resource("kubernetes:networking.k8s.io/v1:NetworkPolicy", "one", APP),
    resource("kubernetes:networking.k8s.io/v1:NetworkPolicy", "two", APP),
    resource("kubernetes:core/v1:ConfigMap", "loose", STACK),
    resource("kubernetes:core/v1:Secret", "existing", STACK, { read: true }),
  ],
  findings: [],
  remediations: [],
  shared: [],
  policiesForOwners: [],
  applications: [
    {
      name: "shop",
      namespace: "shop",
      cluster: "k3d",
      stage: "enforce",
      flows: [
        { from: "web", to: "orders", ports: ["tcp/8080"], because: "checkout places orders", name: "row-1" },
        {
          from: "orders",
          to: "db",
          ports: ["tcp/5432", "tcp/8008"],
          because: "orders are kept, for as long as the law asks for, in the database",
        },
        { from: "web", to: "cluster DNS", ports: ["udp/53"], because: "names" },
      ],
      notes: ["pods start open"],
      access: ["database db tcp/5432 ← orders: policy orders-egress, group orders → db, no role"],
      quotas: ["group orders: 1 of 60 rules out"],
    },
  ],
  outputs: {},
  logs: [],
  judged: 7,
  leftOut: [],
};
const lines = (given: PreviewReport, width = 80, verbose = false): string[] =>
  render(given, { width, verbose }).split("\n");

describe("palisade preview: what it prints", () => {
  it("counts resources by component and kind, and groups flows by source", () => {
    assert.deepEqual(lines(report, 72), [
      "shop / dev",
      "",
      "Plan  4 resources in 2 components 1 read",
      "",
      "  (stack)                    ConfigMap 1, Secret (read) 1",
      "  IsolatedApplication shop   NetworkPolicy 2",
      "    IsolatedNamespace space  Namespace 1",
      "",
      "shop  namespace shop · cluster k3d · enforce  3 declared flows",
      "",
      "  from    to           ports              because",
      "  web     orders       tcp/8080           checkout places orders",
      "          cluster DNS  udp/53             names",
      "  orders  db           tcp/5432 tcp/8008  orders are kept, for as long",
      "                                          as the law asks for, in the",
      "                                          database",
      "",
      "  Databases and buckets",
      "  - database db tcp/5432 ← orders: policy orders-egress, group orders →",
      "    db, no role",
      "",
      "  Notes",
      "  - pods start open",
      "",
      "CLEAN  judged by palisade",
      "",
    ]);
  });

  it("groups findings by policy, violations first, and ends with the verdict", () => {
    const given: PreviewReport = {
      ...report,
      verdict: "violations",
      resources: [],
      applications: [],
      findings: [
        finding("advice", "advisory", "a"),
        finding("owner", "mandatory", "a", { severity: "high" }),
        finding("blind", "advisory", "b", { undecided: true, message: "can't run policy 'blind'" }),
        finding("owner", "mandatory", "b", { severity: "high" }),
      ],
    };
    assert.deepEqual(lines(given).slice(3), [
      "",
      "",
      "Violations",
      "",
      "  owner  mandatory · high · 2 findings",
      "    About owner.",
      "    Namespace a",
      "      a is wrong. Add a label.",
      "    Namespace b",
      "      b is wrong. Add a label.",
      "",
      "Advice",
      "",
      "  advice  advisory",
      "    About advice.",
      "    Namespace a",
      "      a is wrong. Add a label.",
      "",
      "Undecided",
      "",
      "  blind  advisory",
      "    About blind.",
      "    Namespace b",
      "      can't run policy 'blind'",
      "",
      "VIOLATIONS  2 mandatory violations, 1 undecided, 1 advisory, judged by palisade",
      "",
    ]);
  });

  it("says that nobody judged where there is no policy pack", () => {
    const [line] = lines({ ...report, verdict: "undecided", packs: [] }).slice(-2);
    assert.equal(line, "UNDECIDED  no policy pack judged it");
  });

  it("names what is left out, why and what to do, and counts it in the verdict's line", () => {
    const part = (subject: string) => {
      const problem = {
        place: [{ kind: "subject" as const, subject }],
        message: "isn't run here",
        remedy: "Record it",
      };
      return { text: problemText(problem), ...problem };
    };
    const given: PreviewReport = {
      ...report,
      verdict: "undecided",
      judged: 31,
      leftOut: ["awsx:ec2:Vpc network", "function a:b:c()", "x", "y"].map(part),
    };
    assert.deepEqual(lines(given).slice(-9), [
      "Left out",
      "",
      "  awsx:ec2:Vpc network: isn't run here. Record it.",
      "  function a:b:c(): isn't run here. Record it.",
      "  x: isn't run here. Record it.",
      "  y: isn't run here. Record it.",
      "",
      "UNDECIDED  31 resources judged, 4 left out (awsx:ec2:Vpc network, function a:b:c(), x, 1 more), judged by palisade",
      "",
    ]);
  });

  it("adds inputs and flow names when verbose", () => {
    const printed = lines(
      {
        ...report,
        resources: [
          report.resources[0],
          resource("kubernetes:core/v1:ConfigMap", "c", STACK, { inputs: { data: { a: "[secret]" } } }),
        ].filter((held) => held !== undefined),
      },
      120,
      true,
    ).join("\n");
    assert.match(printed, /ConfigMap c\n +\{\n +"data": \{\n +"a": "\[secret\]"/);
    assert.match(printed, /checkout places orders \(row-1\)/);
  });

  it("lets no name in a plan write elsewhere on the terminal", () => {
    const hostile = finding("p\u001b[2Jq", "mandatory", "x\u001b]0;title\u0007", {
      message: "wiped\u001b[1A",
    });
    const printed = lines({
      ...report,
      resources: [resource("a:b:C", "n\u001b[31m", STACK)],
      findings: [hostile],
    }).join("\n");
    // eslint-disable-next-line no-control-regex -- what this is about
    assert.doesNotMatch(printed, /[\u001b\u0007]/);
  });

  it("wraps at spaces, keeps line breaks and long words", () => {
    assert.deepEqual(wrap("aaa bbb\nhttps://long.example/path c", 8), [
      "aaa bbb",
      "https://long.example/path",
      "c",
    ]);
  });

  describe("what is computed beside what is declared", () => {
    const [app] = report.applications;
    assert(app !== undefined);
    const flow = { from: "web", to: "orders", ports: ["tcp/8080"], because: "checkout places orders" };
    const open = {
      ...flow,
      verdict: "allowed" as const,
      byPolicies: "allowed" as const,
      missing: [],
      theirs: false,
    };
    const shown = (computed: NonNullable<typeof app.computed>, stage = "enforce", verbose = false) => {
      const application = { ...app, stage, flows: [flow], notes: [], access: [], quotas: [], computed };
      const text = render({ ...report, applications: [application] }, { verbose, width: 110 });
      const lines = text.split("\n");
      const from = lines.findIndex((line) => line.includes("declared flow"));
      return lines
        .slice(
          from,
          lines.findLastIndex((line) => line.startsWith("CLEAN")),
        )
        .filter((line) => line !== "");
    };
    const head = "shop  namespace shop · cluster k3d · ";
    const table = ["  from  to      ports     because", "  web   orders  tcp/8080  checkout places orders"];
    const web = {
      kind: "undeclared" as const,
      layer: "policies" as const,
      certain: true,
      half: false,
      from: ["web"],
      to: ["internet"],
      ports: ["all"],
      by: ["NetworkPolicy shop/open spec.egress[0]"],
      urns: [],
      observed: false,
    };
    const OPENED = "open (by NetworkPolicy shop/open spec.egress[0]), and nobody declares it";

    it("says that they agree", () => {
      assert.deepEqual(shown({ kind: "proof", flows: [open], undeclared: [], faults: 0 }), [
        `${head}enforce  1 declared flow, computed: exactly these are open`,
        ...table,
      ]);
    });

    it("names each flow that isn't open, and each connection that nobody declares with what opens it", () => {
      const flows = [
        { ...open, byPolicies: "blocked" as const, verdict: "blocked" as const, missing: ["tcp/8080"] },
        { ...open, verdict: "blocked" as const, missing: ["tcp/8080"] },
        { ...open, byPolicies: "unknown" as const, verdict: "unknown" as const, missing: ["tcp/8080"] },
      ];
      const undeclared = [
        web,
        { ...web, certain: false },
        { ...web, observed: true },
        { ...web, half: true },
      ];
      assert.deepEqual(shown({ kind: "proof", flows, undeclared, faults: 3 }), [
        `${head}enforce  1 declared flow, computed: 2 not open, 1 not yet known, more is open, more may be open`,
        ...table,
        "  Open otherwise than declared",
        "  - web → orders tcp/8080: declared and not open: a NetworkPolicy is missing or narrower",
        "  - web → orders tcp/8080: declared and not open: a security group's rule is missing",
        "  - web → orders tcp/8080: declared, and not yet known whether open",
        `  - web → internet all: ${OPENED}`,
        `  - web → internet all: perhaps ${OPENED}`,
        `  - web → internet all: ${OPENED}, while it is`,
        "    only observed",
        "  - web → internet all: let through by one side (by NetworkPolicy shop/open spec.egress[0]), which the other",
        "    closes, and nobody declares it",
        "  - Declare what is meant in the application; remove or narrow what isn't.",
      ]);
    });

    it("says why differences don't count where nothing is enforced, and lists all of them only when asked", () => {
      const computed = {
        kind: "proof",
        flows: [open],
        undeclared: Array<typeof web>(10).fill(web),
        faults: 0,
        lenient: "observed",
      } as const;
      const expected = (listed: number) => [
        `${head}observe  1 declared flow, computed: more is open, not proven (stage observe)`,
        ...table,
        "  Open otherwise than declared",
        "  - The stage blocks nothing yet, so this doesn't count.",
        ...Array<string>(listed).fill(`  - web → internet all: ${OPENED}`),
      ];
      assert.deepEqual(shown(computed, "observe"), [...expected(8), "  - 2 more: --verbose lists them"]);
      assert.deepEqual(shown(computed, "observe", true), expected(10));
    });

    it("never says that exactly these are open of a namespace that may hold others' policies", () => {
      const computed = {
        kind: "proof",
        flows: [open],
        undeclared: [],
        faults: 0,
        lenient: "adopted",
      } as const;
      assert.deepEqual(shown(computed), [
        `${head}enforce  1 declared flow, computed: not proven (adopted namespace)`,
        ...table,
      ]);
    });

    it("tells what depends on groups that the plan doesn't hold, and a plan that can't be read", () => {
      const theirs = { ...open, theirs: true };
      const computed = { kind: "proof", flows: [theirs], undeclared: [], faults: 0 } as const;
      assert.deepEqual(shown(computed, "enforce", true), [
        `${head}enforce  1 declared flow, computed: exactly these are open, 1 if other owners' security groups let it through`,
        ...table,
        "  Groups of other owners",
        "  - 1 flow also depends on security groups that exist already, which the plan doesn't hold: palisade reach",
        "    --aws FILE reads them",
      ]);
      assert.deepEqual(shown({ kind: "refused", problems: ["web: no port 0"] }), [
        `${head}enforce  1 declared flow, not computed`,
        ...table,
        "  Not computed",
        "  - web: no port 0",
      ]);
    });
  });

  it("says in the verdict's line what no policy judges", () => {
    const unjudged = "1 resource of a kind that no policy judges (aws:cloudformation/stack:Stack 1)";
    const last = render({ ...report, findings: [], unjudged }, { verbose: false, width: 110 })
      .trimEnd()
      .split("\n")
      .at(-1);
    assert.equal(last, `CLEAN  judged by palisade, ${unjudged}`);
  });
});
