import { PalisadeInputError, type Problem, problemText, throwProblems } from "../problems";
import type { Answers } from "./answers";
import {
  EngineServer,
  LeftOut,
  type LogEntry,
  Monitor,
  Registry,
  type Resource,
  STACK_TYPE,
  urnOf,
  urnOfReference,
} from "./monitor";
import type { PackFinding, PackProcess, PackSource, RemediatedResource } from "./pack";
import { Judges, RunningPack } from "./judges";
import { type Program, programFolder } from "./program";
import type { Project, StackConfig } from "./project";
import { secretTexts, type ValueMap } from "./values";

export interface PreviewOptions {
  readonly project: Project;
  readonly stack: string;
  /** The policy packs, or what finds them, and builds them if need be, while the program's process gets ready. */
  readonly packs: readonly PackSource[] | (() => Promise<readonly PackSource[]>);
  /** The file of recorded answers; it need not exist. */
  readonly answersFile: string;
  /** What the user can do to get a missing answer, as a clause. */
  readonly answerRemedy: string;
  /** What program and packs print, as it comes. */
  readonly output: (text: string) => void;
  /** Called with the plan when the program is done, while the policies still judge it: there is time for other work. */
  readonly planned?: (resources: readonly Resource[]) => void;
  /** Called at the end of each phase. */
  readonly phase?: (name: string) => void;
  /** Stops everything when aborted. */
  readonly signal?: AbortSignal;
}

/** A preview that came to its end: the plan and what the policies say about it. */
export interface Preview {
  readonly project: string;
  readonly stack: string;
  /** In the order of registration; read resources included, default providers too. */
  readonly resources: readonly Resource[];
  /** Of resource policies in the order of their resources, then of stack policies. */
  readonly findings: readonly PackFinding[];
  readonly remediations: readonly RemediatedResource[];
  /** The stack's outputs. */
  readonly outputs: ValueMap;
  readonly logs: readonly LogEntry[];
  /**
   * What isn't run here, and so isn't judged: components of other packages, functions without an answer, and what follows from
   * them. With any of it, what is judged isn't the whole: such a preview is never clean.
   */
  readonly leftOut: readonly Problem[];
  /** The policy packs that judged: those with a policy that isn't disabled. */
  readonly packs: readonly string[];
  /** The policies that judged. */
  readonly policies: readonly string[];
  /** The policies that config, or whoever asked, switches off. */
  readonly disabled: readonly string[];
}

interface Session {
  readonly options: PreviewOptions;
  readonly config: StackConfig;
  readonly answers: Answers;
  readonly program: Program;
  readonly packs: readonly PackProcess[];
  readonly phase: (name: string) => void;
}

/** Runs a started program against an engine in this process and the started packs. Rejects with PalisadeInputError. */
export async function runSession(session: Session): Promise<Preview> {
  const { options, config, program, phase } = session;
  const { project, answerRemedy } = options;
  const place = { project: project.name, stack: config.stack };
  const stackUrn = urnOf(place, "", STACK_TYPE, `${project.name}-${config.stack}`);
  const logs: LogEntry[] = [];
  const leftOut = new LeftOut();
  const packs = session.packs.map((process) => new RunningPack(process));
  const judges = new Judges(packs, Promise.all(packs.map((pack) => pack.ready(project, config))));
  const registry = new Registry(place, config, (resource) => judges.judge(resource));
  judges.providers = (resource) => registry.find(urnOfReference(resource.provider));
  const monitor = new Monitor({
    registry,
    answers: session.answers,
    folder: programFolder(project),
    answerRemedy,
    leftOut,
  });
  const server = new EngineServer(monitor, (entry) => logs.push(entry));
  try {
    const address = await server.listen();
    phase("listen");
    // The stack policies judge while the program's process winds up; what they find counts only if it ends well.
    const ended = monitor.finished.then(() => judges.verdict(registry.judged(), stackUrn));
    ended.catch(() => undefined);
    const ran = program.run(address, config, monitor.finished);
    // A pack that fails is reason enough to stop: without it there is no verdict.
    const stopped = await settleOr(ran, judges.failed).then(
      () => undefined,
      (error: unknown) => {
        if (stoppedByUnknown(error, program, monitor)) return error;
        throw explained(error, monitor, logs);
      },
    );
    if (stopped === undefined) throwIfRefused(monitor, logs);
    else
      leftOut.add(
        "the rest of the program",
        `it stopped on an unknown: ${messagesOf(stopped)}`,
        answerRemedy,
      );
    const verdict = stopped === undefined ? ended : judges.verdict(registry.judged(), stackUrn);
    phase("program");
    options.planned?.(registry.resources);
    const findings = withoutSecrets(await verdict, registry.resources);
    phase("policies");
    return {
      project: project.name,
      stack: config.stack,
      resources: registry.resources,
      findings,
      remediations: judges.remediations(),
      outputs: registry.find(stackUrn)?.outputs ?? {},
      logs,
      leftOut: leftOut.parts,
      packs: packs.filter(({ judges }) => judges).map(({ name }) => name),
      policies: packs.flatMap(({ policies }) => policies),
      disabled: packs.flatMap(({ disabled }) => disabled),
    };
  } finally {
    monitor.close();
    server.close();
    packs.forEach((pack) => pack.close());
  }
}

/** A policy sees secrets in plain and may quote one as evidence: what reports show never does. */
function withoutSecrets(findings: readonly PackFinding[], resources: readonly Resource[]): PackFinding[] {
  if (findings.length === 0) return [];
  const secrets = secretTexts(resources.flatMap(({ inputs, outputs }) => [inputs, outputs]));
  const masked = (message: string): string =>
    secrets.reduce((text, secret) => text.replaceAll(secret, "[secret]"), message);
  return findings.map((finding) => ({ ...finding, message: masked(finding.message) }));
}

/** Resolves with the task, or rejects with whichever fails first. */
const settleOr = (task: Promise<void>, failed: Promise<never>): Promise<void> => Promise.race([task, failed]);

/**
 * Whether a program's error follows from what has no answer: it computed with an unknown before, and nothing was refused. What
 * it registered until then is judged.
 */
const stoppedByUnknown = (
  error: unknown,
  program: Program,
  { refused }: Monitor,
): error is PalisadeInputError =>
  error instanceof PalisadeInputError &&
  error.kind === "program" &&
  program.metUnknown &&
  refused.length === 0;

const messagesOf = ({ problems }: PalisadeInputError): string => problems.map(problemText).join("; ");

/** What we refused explains the program's failure better than the failure does. */
function explained(error: unknown, monitor: Monitor, logs: readonly LogEntry[]): unknown {
  if (!(error instanceof PalisadeInputError) || error.kind === "pack") return error;
  throwIfRefused(monitor, logs);
  return error;
}

function throwIfRefused({ refused }: Monitor, logs: readonly LogEntry[]): void {
  throwProblems(
    refused.flatMap(({ problems }) => problems),
    refused[0]?.kind,
  );
  // An engine counts what a program logs as an error: the deployment fails.
  const errors = logs.filter(({ severity }) => severity === "error");
  throwProblems(
    errors.map(({ message }) => ({ place: [], message })),
    "program",
  );
}
