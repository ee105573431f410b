import { createServer, connect, type Server, type Socket } from "node:net";
import { must } from "../machine/process";

/** Has connections to a port of this namespace refused until the function that is returned is called. */
export async function refusePort(port: number): Promise<() => Promise<void>> {
  const rule = ["-p", "tcp", "--dport", String(port), "-j", "REJECT", "--reject-with", "tcp-reset"];
  await must("iptables", ["-I", "INPUT", ...rule]);
  return async () => {
    await must("iptables", ["-D", "INPUT", ...rule]);
  };
}

/** A proxy in front of a server that hands everything on late. */
export class SlowProxy {
  private constructor(
    private readonly server: Server,
    private readonly sockets: Set<Socket>,
    readonly port: number,
  ) {}

  static start(host: string, port: number, delayMs: number): Promise<SlowProxy> {
    const sockets = new Set<Socket>();
    const server = createServer((near) => {
      const far = connect(port, host);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from);
        from.on("data", (data) => setTimeout(() => to.write(data), delayMs));
        from.on("close", () => setTimeout(() => to.destroy(), delayMs));
        from.on("error", () => to.destroy());
      }
    });
    return new Promise((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(
          new SlowProxy(server, sockets, typeof address === "object" && address !== null ? address.port : 0),
        );
      });
    });
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}
