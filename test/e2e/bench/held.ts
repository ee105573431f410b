import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { Host } from "./network";

/**
 * Connects and stays; for each line it sends a byte and says whether the other side has acknowledged it half a second later
 * (the kernel's send queue is empty then).
 */
const program = `
import socket,sys,struct,fcntl,termios,time
s=socket.create_connection((sys.argv[1],int(sys.argv[2])),3)
print("open",flush=True)
for line in sys.stdin:
  try:
    s.send(b"x");time.sleep(0.5)
    print("passes" if struct.unpack("i",fcntl.ioctl(s,termios.TIOCOUTQ,b"1234"))[0]==0 else "stuck",flush=True)
  except OSError: print("cut",flush=True)
`;

/** A TCP connection that stays open while policies change. */
export class HeldConnection {
  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly lines: Interface,
  ) {}

  /** @throws Error when it doesn't connect */
  static async open(from: Host, address: string, port: number): Promise<HeldConnection> {
    const child = spawn("ip", [
      "netns",
      "exec",
      from.namespace,
      "/usr/bin/python3",
      "-c",
      program,
      address,
      String(port),
    ]);
    const held = new HeldConnection(child, createInterface({ input: child.stdout }));
    if ((await held.#line()) !== "open")
      throw new Error(`${from.namespace} → ${address}:${port} doesn't connect`);
    return held;
  }

  /** Whether a byte that is sent now arrives. */
  async passes(): Promise<boolean> {
    this.child.stdin.write("\n");
    return (await this.#line()) === "passes";
  }

  close(): void {
    this.child.kill();
  }

  #line(): Promise<string> {
    return new Promise((resolve) => {
      this.lines.once("line", resolve);
      this.lines.once("close", () => resolve("closed"));
    });
  }
}
