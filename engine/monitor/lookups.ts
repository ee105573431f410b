import path from "node:path";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb";
import {
  type ReadResourceRequest,
  ReadResourceResponse,
  type ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import type { Answers } from "../answers";
import { isMap, UNKNOWN_SENTINEL } from "../../data";
import type { Value, ValueMap } from "../values";
import { structOf, valuesOf } from "../structs";
import { InvokeResponse } from "../sdk";
import { messageOf } from "../../problems";
import { computed } from "../functions";
import { NO_ANSWER } from "../program";
import { packageRequest, type PackageReferences } from "./goal";
import { stateOfReadObject } from "./kubernetesRead";
import type { LeftOut } from "./leftOut";
import { urnOfReference } from "./providers";
import { refusal, type Registry } from "./registry";
import { noOptions, type Goal } from "./resources";
import type { Transforms } from "./transforms";
import { nameOf } from "./urn";

export interface LookupContext {
  readonly registry: Registry;
  readonly answers: Answers;
  /** How to get a missing answer, as a sentence without its full stop. */
  readonly answerRemedy: string;
  /** Takes down what can't be answered. */
  readonly leftOut: LeftOut;
}

const relative = (file: string): string => path.relative(process.cwd(), file);

/**
 * What a program asks about the world outside it: answered from the plan, the recorded answers and what follows from the
 * arguments, or unknown.
 */
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
    if (type !== "pulumi:pulumi:StackReference") return stateOfReadObject(type, options.importId, inputs);
    const name = typeof inputs["name"] === "string" ? inputs["name"] : "";
    const answer = this.context.answers.stackReference(name);
    if (answer !== undefined) return { name, ...answer };
    this.context.leftOut.add(
      `stack reference ${name}`,
      `no recorded outputs in ${relative(this.context.answers.file)}`,
      this.context.answerRemedy,
    );
    return { name };
  }

  /** Answers a function call from the recorded answers. */
  async invoke(request: ResourceInvokeRequest): Promise<InvokeResponse> {
    const token = request.getTok();
    const { registry, answers } = this.context;
    const args = await this.runner.applyToInvoke(token, valuesOf(request.getArgs()), this.transforms);
    if (token === "pulumi:pulumi:getResource")
      return new InvokeResponse().setReturn(structOf(this.#stateOf(args)));
    const reference = request.getProvider();
    const explicit = reference === "" ? undefined : nameOf(urnOfReference(reference));
    const asked = {
      version: request.getVersion(),
      downloadUrl: request.getPlugindownloadurl(),
      reference: request.getPackageref(),
    };
    const provider =
      reference === ""
        ? await registry.ensureDefaultProvider(packageRequest(token, asked, this.packages))
        : registry.find(urnOfReference(reference));
    const result =
      answers.invoke(token, args, explicit) ?? computedResult(token, args, provider?.inputs ?? {});
    if (result !== undefined) return new InvokeResponse().setReturn(structOf(result));
    this.context.leftOut.add(
      `function ${token}(${told(token, args)})${explicit === undefined ? "" : ` of provider ${explicit}`}`,
      `no recorded answer in ${relative(answers.file)}`,
      this.context.answerRemedy,
    );
    return new InvokeResponse().setReturn(structOf(NO_ANSWER));
  }

  #stateOf(args: ValueMap): ValueMap {
    const urn = typeof args["urn"] === "string" ? args["urn"] : "";
    const resource = this.context.registry.find(urn);
    if (resource === undefined) throw refusal(`resource ${urn} isn't registered`);
    return { urn: resource.urn, id: this.context.registry.idOf(resource), state: resource.outputs };
  }
}

/**
 * What is told of a function's arguments: their names, as SDKs unwrap secrets before an invoke; and which chart or folder is to be
 * rendered, as a program may have several.
 */
function told(token: string, args: ValueMap): string {
  if (token === "kubernetes:helm:template") return chartOf(args["jsonOpts"]);
  const { directory } = args;
  if (token === "kubernetes:kustomize:directory" && typeof directory === "string") return directory;
  return Object.keys(args).sort().join(", ");
}

function chartOf(options: Value | undefined): string {
  const fields: unknown = typeof options === "string" ? JSON.parse(options) : {};
  if (!isMap(fields)) return "";
  const named = [fields["chart"], fields["path"]].find((one) => typeof one === "string");
  return typeof named === "string" ? named : "";
}

/** What needs no provider. Throws a refusal for arguments that the provider refuses: the program's own fault. */
function computedResult(token: string, args: ValueMap, provider: ValueMap): ValueMap | undefined {
  try {
    return computed(token, args, provider);
  } catch (error) {
    throw refusal(`function ${token}: ${messageOf(error)}`);
  }
}
