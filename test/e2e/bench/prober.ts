import { JsonLines, type Answered } from "../machine/jsonLines";
import { isIPv6, type Host } from "./network";

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

interface Answer extends Answered {
  readonly results?: readonly Observation[];
}

/** The one process that listens and connects in all network namespaces (test/e2e/prober). */
export class Prober {
  readonly #lines: JsonLines<Answer>;
  /** Connections tried so far. */
  sent = 0;

  constructor(program: string) {
    this.#lines = new JsonLines("prober", program);
  }

  /** Listens in a namespace, on addresses of one family; whoever connects is told `name`. */
  async serve({ namespace, address }: Host, name: string, ports: readonly Listener[]): Promise<void> {
    await this.#lines.ask({ serve: { namespace, name, ports, ipv6: isIPv6(address) } });
  }

  /** Tries all connections, many at a time; answers in the order of the questions. */
  async probe(probes: readonly Probe[], timeoutMs = 1000): Promise<readonly Observation[]> {
    this.sent += probes.length;
    const { results } = await this.#lines.ask({ probes, timeoutMs });
    if (results?.length !== probes.length && probes.length > 0)
      throw new Error("prober: an answer is missing");
    return results ?? [];
  }

  stop(): void {
    this.#lines.stop();
  }
}
