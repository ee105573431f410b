import { strict as assert } from "node:assert";
import fc from "fast-check";
import { jsonText } from "../../../cli/check/json";
import { junitText } from "../../../cli/check/junit";
import { sarifText } from "../../../cli/check/sarif";
import { reportText } from "../../../cli/check/text";
import { xmlText } from "../../../cli/render/xml";
import { POLICIES } from "../../../policypack/policies";
import { check, COMPLIANT, CONFIG_MAP, NARROW, OPEN, PROTECTED } from "./support";

const REPORT = check({ "./a b/shop.yaml": `${COMPLIANT}---\n${OPEN}---\n${CONFIG_MAP}` });
const CLEAN = check({ "shop.yaml": COMPLIANT });
const UNDECIDED = check({ "-": `${COMPLIANT}---\n${NARROW}` }, PROTECTED);

/** The properties that SARIF 2.1.0 gives each kind of object that we write; its schema admits no others. */
const SARIF: Readonly<Record<string, readonly string[]>> = {
  log: ["$schema", "version", "runs"],
  run: ["tool", "columnKind", "invocations", "results"],
  tool: ["driver"],
  driver: ["name", "rules"],
  rule: ["id", "shortDescription", "fullDescription", "help", "defaultConfiguration", "properties"],
  result: ["ruleId", "ruleIndex", "kind", "level", "message", "locations", "partialFingerprints"],
  location: ["physicalLocation", "logicalLocations"],
  physicalLocation: ["artifactLocation", "region"],
};

interface Result {
  ruleId: string;
  ruleIndex: number;
  kind: string;
  level: string;
  message: { text: string };
  locations?: {
    physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } };
    logicalLocations: { fullyQualifiedName: string }[];
  }[];
}

interface Rule {
  id: string;
  shortDescription: { text: string };
  fullDescription: { text: string };
  help: { text: string; markdown: string };
  defaultConfiguration: { level: string };
  properties: Record<string, unknown>;
}

interface Log {
  version: string;
  runs: [{ tool: { driver: { name: string; rules: Rule[] } }; results: Result[] }];
}

const only = (kind: string, value: object) => {
  const foreign = Object.keys(value).filter((key) => !SARIF[kind]?.includes(key));
  assert.deepEqual(foreign, [], kind);
};

