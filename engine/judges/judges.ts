import type { Resource } from "../monitor";
import type { ValueMap } from "../values";
import type { PackFinding, RemediatedResource } from "../pack";
import type { RunningPack } from "./runningPack";
import type { FindProvider } from "./requests";

/** The policy packs at work: each resource passes all of them, remediations first, as in the engine's step generator. */
export class Judges {
  /** Rejects if a pack fails; never resolves. */
  readonly failed: Promise<never>;
  providers: FindProvider = () => undefined;
  readonly #remediated: Promise<Remediated>[] = [];
  readonly #analyzed: Promise<PackFinding[]>[] = [];
  #remediations: readonly RemediatedResource[] = [];
  #fail: (error: unknown) => void = () => undefined;

  constructor(
    private readonly packs: readonly RunningPack[],
    private readonly ready: Promise<unknown>,
  ) {
    this.failed = new Promise<never>((_, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined);
    ready.catch(this.#fail);
  }

  /** Remediates a resource's inputs, in place and returned, and sets the analysis of the outcome going. */
  async judge(resource: Resource): Promise<ValueMap> {
    // Kept at once: the report's order is that of the resources, however long a pack takes over one.
    const remediated = this.#remediate(resource);
    const analyzed = remediated.then(({ findings }) => this.#analyze(resource, findings));
    analyzed.catch(this.#fail);
    this.#remediated.push(remediated);
    this.#analyzed.push(analyzed);
    await remediated;
    return resource.inputs;
  }

  async #remediate(resource: Resource): Promise<Remediated> {
    await this.ready;
    const all: Remediated = { remediations: [], findings: [] };
    for (const pack of this.packs) {
      const { inputs, remediations, findings } = await pack.remediate(resource, this.providers);
      resource.inputs = inputs;
      all.remediations.push(...remediations);
      all.findings.push(...findings);
    }
    return all;
  }

  async #analyze(resource: Resource, own: readonly PackFinding[]): Promise<PackFinding[]> {
    const analyses = await Promise.all(this.packs.map((pack) => pack.analyze(resource, this.providers)));
    return [...own, ...analyses.flat()];
  }

  /** Every finding, once the stack policies have judged too. */
  async verdict(resources: readonly Resource[], stackUrn: string): Promise<PackFinding[]> {
    await this.ready;
    const perResource = await Promise.all(this.#analyzed);
    this.#remediations = (await Promise.all(this.#remediated)).flatMap(({ remediations }) => remediations);
    const perStack = await Promise.all(
      this.packs.map((pack) => pack.analyzeStack(resources, this.providers, stackUrn)),
    );
    return [...perResource, ...perStack].flat();
  }

  /** What was remediated, once there is a verdict. */
  remediations(): readonly RemediatedResource[] {
    return this.#remediations;
  }
}

interface Remediated {
  readonly remediations: RemediatedResource[];
  readonly findings: PackFinding[];
}
