// Tests: test/library/plugin/served.test.ts
import { connect } from "node:net";

/** How long after a connection ended the next is made. */
const PAUSE_MS = 1000;

/**
 * Ends this process once the engine that started it has gone: one that is killed can't end its plugins, and Pulumi's SDK for Node.js, other than
 * the one for Go, doesn't look. An engine that has never answered ends nothing.
 * @param address the engine's, `HOST:PORT`, as Pulumi gives it to plugins
 */
export function endWithEngine(address: string, hasAnswered = false): void {
  const [host = "", port = ""] = address.split(/:(?=\d+$)/);
  let answered = hasAnswered;
  const socket = connect({ host, port: Number(port) });
  socket.unref();
  socket.on("connect", () => (answered = true));
  socket.on("error", (error: NodeJS.ErrnoException) => {
    if (answered && error.code === "ECONNREFUSED") process.exit(1);
  });
  // The engine hangs up on who says nothing for two minutes: that alone is no sign.
  socket.on("close", () => {
    if (answered) setTimeout(() => endWithEngine(address, true), PAUSE_MS).unref();
  });
}
