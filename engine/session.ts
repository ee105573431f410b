import type { Answers } from "./answers";
import { PreviewError } from "./errors";
import { urnOfReference } from "./monitor/providers";
import { Registry } from "./monitor/registry";
import type { Resource } from "./monitor/resources";
import { EngineServer, type LogEntry } from "./monitor/server";
import { Monitor } from "./monitor/service";
import { STACK_TYPE, urnOf } from "./monitor/urn";
import type { Finding, Remediation } from "./pack/findings";
import { Pack } from "./pack/pack";
import type { PackProcess } from "./pack/process";
import type { Preview, PreviewOptions } from "./preview";
import { programFolder, type Program } from "./program/program";
import type { StackConfig } from "./project/config";
import { secretTexts, type ValueMap } from "./values";

interface Session {
  readonly options: PreviewOptions;
  readonly config: StackConfig;
  readonly answers: Answers;
  readonly program: Program;
  readonly packs: readonly PackProcess[];
  readonly phase: (name: string) => void;
}

/** Runs a started program against an engine in this process and the started packs. Rejects with PreviewError. */
export async function runSession(session: Session): Promise<Preview> {
  const { options, config, program, phase } = session;
  const { project } = options;
  const place = { project: project.name, stack: config.stack };
  const stackUrn = urnOf(place, "", STACK_TYPE, `${project.name}-${config.stack}`);
  const logs: LogEntry[] = [];
  const judges = session.packs.map((process) => new Pack(process));
  const bench = new Bench(judges, Promise.all(judges.map((pack) => pack.ready(project, config))));
  const registry = new Registry(place, config, (resource) => bench.judge(resource));
  bench.providers = (resource) => registry.find(urnOfReference(resource.provider));
  const monitor = new Monitor({
    registry,
    answers: session.answers,
    folder: programFolder(project),
    answerRemedy: options.answerRemedy,
  });
  const server = new EngineServer(monitor, (entry) => logs.push(entry));
  try {
    const address = await server.listen();
    phase("listen");
    // The stack policies judge while the program's process winds up; what they find counts only if it ends well.
    const verdict = monitor.finished.then(() => bench.verdict(registry.judged(), stackUrn));
    verdict.catch(() => undefined);
    const ran = program.run(address, config, monitor.finished);
    // A pack that fails is reason enough to stop: without it there is no verdict.
    await settleOr(ran, bench.failed).catch((error: unknown) => {
      throw explained(error, monitor, logs);
    });
    throwIfRefused(monitor, logs);
    phase("program");
    const findings = withoutSecrets(await verdict, registry.resources);
    phase("policies");
    return {
      project: project.name,
      stack: config.stack,
      resources: registry.resources,
      findings,
      remediations: bench.remediations,
      outputs: registry.find(stackUrn)?.outputs ?? {},
      logs,
      packs: judges.filter(({ judges }) => judges).map(({ name }) => name),
      disabled: judges.flatMap(({ disabled }) => disabled),
    };
  } finally {
    monitor.close();
    server.close();
    judges.forEach((pack) => pack.close());
  }
}

/** A policy sees secrets in plain and may quote one as evidence: what reports show never does. */
function withoutSecrets(findings: readonly Finding[], resources: readonly Resource[]): Finding[] {
  if (findings.length === 0) return [];
  const secrets = secretTexts(resources.flatMap(({ inputs, outputs }) => [inputs, outputs]));
  const masked = (message: string): string =>
    secrets.reduce((text, secret) => text.replaceAll(secret, "[secret]"), message);
  return findings.map((finding) => ({ ...finding, message: masked(finding.message) }));
}

/** Resolves with the task, or rejects with whichever fails first. */
const settleOr = (task: Promise<void>, failed: Promise<never>): Promise<void> => Promise.race([task, failed]);

/** What we refused explains the program's failure better than the failure does. */
function explained(error: unknown, monitor: Monitor, logs: readonly LogEntry[]): unknown {
  if (!(error instanceof PreviewError) || error.kind !== "program") return error;
  throwIfRefused(monitor, logs);
  return error;
}

function throwIfRefused({ refused }: Monitor, logs: readonly LogEntry[]): void {
  const [first] = refused;
  const unique = (messages: readonly string[]): string[] => [...new Set(messages)];
  if (first !== undefined) throw new PreviewError(first.kind, unique(refused.map(({ message }) => message)));
  // An engine counts what a program logs as an error: the deployment fails.
  const errors = logs.filter(({ severity }) => severity === "error").map(({ message }) => message);
  if (errors.length > 0) throw new PreviewError("program", unique(errors));
}

/** The policy packs at work: each resource passes all of them, remediations first, as in the engine's step generator. */
class Bench {
  readonly remediations: Remediation[] = [];
  /** Rejects if a pack fails; never resolves. */
  readonly failed: Promise<never>;
  providers: (resource: Resource) => Resource | undefined = () => undefined;
  readonly #analyses: Promise<Finding[]>[] = [];
  #fail: (error: unknown) => void = () => undefined;

  constructor(
    private readonly packs: readonly Pack[],
    private readonly ready: Promise<unknown>,
  ) {
    this.failed = new Promise<never>((_, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined);
    ready.catch(this.#fail);
  }

  /** Remediates a resource's inputs and sets the analysis of the outcome going. */
  async judge(resource: Resource): Promise<ValueMap> {
    await this.ready;
    const own: Finding[] = [];
    try {
      for (const pack of this.packs) {
        const { inputs, remediations, findings } = await pack.remediate(resource, this.providers);
        resource.inputs = inputs;
        this.remediations.push(...remediations);
        own.push(...findings);
      }
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    this.#analyses.push(Promise.resolve(own));
    for (const pack of this.packs) {
      const analysis = pack.analyze(resource, this.providers);
      analysis.catch(this.#fail);
      this.#analyses.push(analysis);
    }
    return resource.inputs;
  }

  /** Every finding, once the stack policies have judged too. */
  async verdict(resources: readonly Resource[], stackUrn: string): Promise<Finding[]> {
    await this.ready;
    const perResource = await Promise.all(this.#analyses);
    const perStack = await Promise.all(
      this.packs.map((pack) => pack.analyzeStack(resources, this.providers, stackUrn)),
    );
    return [...perResource, ...perStack].flat();
  }
}
