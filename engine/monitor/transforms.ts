import { credentials } from "../sdk";
import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb";
import { type Callback, CallbackInvokeRequest } from "@pulumi/pulumi/proto/callback_pb";
import { Alias as AliasMessage } from "@pulumi/pulumi/proto/alias_pb";
import {
  RegisterResourceRequest,
  TransformInvokeOptions,
  TransformInvokeRequest,
  TransformInvokeResponse,
  TransformRequest,
  TransformResourceOptions,
  TransformResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { dependenciesOf, withDependencies, type ValueMap } from "../values";
import { structOf, valuesOf } from "../structs";
import { withTransformedOptions } from "./goal";
import type { Goal, ResourceOptions } from "./resources";
import type { Alias } from "./urn";

/** Runs a program's transforms, which live in the program and are called back there. */
export class Transforms {
  readonly #clients = new Map<string, CallbacksClient>();

  /** The goal that the transforms make of it, one after the other. Rejects with the transform's own error. */
  async apply(goal: Goal, own: readonly Callback[], inherited: readonly Callback[]): Promise<Goal> {
    // The program sees dependencies in the values themselves, and gives them back that way.
    let current = own.length === 0 ? goal : { ...goal, inputs: upgraded(goal) };
    for (const transform of [...own, ...inherited]) {
      const request = new TransformRequest();
      request.setType(current.type);
      request.setName(current.name);
      request.setCustom(current.custom);
      request.setParent(current.parent);
      request.setProperties(structOf(current.inputs));
      request.setOptions(optionsMessage(current));
      const response = TransformResponse.deserializeBinary(
        await this.#call(transform, request.serializeBinary()),
      );
      const properties = response.getProperties();
      const options = response.getOptions();
      if (properties !== undefined) current = { ...current, inputs: valuesOf(properties) };
      if (options !== undefined) current = withTransformedOptions(current, options);
    }
    return own.length === 0 ? current : withValueDependencies(current);
  }

  /** The arguments that invoke transforms make of an invoke's. */
  async applyToInvoke(token: string, args: ValueMap, transforms: readonly Callback[]): Promise<ValueMap> {
    let current = args;
    for (const transform of transforms) {
      const request = new TransformInvokeRequest();
      request.setToken(token);
      request.setArgs(structOf(current));
      request.setOptions(new TransformInvokeOptions());
      const response = TransformInvokeResponse.deserializeBinary(
        await this.#call(transform, request.serializeBinary()),
      );
      const changed = response.getArgs();
      if (changed !== undefined) current = valuesOf(changed);
    }
    return current;
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  #call(callback: Callback, request: Uint8Array): Promise<Uint8Array> {
    const target = callback.getTarget();
    const client = this.#clients.get(target) ?? new CallbacksClient(target, credentials.createInsecure());
    this.#clients.set(target, client);
    const message = new CallbackInvokeRequest();
    message.setToken(callback.getToken());
    message.setRequest(request);
    return new Promise((resolve, reject) => {
      client.invoke(message, (error, response) => {
        if (error === null) resolve(response.getResponse_asU8());
        else reject(new Error(error.details));
      });
    });
  }
}

function upgraded({ inputs, propertyDependencies }: Goal): ValueMap {
  const entries = Object.entries(inputs).map(([key, value]) => [
    key,
    withDependencies(value, propertyDependencies[key] ?? []),
  ]);
  return Object.fromEntries(entries) as ValueMap;
}

/** What the values depend on, where transforms may have changed it. */
function withValueDependencies(goal: Goal): Goal {
  const entries = Object.entries(goal.inputs).map(([key, value]) => [key, dependenciesOf(value)] as const);
  const urns = entries.flatMap(([, found]) => found);
  return {
    ...goal,
    dependencies: [...new Set([...goal.dependencies, ...urns])],
    propertyDependencies: Object.fromEntries(entries),
  };
}

function optionsMessage({
  dependencies,
  provider,
  providers,
  package: asked,
  options,
}: Goal): TransformResourceOptions {
  const message = new TransformResourceOptions();
  message.setDependsOnList([...dependencies]);
  message.setProvider(provider);
  for (const [name, reference] of Object.entries(providers)) message.getProvidersMap().set(name, reference);
  if (asked.plugin === undefined) {
    message.setVersion(asked.version);
    message.setPluginDownloadUrl(asked.downloadUrl);
  }
  setOptions(message, options);
  return message;
}

function setOptions(message: TransformResourceOptions, options: ResourceOptions): void {
  if (options.protect !== undefined) message.setProtect(options.protect);
  if (options.retainOnDelete !== undefined) message.setRetainOnDelete(options.retainOnDelete);
  if (options.deleteBeforeReplace !== undefined) message.setDeleteBeforeReplace(options.deleteBeforeReplace);
  message.setDeletedWith(options.deletedWith);
  message.setReplaceWithList([...options.replaceWith]);
  message.setIgnoreChangesList([...options.ignoreChanges]);
  message.setReplaceOnChangesList([...options.replaceOnChanges]);
  message.setAdditionalSecretOutputsList([...options.additionalSecretOutputs]);
  message.setAliasesList(options.aliases.map(aliasMessage));
  message.setImport(options.importId);
  const timeouts = new RegisterResourceRequest.CustomTimeouts();
  timeouts.setCreate(options.customTimeouts.create);
  timeouts.setUpdate(options.customTimeouts.update);
  timeouts.setDelete(options.customTimeouts.delete);
  message.setCustomTimeouts(timeouts);
}

function aliasMessage(alias: Alias): AliasMessage {
  const message = new AliasMessage();
  if (alias.kind === "urn") return message.setUrn(alias.urn);
  const spec = new AliasMessage.Spec();
  spec.setName(alias.name).setType(alias.type).setStack(alias.stack).setProject(alias.project);
  if (alias.noParent) spec.setNoparent(true);
  else spec.setParenturn(alias.parent);
  return message.setSpec(spec);
}
