import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";

/** A protocol and port that a server listens on. */
export interface Listener {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
}

/** One connection to try, from inside a network namespace. */
export interface Probe extends Listener {
  readonly namespace: string;
  readonly address: string;
}

/**
 * What came of it. `refused`, `silent` and `unreachable` mean blocked only where a control showed that the port answers
 * when nothing blocks it; `failed` says nothing at all about the connection.
 */
export type Observation =
  | { readonly verdict: "connected"; readonly detail: string }
  | { readonly verdict: "refused" | "silent" | "unreachable"; readonly detail?: string }
  | { readonly verdict: "failed"; readonly detail: string };

interface Answer {
  readonly id: number;
  readonly error?: string;
  readonly results?: readonly Observation[];
}

/** The one process that listens and connects in all network namespaces (test/e2e/prober). */
export class Prober {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<
    number,
    { resolve: (answer: Answer) => void; reject: (error: Error) => void }
  >();
  #last = 0;
  /** Connections tried so far. */
  sent = 0;

  constructor(program: string) {
    this.#process = spawn(program, [], { stdio: ["pipe", "pipe", "pipe"] });
    let stderr = "";
    this.#process.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
    createInterface({ input: this.#process.stdout }).on("line", (line) => {
      const answer = JSON.parse(line) as Answer;
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (answer.error === undefined) waiting?.resolve(answer);
      else waiting?.reject(new Error(`prober: ${answer.error}`));
    });
    this.#process.on("close", (code) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`the prober exited ${code ?? -1}: ${stderr}`));
      this.#waiting.clear();
    });
  }

  /** Listens in a namespace; whoever connects is told `name`. */
  async serve(namespace: string, name: string, ports: readonly Listener[]): Promise<void> {
    await this.#ask({ serve: { namespace, name, ports } });
  }

  /** Tries all connections, many at a time; answers in the order of the questions. */
  async probe(probes: readonly Probe[], timeoutMs = 1000): Promise<readonly Observation[]> {
    this.sent += probes.length;
    const { results } = await this.#ask({ probes, timeoutMs });
    if (results?.length !== probes.length && probes.length > 0)
      throw new Error("prober: an answer is missing");
    return results ?? [];
  }

  stop(): void {
    this.#process.kill();
  }

  #ask(question: object): Promise<Answer> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#process.stdin.write(`${JSON.stringify({ id, ...question })}\n`);
    });
  }
}
