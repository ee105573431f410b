import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { accessSync, constants, mkdtempSync, symlinkSync, writeFileSync, chmodSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { batchCommand, readBatch, type Batch, type ProbeTarget } from "../../verify/script";

/** Where this machine has a command. */
function found(name: string): string | undefined {
  if (name === "node") return process.execPath;
  // Version managers' shims look for themselves on PATH.
  const folders = [
    ...(process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("shims")),
    "/usr/bin",
    "/bin",
  ];
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

const basics = ["sh", "cut", "tr", "head", "wc", "printf", "timeout", "sleep"];

/** A folder that has these commands and no others. */
function toolbox(...tools: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "palisade-tools-"));
  for (const name of [...basics, ...tools]) {
    const path = found(name);
    if (path !== undefined) symlinkSync(path, join(folder, name));
  }
  return folder;
}

function runBatch(folder: string, targets: readonly ProbeTarget[]): Promise<Batch> {
  const [, ...args] = batchCommand("sh", targets);
  return new Promise((resolve) => {
    const child = spawn("/bin/sh", args, { env: { PATH: folder }, stdio: ["ignore", "pipe", "ignore"] });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.once("close", () => resolve(readBatch("sh", stdout)));
  });
}

describe("verify: the script that probes", function () {
  this.timeout(30_000);
  let targets: readonly ProbeTarget[];
  const server = createServer((socket) => socket.on("error", () => undefined).end("hello\n"));
  const datagrams = createSocket("udp4");

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    await new Promise<void>((resolve) => datagrams.bind(0, "127.0.0.1", resolve));
    datagrams.on("message", (_, { port, address }) => datagrams.send("any answer", port, address));
    const tcp = (server.address() as AddressInfo).port;
    targets = [
      { id: 0, protocol: "TCP", host: "127.0.0.1", port: tcp },
      { id: 1, protocol: "TCP", host: "127.0.0.1", port: 1 },
      { id: 2, protocol: "TCP", host: "no-such-host.invalid", port: 80 },
      { id: 3, protocol: "UDP", host: "127.0.0.1", port: datagrams.address().port },
    ];
  });

  after(() => {
    server.close();
    datagrams.close();
  });

  const sendsUdp = new Set(["python3", "node", "nc", "bash"]);
  for (const tool of ["python3", "node", "bash", "nc", "curl", "wget"]) {
    it(`${tool}: tells a connection from a refusal, and a name that doesn't resolve from both`, async function () {
      if (found(tool) === undefined) this.skip();
      const folder = toolbox(tool);
      const batch = await runBatch(folder, targets);
      assert.equal(batch.tool, tool);
      const outcomes = targets.map(({ id }) => batch.attempts.get(id)?.outcome);
      assert.deepEqual(outcomes, [
        "connected",
        "refused",
        "failed",
        sendsUdp.has(tool) ? "connected" : "failed",
      ]);
    });
  }

  it("a tool that says nothing the kernel said is never a refusal", async () => {
    const folder = toolbox();
    writeFileSync(join(folder, "nc"), "#!/bin/sh\necho 'forward host lookup failed' >&2; exit 1\n");
    chmodSync(join(folder, "nc"), 0o755);
    const batch = await runBatch(folder, targets.slice(0, 1));
    assert.equal(batch.attempts.get(0)?.outcome, "failed");
    assert.match(batch.attempts.get(0)?.detail ?? "", /exit 1: forward host lookup failed/);
  });

  it("a busybox without -z is asked again without it", async () => {
    const folder = toolbox();
    const script =
      '#!/bin/sh\nfor each; do [ "$each" = -z ] && { echo "nc: invalid option -- z" >&2; exit 1; }; done\necho "Connection refused" >&2; exit 1\n';
    writeFileSync(join(folder, "nc"), script);
    chmodSync(join(folder, "nc"), 0o755);
    assert.equal((await runBatch(folder, targets.slice(0, 1))).attempts.get(0)?.outcome, "refused");
  });

  it("a shell with nothing to connect with says so", async () => {
    const batch = await runBatch(toolbox(), targets);
    assert.equal(batch.tool, "none");
    assert.deepEqual(
      new Set([...batch.attempts.values()].map(({ outcome }) => outcome)),
      new Set(["failed"]),
    );
  });

  it("reads only its own lines, whatever else a shell prints", () => {
    const { tool, attempts } = readBatch(
      "sh",
      "Welcome!\npalisade tool nc\npalisade 0 connected \nrefused\npalisade 1 nonsense\npalisade x refused\n",
    );
    assert.equal(tool, "nc");
    assert.deepEqual([...attempts], [[0, { outcome: "connected", detail: "" }]]);
  });
});
