import { strict as assert } from "node:assert";
import { asked } from "../../../reachability/answer/explain/asked";
import type { Protocol } from "../../../net/ports";
import { AddressSet } from "../../../net/addressSet";
import { analyze, type Verdict } from "../../../reachability/compute/analysis";
import { departureSentences } from "../../../reachability/answer/explain/departures";
import { explain } from "../../../reachability/answer/explain/explain";
import { type WorldOptions, readWorld } from "../../../reachability/read/readWorld";
import { sourced } from "../worlds";

/** One small input, a question about it, and the right answer beside. */
export interface Row {
  readonly claim: string;
  readonly cni: NonNullable<WorldOptions["cni"]>;
  readonly objects: readonly object[];
  /** `web db tcp/80`; the port's protocol may be left out for TCP. */
  readonly ask: string;
  readonly is: Verdict;
  readonly podCidr?: readonly string[];
  readonly options?: WorldOptions;
  /** What the explanation has to say, besides. */
  readonly says?: RegExp;
  /** What is said of plugins that do otherwise. */
  readonly departs?: readonly string[];
}

/** Asks one row's question as `palisade explain` does. Several answers have to agree. */
export function assertRow(row: Row): void {
  const { is, says, departs } = row;
  const { questions, answers, departures } = answered(row);
  assert.ok(questions.length > 0);
  for (const { verdict, sentences } of answers) assert.equal(verdict, is, sentences.join("\n"));
  if (departs !== undefined) assert.deepEqual(departures, departs);
  const text = [
    ...questions.flatMap(({ notes }) => notes),
    ...answers.flatMap(({ sentences }) => sentences),
  ].join("\n");
  if (says !== undefined) assert.match(text, says);
}

/** What is said of plugins that do otherwise. */
export const departuresOf = (row: Row): readonly string[] => answered(row).departures;

function answered({ cni, objects, ask, podCidr = [], options = {} }: Row) {
  const [from = "", to = "", port = ""] = ask.split(" ");
  const [number = "", protocol = "tcp"] = port.split("/").reverse();
  const podRanges = podCidr.map((one) => AddressSet.of(one));
  const { world } = readWorld(sourced(objects), {
    representatives: false,
    cni,
    podRanges,
    ...options,
  });
  const { analysis, questions } = asked([{ analysis: analyze(world) }], from, to, {
    kind: "number",
    protocol: protocol.toUpperCase() as Protocol,
    port: Number(number),
  });
  const answers = questions.map((question) => explain(analysis, question));
  const departures = questions.flatMap((question, i) => {
    const answer = answers[i];
    return answer === undefined ? [] : departureSentences(analysis, question, answer);
  });
  return { questions, answers, departures };
}

/** Rows as tests, each with the CNI it holds for. */
export function testRows(rows: readonly Row[]): void {
  for (const row of rows) {
    it(`${row.cni}: ${row.claim}: ${row.ask} is ${row.is}`, () => {
      assertRow(row);
    });
  }
}

/** A Pod of namespace `default`, or of the one before the slash, with `app` as its name says. */
export function pod(
  name: string,
  ips: readonly string[] = [],
  more: object = {},
  labels: object = {},
): object {
  const [own = "", namespace = "default"] = name.split("/").reverse();
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: own, namespace, labels: { app: own, ...labels } },
    spec: { containers: [{ name: "main" }], ...more },
    ...(ips.length === 0 ? {} : { status: { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) } }),
  };
}

/** A NetworkPolicy of the pods called `subject`, or of all where it is empty; a direction without rules is left out. */
export function policy(
  subject: string,
  spec: {
    readonly ingress?: readonly object[];
    readonly egress?: readonly object[];
    readonly policyTypes?: readonly string[];
  },
  name = `np-${subject === "" ? "all" : subject}`,
): object {
  const [own = "", namespace = "default"] = subject.split("/").reverse();
  const types = [
    ...(spec.ingress === undefined ? [] : ["Ingress"]),
    ...(spec.egress === undefined ? [] : ["Egress"]),
  ];
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: name.replaceAll("/", "-"), namespace },
    spec: {
      podSelector: own === "" ? {} : { matchLabels: { app: own } },
      policyTypes: types,
      ...spec,
    },
  };
}

export const app = (name: string) => ({ podSelector: { matchLabels: { app: name } } });
export const block = (cidr: string, ...except: readonly string[]) => ({
  ipBlock: { cidr, ...(except.length === 0 ? {} : { except }) },
});
export const from = (...peers: readonly object[]) => ({ from: peers });
export const to = (...peers: readonly object[]) => ({ to: peers });
export const on = (rule: object, ...ports: readonly (number | string)[]) => ({
  ...rule,
  ports: ports.map((port) => ({ port })),
});
