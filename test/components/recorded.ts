import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { setMockOptions } from "@pulumi/pulumi/runtime/settings";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";

/** One resource as a program registered it, with the options that decide its life. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly inputs: Record<string, unknown>;
  readonly dependsOn: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly provider: string;
  /** Old URNs, those that come from the parent's aliases included. */
  readonly aliases: readonly string[];
  /** A component's registered outputs. */
  readonly outputs?: unknown;
}

/** "shop" of "urn:pulumi:stack::project::type$type::shop"; the stack itself is "". */
const nameOf = (urn: string): string => (urn === "" ? "" : urn.split("::").slice(3).join("::"));
const typeAndName = (urn: string): string => `${urn.split("::")[2]?.split("$").at(-1) ?? ""} ${nameOf(urn)}`;

type Callback = (error: unknown, response: unknown) => void;

/** Pulumi's own mock monitor, which also keeps what mocks are not told: options, parents, outputs. */
class RecordingMonitor extends MockMonitor {
  readonly recorded: Recorded[] = [];

  override async registerResource(request: RegisterResourceRequest, callback: Callback): Promise<void> {
    this.recorded.push({
      type: request.getType(),
      name: request.getName(),
      parent: nameOf(request.getParent()),
      inputs: request.getObject()?.toJavaScript() ?? {},
      dependsOn: request.getDependenciesList().map(typeAndName).sort(),
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      provider: nameOf(request.getProvider().replace(/::[^:]*$/, "")),
      aliases: [...request.getAliasurnsList()].sort(),
    });
    return super.registerResource(request, callback);
  }

  override registerResourceOutputs(
    request: { getUrn(): string; getOutputs(): { toJavaScript(): unknown } | undefined },
    callback: Callback,
  ): void {
    const urn = request.getUrn();
    const index = this.recorded.findIndex(({ type, name }) => `${type} ${name}` === typeAndName(urn));
    const known = this.recorded[index];
    if (known !== undefined) {
      this.recorded[index] = { ...known, outputs: request.getOutputs()?.toJavaScript() };
    }
    super.registerResourceOutputs(request, callback);
  }
}

/** What a resource's outputs are beside its inputs, by its type and name. */
export type Outputs = (type: string, name: string) => Readonly<Record<string, unknown>>;

/** Runs a program against a mock monitor; everything that it registered but the stack itself, by type and name. */
export async function record(
  program: () => unknown,
  outputs: Outputs = () => ({}),
  call: (token: string) => Record<string, unknown> = (token) => {
    throw new Error(`unexpected call of ${token}`);
  },
): Promise<readonly Recorded[]> {
  const monitor = new RecordingMonitor({
    newResource: ({ type, name, inputs }) => ({
      id: `${name}-id`,
      state: { ...(inputs as Record<string, unknown>), ...outputs(type, name) },
    }),
    call: ({ token }) => call(token),
  });
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
  // setMocks makes a monitor of its own; the runtime keeps whichever was set last.
  setMockOptions(monitor);
  // The SDK takes a stack trace for every promise, and mapping each to TypeScript takes most of a test's time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    await program();
    await pulumi.runtime.disconnect();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return monitor.recorded
    .filter(({ type }) => type !== "pulumi:pulumi:Stack")
    .sort((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1));
}
