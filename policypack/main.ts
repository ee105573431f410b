// Tests: test/policypack/packaging.test.ts, test/policypack/fuzz/served.test.ts
import { Pack } from "./pack";
import { version } from "./package.json";
import { serve } from "./server";

// Begins to serve at once: only the engine loads this file. It reads the port from the first line of the output.
serve(new Pack(), version)
  .then((port) => process.stdout.write(`${port}\n`))
  .catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  });
