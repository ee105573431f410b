// Tests: test/cli/check/formats.test.ts
import type { Policy } from "../../policypack/index";
import { xmlText } from "../render/xml";
import type { CheckFinding, CheckReport } from "./report";
import { placeText } from "./text";

/**
 * The report as JUnit XML: a suite for each policy in force. A violation is a failure, what couldn't be decided is skipped, advice
 * passes and says so; a policy with nothing to say is one case that passes, and one that was left out one that is skipped.
 */
export function junitText({ findings, policies, disabled, warnings, verdict }: CheckReport): string {
  const suites = policies.map((policy) => {
    const own = findings.filter((finding) => finding.policy === policy);
    const failures = own.filter(({ level }) => level === "mandatory").length;
    const skipped = own.filter(({ undecided }) => undecided).length;
    const cases = own.length === 0 ? [testCase(policy, policy.description)] : own.map(findingCase);
    const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
    return `  <testsuite name="${xmlText(policy.name)}" ${counts}>\n${cases.join("")}  </testsuite>\n`;
  });
  for (const policy of disabled) {
    const skipped = testCase(policy, policy.description, '<skipped message="left out"/>');
    suites.push(
      `  <testsuite name="${xmlText(policy.name)}" tests="1" failures="0" errors="0" skipped="1">\n${skipped}  </testsuite>\n`,
    );
  }
  // What the input lacks is skipped, not passed.
  if (verdict === "undecided" && warnings.length > 0) {
    const cases = warnings.map((text) => {
      const name = xmlText(text);
      return `    <testcase classname="input" name="${name}">\n      <skipped message="${name}"/>\n    </testcase>\n`;
    });
    suites.push(
      `  <testsuite name="input" tests="${cases.length}" failures="0" errors="0" skipped="${cases.length}">\n${cases.join("")}  </testsuite>\n`,
    );
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="palisade check">\n${suites.join("")}</testsuites>\n`;
}

function findingCase({ policy, level, undecided, message, object, place }: CheckFinding): string {
  const where = place === undefined ? "" : ` (${placeText(place)})`;
  const name = object === undefined ? "configuration" : `${object.kind} ${object.name}${where}`;
  const text = xmlText(message);
  if (level === "mandatory") {
    return testCase(
      policy,
      name,
      `<failure type="${policy.severity}" message="${xmlText(policy.description)}">${text}</failure>`,
    );
  }
  return testCase(
    policy,
    name,
    undecided ? `<skipped message="${text}"/>` : `<system-out>${text}</system-out>`,
  );
}

function testCase(policy: Policy, name: string, outcome?: string): string {
  const head = `    <testcase classname="${xmlText(policy.name)}" name="${xmlText(name)}"`;
  return outcome === undefined ? `${head}/>\n` : `${head}>\n      ${outcome}\n    </testcase>\n`;
}
