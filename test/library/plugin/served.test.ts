import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import path from "node:path";
import { credentials } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest } from "@pulumi/pulumi/proto/provider_pb";
import { packageSchema } from "../../../library/plugin/schema";

const LAUNCHER = path.join(__dirname, "..", "..", "..", "bin", "pulumi-resource-palisade.js");

describe("the launcher of the component package", () => {
  const dialed: Socket[] = [];
  const engine = createServer((socket) => dialed.push(socket));
  let plugin: ChildProcess;
  let client: ResourceProviderClient | undefined;

  before(async function () {
    this.timeout(60_000);
    engine.listen(0, "127.0.0.1");
    await once(engine, "listening");
    const { port: at } = engine.address() as AddressInfo;
    plugin = spawn(process.execPath, [LAUNCHER, "--tracing", "", `127.0.0.1:${at}`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    assert.ok(plugin.stdout);
    const port = await Promise.race([
      once(plugin.stdout, "data").then(([data]: unknown[]) => String(data)),
      once(plugin, "exit").then(() => "it ended"),
    ]);
    assert.match(port, /^\d+\n$/);
    client = new ResourceProviderClient(`127.0.0.1:${port.trim()}`, credentials.createInsecure());
  });

  after(() => {
    client?.close();
    engine.close();
    plugin.kill("SIGKILL");
  });

  it("prints a port, where Pulumi asks for the package's version and schema", async () => {
    const version = await new Promise<string>((resolve, reject) => {
      client?.getPluginInfo(new Empty(), (error, answer) =>
        error ? reject(error) : resolve(answer.getVersion()),
      );
    });
    const schema = await new Promise<string>((resolve, reject) => {
      client?.getSchema(new GetSchemaRequest(), (error, answer) =>
        error ? reject(error) : resolve(answer.getSchema()),
      );
    });
    assert.deepEqual(JSON.parse(schema), JSON.parse(JSON.stringify(packageSchema(version))));
  });

  it("stays when the engine hangs up on it, and ends when the engine is gone", async () => {
    for (const time of [1, 2]) {
      while (dialed.length < time) await once(engine, "connection");
      dialed.at(-1)?.destroy();
    }
    assert.equal(plugin.exitCode, null);
    engine.close();
    const [code] = (await once(plugin, "exit")) as [number | null];
    assert.equal(code, 1);
  });
});
