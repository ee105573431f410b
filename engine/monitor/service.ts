import { PalisadeInputError, messageOf } from "../../problems";
import path from "node:path";
import fs from "node:fs";
import type { IResourceMonitorServer } from "@pulumi/pulumi/proto/resource_grpc_pb";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb";
import {
  RegisterPackageResponse,
  type RegisterResourceRequest,
  RegisterResourceResponse,
  SupportsFeatureResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { CallResponse } from "@pulumi/pulumi/proto/provider_pb";
import { NO_ANSWER } from "../program";
import { Empty, type handleUnaryCall, status } from "../sdk";
import { assetPaths } from "../values";
import { structOf, valuesOf } from "../structs";
import { goalOf } from "./goal";
import { USE_PULUMI } from "./leftOut";
import { Lookups, type LookupContext } from "./lookups";
import { refusal } from "./registry";
import type { Goal, PackageRequest } from "./resources";
import { Transforms } from "./transforms";

/** What an engine of today can do that SDKs ask about before they rely on it. */
const features: ReadonlySet<string> = new Set([
  "secrets",
  "resourceReferences",
  "outputValues",
  "aliasSpecs",
  "deletedWith",
  "replaceWith",
  "transforms",
  "invokeTransforms",
  "parameterization",
  "resourceHooks",
  "errorHooks",
]);

/** What a monitor works with. */
export interface MonitorContext extends LookupContext {
  /** The program's folder: where relative asset paths start. */
  readonly folder: string;
}

/**
 * The resource monitor that a program talks to. What needs a provider's code or a recorded answer is left out by name, and
 * its outputs are unknown. What an engine wouldn't take is refused, and remembered: a program that swallows the error
 * doesn't get a verdict either.
 */
export class Monitor {
  readonly refused: PalisadeInputError[] = [];
  /** Resolves once the program has said that it is done: it registers nothing more. */
  readonly finished: Promise<void>;
  #finish: () => void = () => undefined;
  readonly #transforms = new Transforms();
  readonly #packages = new Map<string, PackageRequest>();
  readonly #stackTransforms: Callback[] = [];
  readonly #resourceTransforms = new Map<string, readonly Callback[]>();

  readonly #lookups: Lookups;

  constructor(private readonly context: MonitorContext) {
    this.finished = new Promise((resolve) => (this.#finish = resolve));
    this.#lookups = new Lookups(context, this.#packages, this.#transforms);
  }

  close(): void {
    this.#transforms.close();
  }

  /** The handlers of the gRPC service. */
  service(): Partial<IResourceMonitorServer> {
    const done = new Empty();
    return {
      supportsFeature: this.#handle((request) =>
        new SupportsFeatureResponse().setHassupport(features.has(request.getId())),
      ),
      registerResource: this.#handle((request) => this.#registerResource(request)),
      registerResourceOutputs: this.#handle((request) => {
        this.context.registry.registerOutputs(request.getUrn(), valuesOf(request.getOutputs()));
        return done;
      }),
      readResource: this.#handle((request) => this.#lookups.read(request)),
      invoke: this.#handle((request) => this.#lookups.invoke(request)),
      call: this.#handle((request) => {
        this.context.leftOut.add(
          `method ${request.getTok()}`,
          "runs in a provider's plugin (Call), which isn't run here",
          USE_PULUMI,
        );
        return new CallResponse().setReturn(structOf(NO_ANSWER));
      }),
      registerStackTransform: this.#handle((request) => {
        this.#stackTransforms.push(request);
        return done;
      }),
      registerStackInvokeTransform: this.#handle((request) => {
        this.#lookups.transforms.push(request);
        return done;
      }),
      registerResourceHook: this.#handle((request) => {
        if (request.getOnDryRun()) {
          this.context.leftOut.add(
            `resource hook ${request.getName()}`,
            "runs on preview (onDryRun), which isn't done here",
            USE_PULUMI,
          );
        }
        return done;
      }),
      registerErrorHook: this.#handle(() => done),
      registerPackage: this.#handle((request) => {
        const parameter = request.getParameterization();
        const plugin = { name: request.getName(), version: request.getVersion() };
        const reference = `package-${this.#packages.size + 1}`;
        this.#packages.set(reference, {
          name: parameter?.getName() ?? plugin.name,
          version: parameter?.getVersion() ?? plugin.version,
          downloadUrl: request.getDownloadUrl(),
          plugin,
        });
        return new RegisterPackageResponse().setRef(reference);
      }),
      signalAndWaitForShutdown: this.#handle(() => {
        this.#finish();
        return done;
      }),
    };
  }

  async #registerResource(request: RegisterResourceRequest): Promise<RegisterResourceResponse> {
    const { registry } = this.context;
    const asked = goalOf(request, this.#packages);
    if (request.getRemote()) {
      this.context.leftOut.add(
        `${asked.type} ${asked.name}`,
        "is a component of a provider's plugin (Construct), which isn't run here: what it makes isn't judged",
        USE_PULUMI,
      );
    }
    const goal = await this.#transformed(
      asked.custom ? { ...asked, provider: registry.resolveProvider(asked) } : asked,
      request.getTransformsList(),
    );
    this.#checkAssets(goal);
    const resource = await registry.register(goal);
    this.#resourceTransforms.set(resource.urn, request.getTransformsList());
    const outputs = resource.custom ? resource.outputs : {};
    return new RegisterResourceResponse()
      .setUrn(resource.urn)
      .setId(registry.idOf(resource))
      .setObject(structOf(outputs));
  }

  /** Applies the resource's own transforms, those of its parents from the nearest up, then the stack's. */
  async #transformed(goal: Goal, own: readonly Callback[]): Promise<Goal> {
    const inherited: Callback[] = [];
    for (let urn = goal.parent; urn !== ""; urn = this.context.registry.find(urn)?.parent ?? "") {
      inherited.push(...(this.#resourceTransforms.get(urn) ?? []));
    }
    inherited.push(...this.#stackTransforms);
    return own.length + inherited.length === 0 ? goal : await this.#transforms.apply(goal, own, inherited);
  }

  #checkAssets(goal: Goal): void {
    for (const asset of assetPaths(goal.inputs)) {
      const file = path.resolve(this.context.folder, asset);
      if (!fs.existsSync(file))
        throw refusal(`resource ${goal.name} [${goal.type}]: asset ${file} doesn't exist`);
    }
  }

  /** A gRPC handler of a plain function: what it throws is refused and remembered. */
  #handle<Request, Response>(
    answer: (request: Request) => Response | Promise<Response>,
  ): handleUnaryCall<Request, Response> {
    const run = async (request: Request): Promise<Response> => await answer(request);
    return ({ request }, callback) => {
      run(request).then(
        (response) => callback(null, response),
        (error: unknown) => {
          const told = error instanceof PalisadeInputError ? error : refusal(messageOf(error));
          this.refused.push(told);
          callback({ code: status.UNKNOWN, details: told.message });
        },
      );
    };
  }
}
