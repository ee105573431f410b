import path from "node:path";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import {
  type ReadResourceRequest,
  ReadResourceResponse,
  type ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import type { Answers } from "../answers";
import { UNKNOWN_SENTINEL } from "../../data";
import type { ValueMap } from "../values";
import { structOf, valuesOf } from "../structs";
import { packageRequest, type PackageReferences } from "./goal";
import { urnOfReference } from "./providers";
import { Refusal, type Registry } from "./registry";
import { noOptions, type Goal } from "./resources";
import type { Transforms } from "./transforms";
import { nameOf } from "./urn";

/** A thing of the engine that needs a provider's code or a backend. */
export class Unsupported extends Error {
  override readonly name = "Unsupported";
}

export interface LookupContext {
  readonly registry: Registry;
  readonly answers: Answers;
  /** How to get a missing answer, as a clause for the user. */
  readonly answerRemedy: string;
}

const relative = (file: string): string => path.relative(process.cwd(), file);

/** What a program asks about the world outside it: answered from the plan and the recorded answers, or refused. */
export class Lookups {
  /** The stack's transforms of function calls. */
  readonly transforms: Callback[] = [];

  constructor(
    private readonly context: LookupContext,
    private readonly packages: PackageReferences,
    private readonly runner: Transforms,
  ) {}

  /** Answers a read of an existing resource or of another stack's outputs. */
  async read(request: ReadResourceRequest): Promise<ReadResourceResponse> {
    const type = request.getType();
    const asked = {
      version: request.getVersion(),
      downloadUrl: request.getPlugindownloadurl(),
      reference: request.getPackageref(),
    };
    const inputs = valuesOf(request.getProperties());
    const goal: Goal = {
      type,
      name: request.getName(),
      custom: true,
      parent: request.getParent(),
      inputs,
      dependencies: request.getDependenciesList(),
      propertyDependencies: {},
      provider: request.getProvider(),
      providers: {},
      package: packageRequest(type, asked, this.packages),
      options: { ...noOptions, importId: request.getId() },
    };
    const state = this.#stateOfRead(goal);
    const { urn } = await this.context.registry.read(goal, state);
    return new ReadResourceResponse().setUrn(urn).setProperties(structOf(state));
  }

  /** What is known of a resource that exists: for any but a stack, only what the program says of it. */
  #stateOfRead({ type, inputs, options }: Goal): ValueMap {
    if (options.importId.includes(UNKNOWN_SENTINEL)) return {};
    if (type !== "pulumi:pulumi:StackReference") return inputs;
    const name = typeof inputs["name"] === "string" ? inputs["name"] : "";
    const answer = this.context.answers.stackReference(name);
    if (answer !== undefined) return { name, ...answer };
    throw new Unsupported(
      `stack reference ${name}: no recorded outputs in ${relative(this.context.answers.file)}; ${this.context.answerRemedy}`,
    );
  }

  /** Answers a function call from the recorded answers. */
  async invoke(request: ResourceInvokeRequest): Promise<InvokeResponse> {
    const token = request.getTok();
    const { registry, answers } = this.context;
    const args = await this.runner.applyToInvoke(token, valuesOf(request.getArgs()), this.transforms);
    if (token === "pulumi:pulumi:getResource")
      return new InvokeResponse().setReturn(structOf(this.#stateOf(args)));
    const explicit = request.getProvider() === "" ? undefined : nameOf(urnOfReference(request.getProvider()));
    if (explicit === undefined) {
      const asked = {
        version: request.getVersion(),
        downloadUrl: request.getPlugindownloadurl(),
        reference: request.getPackageref(),
      };
      await registry.ensureDefaultProvider(packageRequest(token, asked, this.packages));
    }
    const result = answers.invoke(token, args, explicit);
    if (result !== undefined) return new InvokeResponse().setReturn(structOf(result));
    // Argument values may be secrets: SDKs unwrap them before an invoke.
    const names = Object.keys(args).sort().join(", ");
    throw new Unsupported(
      `function ${token}(${names})${explicit === undefined ? "" : ` of provider ${explicit}`}: no recorded answer in ${relative(answers.file)}; ${this.context.answerRemedy}`,
    );
  }

  #stateOf(args: ValueMap): ValueMap {
    const urn = typeof args["urn"] === "string" ? args["urn"] : "";
    const resource = this.context.registry.find(urn);
    if (resource === undefined) throw new Refusal(`resource ${urn} isn't registered`);
    return { urn: resource.urn, id: this.context.registry.idOf(resource), state: resource.outputs };
  }
}