describe("palisade check: formats", () => {
  it("text: says where, what and how many, the verdict last", () => {
    const text = reportText(REPORT);
    assert.match(text, /^Violations\n\n {2}network-policy-no-everyone-ingress {2}critical\n/);
    assert.match(text, /\n {4}\.\/a b\/shop\.yaml:32\n {6}NetworkPolicy shop\/web/);
    assert.match(
      text,
      /\nVIOLATIONS {2}1 mandatory violation, 3 objects of 1 file judged, 1 skipped \(1 ConfigMap\)\n$/,
    );
    assert.match(reportText(CLEAN), /^CLEAN {2}2 objects of 1 file judged\n$/);
    assert.match(reportText(UNDECIDED), /\nUNDECIDED {2}/);
  });

  it("json: one document that holds the same", () => {
    const document = JSON.parse(jsonText(REPORT)) as { findings: Record<string, unknown>[] };
    const { findings, ...rest } = document;
    assert.deepEqual(rest, {
      version: 1,
      verdict: "violations",
      profile: "strict",
      policies: POLICIES.map(({ name }) => name),
      disabled: [],
      files: 1,
      judged: 3,
      skipped: { ConfigMap: 1 },
      unjudged: {},
      warnings: [],
    });
    assert.deepEqual(
      findings.map(({ message, ...finding }) => ({ ...finding, hasMessage: typeof message === "string" })),
      [
        {
          policy: "network-policy-no-everyone-ingress",
          level: "mandatory",
          severity: "critical",
          undecided: false,
          kind: "NetworkPolicy",
          name: "shop/web",
          file: "./a b/shop.yaml",
          document: 3,
          line: 32,
          hasMessage: true,
        },
      ],
    );
  });

  it("sarif: SARIF 2.1.0 with a rule for each policy, its help and its level, and no property that the standard hasn't", () => {
    const log = JSON.parse(sarifText(REPORT)) as Log;
    const [run] = log.runs;
    only("log", log);
    only("run", run);
    only("tool", run.tool);
    only("driver", run.tool.driver);
    assert.equal(log.version, "2.1.0");
    assert.deepEqual(
      run.tool.driver.rules.map(({ id }) => id),
      POLICIES.map(({ name }) => name),
    );
    for (const rule of run.tool.driver.rules) {
      only("rule", rule);
      assert.ok(
        rule.shortDescription.text && rule.fullDescription.text && rule.help.text && rule.help.markdown,
      );
      assert.ok(["error", "warning", "note"].includes(rule.defaultConfiguration.level));
      assert.ok(Number(rule.properties["security-severity"]) > 0);
    }
  });

  it("sarif: a result has its rule, its file as a relative URI, its line and its object", () => {
    const [run] = (JSON.parse(sarifText(REPORT)) as Log).runs;
    const [result, ...others] = run.results;
    assert.ok(result);
    assert.deepEqual(others, []);
    only("result", result);
    const [location] = result.locations ?? [];
    assert.ok(location);
    only("location", location);
    only("physicalLocation", location.physicalLocation);
    assert.equal(run.tool.driver.rules[result.ruleIndex]?.id, result.ruleId);
    assert.deepEqual([result.kind, result.level], ["fail", "error"]);
    assert.deepEqual(location.physicalLocation, {
      artifactLocation: { uri: "a%20b/shop.yaml" },
      region: { startLine: 32 },
    });
    assert.deepEqual(location.logicalLocations, [{ fullyQualifiedName: "NetworkPolicy shop/web" }]);
  });

  it("sarif: what is undecided is open and has no level, as the standard asks", () => {
    const [run] = (JSON.parse(sarifText(UNDECIDED)) as Log).runs;
    assert.ok(run.results.length > 0);
    for (const { kind, level, locations } of run.results) {
      assert.deepEqual([kind, level], ["open", "none"]);
      assert.equal(locations?.[0]?.physicalLocation.artifactLocation.uri, "stdin");
    }
  });

  it("sarif: a finding keeps its fingerprint when lines move, and no other has it", () => {
    const prints = (text: string) =>
      [...sarifText(check({ "shop.yaml": text })).matchAll(/"policyObjectAndMessage\/v1": "(\w+)"/g)].map(
        ([, print]) => print,
      );
    const two = `${COMPLIANT}---\n${OPEN}---\n${OPEN.replace("name: web", "name: api")}`;
    assert.deepEqual(prints(`# moved\n\n${two}`), prints(two));
    assert.equal(new Set(prints(two)).size, 2);
  });

  it("junit: a suite for each policy; violations fail, undecided ones are skipped, nothing to say passes", () => {
    const suites = (text: string) =>
      [
        ...text.matchAll(
          /<testsuite name="([^"]+)" tests="(\d+)" failures="(\d+)" errors="0" skipped="(\d+)">/g,
        ),
      ].map(([, name = "", ...counts]) => [name, counts.map(Number)] as const);
    const found = new Map(suites(junitText(REPORT)));
    assert.deepEqual(
      [...found.keys()],
      POLICIES.map(({ name }) => name),
    );
    for (const [name, counts] of found) {
      assert.deepEqual(counts, name === "network-policy-no-everyone-ingress" ? [1, 1, 0] : [1, 0, 0], name);
    }
    assert.match(
      junitText(REPORT),
      /name="NetworkPolicy shop\/web \(\.\/a b\/shop\.yaml:32\)">\n {6}<failure type="critical" message="No NetworkPolicy rule lets everyone in\.">/,
    );
    assert.match(junitText(UNDECIDED), /<skipped message="NetworkPolicy shop\/web/);
  });

  it("junit: any text becomes characters that XML has, and reads back as it was but for those it lacks", () => {
    assert.equal(
      xmlText(`<a b="c">&'\u0001\uD800\n`),
      "&lt;a b=&quot;c&quot;&gt;&amp;&apos;\uFFFD\uFFFD&#10;",
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 12 }), (text) => {
        assert.match(xmlText(text), /^(?:[^<>"'&\p{Cc}\p{Cs}]|&(?:amp|lt|gt|quot|apos|#10|#9);)*$/u);
      }),
    );
  });
});
