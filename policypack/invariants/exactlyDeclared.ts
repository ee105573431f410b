import * as z from "zod";
import {
  APPLICATION,
  type ApplicationProof,
  type Difference,
  type Faults,
  faultsOf,
  type JudgedFlow,
  prove,
} from "../../proof";
import type { Finding, Notice, Undecided, Violation } from "../finding";
import { stackInvariant } from "../invariant";
import { plannedResource } from "../judgment";

export const exactlyDeclared = stackInvariant({
  scope: "stack",
  name: "exactly-declared",
  description: "What an application declares is open, and nothing else is.",
  stops:
    "Connections that an application's NetworkPolicies and security groups open though no flow declares them, and declared flows that they don't open. It compares what the component declares with what the stack registers, whoever registers it, so it also notices a mistake of the compiler. What isn't enforced doesn't violate it and is said as advice: applications and workloads that are only observed, and namespaces that were there before. So is what depends on values that aren't known yet.",
  remedy: "Declare the flow in the application, or remove what opens it.",
  severity: "high",
  config: z.strictObject({}),
  judge(_facts, _config, { resources }) {
    // Nothing is compared, or read twice, in a stack without applications of ours.
    if (!resources.some(({ type }) => type === APPLICATION)) return [];
    return prove("", resources.map(plannedResource)).flatMap(findingsOf);
  },
});

function findingsOf(proof: ApplicationProof): Finding[] {
  const { urn, component } = proof;
  const title = `application ${component}`;
  const undecided = (fields: readonly string[]): Undecided => ({
    kind: "undecided",
    urn,
    title,
    fields,
    question: "exactly what it declares is open",
  });
  if (proof.kind === "unread") return [undecided(proof.because)];
  const { undeclared, closed, lenient } = faultsOf(proof);
  if (lenient !== undefined) return [lenientNotice(proof, lenient)];
  const { namespace } = proof.declaration;
  const perhaps = [
    ...proof.undeclared.filter(({ certain, observed }) => !certain && !observed).map(connectionText),
    ...proof.flows
      .filter(({ verdict }) => verdict === "unknown")
      .map(({ flow, missing }) => `${flow.id} (${missing.join(" ")})`),
  ];
  const observed = proof.undeclared.filter((one) => one.observed).map(connectionText);
  return [
    ...undeclared.map((one) => openFinding(one, { urn, title, namespace })),
    ...closed.map((one) => closedFinding(one, { urn, title, namespace })),
    ...(perhaps.length === 0 ? [] : [undecided(perhaps)]),
    ...(observed.length === 0 ? [] : [observedNotice(proof, observed)]),
  ];
}

type Proof = Extract<ApplicationProof, { kind: "proof" }>;

function lenientNotice(proof: Proof, lenient: NonNullable<Faults["lenient"]>): Notice {
  const { stage } = proof.declaration;
  const differences = [
    ...proof.undeclared.map((one) => `${connectionText(one)} (nobody declares it)`),
    ...proof.flows
      .filter(({ verdict }) => verdict !== "allowed")
      .map(({ flow, missing }) => `${flow.id} (${missing.join(" ")} isn't open)`),
  ];
  return notice(
    proof,
    "isn't proven to be open exactly as it declares",
    lenient === "observed"
      ? `its stage is ${stage}, which blocks nothing`
      : "its namespace was there before, and may hold policies of others that no plan shows",
    differences.length === 0 ? "what this stack opens is what it declares" : listed(differences),
  );
}

const observedNotice = (proof: Proof, observed: readonly string[]): Notice =>
  notice(
    proof,
    "isn't proven to be open exactly as it declares where its workloads are only observed",
    "their stage is observe, which blocks nothing",
    listed(observed),
  );

const notice = ({ urn, component }: Proof, says: string, because: string, evidence: string): Notice => ({
  kind: "notice",
  urn,
  title: `application ${component}`,
  says,
  because,
  evidence,
});

/** Advice names some: the preview lists them all. */
const LISTED = 4;

const listed = (texts: readonly string[]): string =>
  [...texts.slice(0, LISTED), ...(texts.length > LISTED ? [`${texts.length - LISTED} more`] : [])].join("; ");

type About = Pick<Violation, "urn" | "title" | "namespace">;

const connectionText = ({ from, to, ports }: Difference): string =>
  `${from.join(", ")} → ${to.join(", ")} ${ports.join(" ")}`;

function openFinding(difference: Difference, about: About): Violation {
  const { by, layer, half } = difference;
  return {
    kind: "violation",
    ...about,
    wrong: half
      ? `lets more through on one side than it declares: ${connectionText(difference)}`
      : `is open to more than it declares: ${connectionText(difference)}`,
    why: half
      ? "it opens as soon as somebody widens the other side"
      : "whoever reads the declaration is told less than what can connect",
    evidence: by.length === 0 ? `nothing denies it by default (${layer})` : by.join(", "),
    remedy: "declare a flow for it, or remove or narrow what opens it",
  };
}

function closedFinding({ flow, missing, byPolicies }: JudgedFlow, about: About): Violation {
  const half = byPolicies === "blocked" ? "NetworkPolicies" : "security groups";
  return {
    kind: "violation",
    ...about,
    wrong: `declares a flow that isn't open: ${flow.from.name} → ${flow.to.name} ${missing.join(" ")}`,
    why: "what it is for doesn't work once the stack is deployed",
    evidence: `the ${half} of the stack don't admit it on both sides`,
    remedy: `restore the rule for it, or remove the flow from the application (its reason: ${flow.because})`,
  };
}
