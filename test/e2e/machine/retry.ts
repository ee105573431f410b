import { delay } from "./process";
import { say } from "./progress";

/** What a download says that may go well the next time: the network's and a server's bad moments, never a wrong hash. */
const passing =
  /timed? ?out|TLS handshake|connection (?:reset|refused|closed)|unexpected EOF|temporary failure|temporarily|no such host|network is unreachable|could not resolve|\b(?:429|50[0234])\b|hash sum mismatch.*InRelease/i;

/** Does what needs downloads, up to three times where the failure is one that passes. @throws the last failure */
export async function retried<T>(work: () => Promise<T>, pauseMs = 5000): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      if (attempt === 3 || !passing.test(said)) throw error;
      say(`again, after: ${said.split("\n").at(-1) ?? ""}`);
      await delay(pauseMs * attempt);
    }
  }
}
