import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";

/** What an exec is about. */
export interface AskedExec {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string | undefined;
  readonly command: readonly string[];
}

/** What it does: output and how it ends; `refuse` is the API server's answer before anything runs. */
export type ExecAnswer =
  | { readonly stdout?: string; readonly stderr?: string; readonly failure?: string }
  | { readonly refuse: { readonly status: number; readonly message: string } };

/** An answer to a request: status and JSON, or what something else than an API server says. */
export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly page?: string;
}

/** A Kubernetes API server as far as tests need one: real HTTP and real WebSockets, answers from functions. */
export class FakeApiServer {
  readonly requests: string[] = [];
  readonly bodies: unknown[] = [];
  readonly headers: IncomingMessage["headers"][] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(
    private readonly answer: (method: string, path: string, body: unknown) => Answer | undefined,
    private readonly exec: (asked: AskedExec) => ExecAnswer = () => ({}),
  ) {
    this.#server = createServer((request, response) => void this.#respond(request, response));
    this.#server.on("connection", (socket) => this.#sockets.add(socket));
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: (all) => [...all][0] ?? false });
    this.#server.on("upgrade", (request, socket, head) => {
      const url = new URL(request.url ?? "", "http://server");
      const [, namespace = "", pod = ""] =
        /namespaces\/([^/]+)\/pods\/([^/]+)\/exec/.exec(url.pathname) ?? [];
      const asked = {
        ...{ namespace, pod },
        container: url.searchParams.get("container") ?? undefined,
        command: url.searchParams.getAll("command"),
      };
      const said = this.exec(asked);
      if ("refuse" in said) {
        const body = JSON.stringify({ kind: "Status", message: said.refuse.message });
        socket.end(
          `HTTP/1.1 ${said.refuse.status} Refused\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
        return;
      }
      sockets.handleUpgrade(request, socket, head, (open) => play(open, said));
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    // A WebSocket's socket isn't the server's any more.
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const part of request) text += String(part);
    const body = text === "" ? undefined : (JSON.parse(text) as unknown);
    this.requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
    this.bodies.push(body);
    this.headers.push(request.headers);
    const found = this.answer(request.method ?? "", request.url ?? "", body) ?? {
      status: 404,
      body: { kind: "Status", message: "not found" },
    };
    response.writeHead(found.status ?? 200, { "Content-Type": "application/json" });
    response.end(found.page ?? JSON.stringify(found.body));
  }
}

function play(socket: WebSocket, said: { stdout?: string; stderr?: string; failure?: string }): void {
  const send = (channel: number, text: string) =>
    socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
  // In two messages: nothing says that a line comes whole.
  const { stdout = "", stderr = "", failure } = said;
  send(1, stdout.slice(0, stdout.length / 2));
  send(1, stdout.slice(stdout.length / 2));
  if (stderr !== "") send(2, stderr);
  send(
    3,
    JSON.stringify(failure === undefined ? { status: "Success" } : { status: "Failure", message: failure }),
  );
  socket.close();
}

/** A kubeconfig that leads to a server. */
export const kubeconfigFor = (server: string, user: object = { token: "secret" }): string =>
  JSON.stringify({
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "k3d-jewelry-dev", context: { cluster: "c", user: "u" } }],
    "current-context": "k3d-jewelry-dev",
  });
