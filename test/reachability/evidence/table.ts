import { strict as assert } from "node:assert";
import { asked } from "../../../cli/explainQuestion";
import type { Protocol } from "../../../net/ports";
import { AddressSet } from "../../../net/addressSet";
import type { Verdict } from "../../../reachability/compute/analysis";
import { explain } from "../../../reachability/answer/explain";
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
}

/** Asks one row's question as `palisade explain` does. Several answers have to agree. */
export function assertRow({ cni, objects, ask, is, podCidr = [], options = {}, says }: Row): void {
  const [from = "", to = "", port = ""] = ask.split(" ");
  const [number = "", protocol = "tcp"] = port.split("/").reverse();
  const podRanges = podCidr.map((one) => AddressSet.of(one));
  const { world, warnings } = readWorld(sourced(objects), {
    representatives: false,
    cni,
    podRanges,
    ...options,
  });
  const { analysis, questions } = asked(
    [{ world, warnings }],
    from,
    to,
    protocol.toUpperCase() as Protocol,
    Number(number),
  );
  assert.ok(questions.length > 0);
  const answers = questions.map((question) => explain(analysis, question));
  for (const { verdict, sentences } of answers) assert.equal(verdict, is, sentences.join("\n"));
  const text = [
    ...questions.flatMap(({ notes }) => notes),
    ...answers.flatMap(({ sentences }) => sentences),
  ].join("\n");
  if (says !== undefined) assert.match(text, says);
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
