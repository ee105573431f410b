import { readFileSync } from "node:fs";
import type { Resource } from "../../engine";
import { urnOfReference } from "../../engine/monitor/providers";
import { analyzeRequest, type FindProvider, stackResource } from "../../engine/judges/requests";
import { type AnalyzerResource, AnalyzeStackRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { Served } from "../policypack/served";
import { type Mutant, policiesOf, type Stack } from "./stack";

/** Who caught a mutant: the policies whose violations are mandatory. */
export type Catch = readonly string[];

/** The policies, served as to Pulumi and configured as for the stack. */
export class Judge {
  /** Of resources as the stack is told of them: a mutant has few of its own. */
  readonly #messages = new WeakMap<Resource, AnalyzerResource>();

  private constructor(
    private readonly served: Served,
    private readonly find: FindProvider,
  ) {}

  static async start(stack: Stack, folder: string): Promise<Judge> {
    const served = await Served.start(folder);
    await served.configure(
      JSON.parse(readFileSync(policiesOf(stack.name), "utf8")) as Record<string, object>,
    );
    const byUrn = new Map(stack.resources.map((resource) => [resource.urn, resource]));
    return new Judge(served, (resource) => byUrn.get(urnOfReference(resource.provider)));
  }

  /** The policies with a mandatory violation, of some resources each by itself and of all together. */
  async violated(own: readonly Resource[], all: readonly Resource[]): Promise<Catch> {
    const requests = own.map((resource) => analyzeRequest(resource, this.find));
    const listed = all.map((resource) => this.#messageOf(resource));
    const reports = await this.served.answers(requests, new AnalyzeStackRequest().setResourcesList(listed));
    const mandatory = reports.filter(({ level }) => level === "mandatory");
    return [...new Set(mandatory.map(({ policy }) => policy))].sort();
  }

  #messageOf(resource: Resource): AnalyzerResource {
    const message = this.#messages.get(resource) ?? stackResource(resource, this.find);
    this.#messages.set(resource, message);
    return message;
  }

  /** Who catches a mutant. The stack as generated has no violation, so the changed resources are all that is asked about. */
  caught({ set, resources }: Mutant): Promise<Catch> {
    return this.violated(set, resources);
  }

  stop(): Promise<void> {
    return this.served.stop();
  }
}
