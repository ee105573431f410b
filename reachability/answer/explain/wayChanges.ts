import { NAMESPACE_NAME_LABEL } from "../../../kubernetes";
import { PortSet } from "../../../net";
import { portsAt, ServicesByNamespace } from "../../read";
import {
  type Analysis,
  type ReportedEnd,
  inPass,
  type Pass,
  portsBetween,
  type ServicePath,
} from "../../compute";
import { sideEvidence } from "../evidence";
import type { Question } from "../question";
import { selectedBy } from "../services";
import type { Change } from "./change";
import { changesFor, namedChanges, tierChange } from "./changes";
import type { EndPeers, Unnamed } from "./naming";

/**
 * What lets a blocked connection by a Service through: rules for the pods behind it, never for its address, which most plugins'
 * policies don't see. Where they see nothing else, the rule asks for the labels that the Service asks for.
 */
export function wayChanges(
  analysis: Analysis,
  question: Question,
  path: ServicePath,
  pass: Pass | undefined,
): readonly Change[] {
  const { namespace, name } = path.service;
  if (path.by === "node" || path.masqueraded) {
    const reason = `what policies see of a connection by a node's port or an external address of Service ${namespace}/${name} isn't known; by its cluster IP it is (svc/${namespace}/${name})`;
    return [{ kind: "none", side: "egress", reason }];
  }
  for (const side of ["egress", "ingress"] as const) {
    const byTier = pass === undefined ? undefined : tierChange(analysis, side, question, pass);
    if (byTier?.some(({ kind }) => kind === "none") === true) return byTier;
  }
  const direct = changesFor(analysis, question, pass);
  if (analysis.world.traits.services === "after") return direct.length > 0 ? direct : [noChange(question)];
  const { all } = analysis.relation.classes;
  if (pass === undefined || !hasFamily(analysis, path, pass)) {
    const reason = `the Service's address and both pods have no family of addresses in common`;
    return [{ kind: "none", side: "egress", reason }];
  }
  if (question.to.classes.some((number) => all[number]?.hostNetwork !== "no")) {
    const reason = `${question.to.id} is, or may be, in its node's network, and no rule for pods means it`;
    return [{ kind: "none", side: "egress", reason }];
  }
  // Where it isn't known what policies see, both have to be open: the pods too.
  const either = analysis.world.traits.services === undefined && direct.some(({ side }) => side === "egress");
  const closed = question.from.classes.filter(
    (number) => either || isClosed(analysis, question, path, number, pass),
  );
  const egress =
    closed.length === 0
      ? []
      : namedChanges(analysis, "egress", {
          own: question.from,
          closed,
          named: namedBy(analysis, question, path),
          protocol: question.protocol,
          port: question.port,
        });
  const changes = [...egress, ...direct.filter(({ side, kind }) => side === "ingress" || kind === "group")];
  return changes.length > 0 ? changes : [noChange(question)];
}

const NO_FAMILY = { 4: "no", 6: "no" } as const;

/** Whether a Service's addresses are, or may be, of a pass's family. */
export const hasFamily = ({ relation }: Analysis, { at }: ServicePath, pass: Pass): boolean =>
  at.some((number) => inPass(relation.classes.all[number]?.families ?? NO_FAMILY, pass) !== "no");

const noChange = ({ from, to }: Question): Change => ({
  kind: "none",
  side: "egress",
  reason: `it isn't known what closes the way from ${from.id} to ${to.id}`,
});

/** Whether egress rules close the Service's own address to a class. */
function isClosed(
  analysis: Analysis,
  question: Question,
  path: ServicePath,
  number: number,
  pass: Pass,
): boolean {
  const { at, port } = path;
  const from: ReportedEnd = { ...question.from, labels: {}, classes: [number] };
  const to: ReportedEnd = { ...question.to, labels: {}, classes: at };
  const found = sideEvidence(
    analysis,
    "policies",
    "egress",
    { ...question, from, to, port: port ?? question.port },
    pass,
  );
  if (found.isolatedBy.length === 0) return false;
  if (!found.admittedBy.some(({ certain }) => certain)) return true;
  // Rules that each admit it may close it together: to the VPC CNI an exception cuts other rules' blocks.
  const { relation } = analysis;
  const out = relation.leavingBy(path, number, "lower");
  return !question.to.classes.every((target) =>
    relation.table.get(portsBetween(relation, out, target)).contains(question.protocol, question.port),
  );
}

/** The pods behind a Service as its selector names them: only such a rule opens its address too. */
function namedBy(analysis: Analysis, question: Question, path: ServicePath): EndPeers | Unnamed {
  const { from, to, protocol } = question;
  const { service, port, backends } = path;
  const { namespace, name, selector, ports } = service;
  if (selector === undefined) {
    return { reason: `Service ${namespace}/${name} selects no pods, so no rule for pods opens its address` };
  }
  if (new Set(backends.map((backend) => backend.port)).size > 1) {
    return {
      reason: `the target of Service ${namespace}/${name} isn't the same number at all of its pods, so a rule for one number doesn't open it`,
    };
  }
  const asked = ports.find((one) => one.protocol === protocol && one.port === port);
  const first = ports.find((one) => one.protocol === protocol && one.target === asked?.target);
  if (first !== asked) {
    return {
      reason: `of several ports of Service ${namespace}/${name} with one target, the VPC CNI opens only the first, ${first?.port}`,
    };
  }
  if (!isOpenedByNumber(analysis, question, path)) {
    return {
      reason: `the pods of Service ${namespace}/${name} declare ${protocol} ${question.port} under another name first, and by that one the VPC CNI doesn't find the Service's port`,
    };
  }
  const podSelector = { matchLabels: selector };
  const peer =
    from.namespace === namespace
      ? { podSelector }
      : { namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: namespace } }, podSelector };
  return { peers: [peer], also: selectedBy(analysis.world, service).filter((id) => id !== to.id) };
}

/** Whether a rule for the pods' number opens the Service's port, as the VPC CNI's controller looks it up. */
function isOpenedByNumber(
  { world }: Analysis,
  { protocol, port: target }: Question,
  { service, port }: ServicePath,
): boolean {
  if (port === undefined) return false;
  const rule = {
    numbers: PortSet.of([{ protocol, from: target, to: target }]),
    named: [],
    maybe: PortSet.empty,
    pairs: [`${protocol} ${target}`],
  };
  return portsAt(service, rule, new ServicesByNamespace(world)).numbers.contains(protocol, port);
}
