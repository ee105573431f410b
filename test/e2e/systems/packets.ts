import { strict as assert } from "node:assert";
import { rerunCommand } from "../matrix/compare";
import type { SystemStage } from "./stage";
import type { AskedQuestion } from "./verifyReport";

/** Asks each of the report's connections again, by the bench's own prober; what couldn't be probed says nothing to compare. */
export async function compareWithPackets(
  stage: SystemStage,
  questions: readonly AskedQuestion[],
  test: string,
): Promise<void> {
  const { bench } = stage;
  const probes = questions.flatMap(({ question, probes: all }) =>
    all
      .filter(({ verdict }) => verdict !== "could-not-probe")
      .map((each) => {
        const [address = "", port = ""] = each.address.split(":");
        const protocol = question.includes(" udp/") ? ("udp" as const) : ("tcp" as const);
        const { namespace } = stage.end(each.from).host;
        return { question, said: each.verdict, probe: { namespace, address, protocol, port: Number(port) } };
      }),
  );
  const seen = await bench.prober.probe(probes.map(({ probe }) => probe));
  const differences = probes.flatMap(({ question, said }, i) => {
    const { verdict, detail } = seen[i] ?? { verdict: "failed", detail: "no answer" };
    // The API server says no name.
    const connected = verdict === "connected" || (verdict === "failed" && detail.startsWith("connected"));
    assert.ok(connected || verdict !== "failed", `${question}: ${detail ?? ""}`);
    const truth = connected ? "allowed" : "blocked";
    return truth === said ? [] : [`${question}: verify says ${said}, packets ${truth}`];
  });
  bench.count("verify's verdicts compared with packets", probes.length);
  bench.count("verify's verdicts that differ", differences.length);
  if (differences.length > 0) assert.fail([...differences, rerunCommand(test)].join("\n"));
}
