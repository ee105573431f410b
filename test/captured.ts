/** What a command run in this process wrote, and its exit code. */
export async function captured(
  run: () => Promise<number>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: "", stderr: "" };
  const originals = {
    stdout: process.stdout.write.bind(process.stdout),
    stderr: process.stderr.write.bind(process.stderr),
  };
  for (const stream of ["stdout", "stderr"] as const) {
    process[stream].write = (part: unknown) => ((written[stream] += String(part)), true);
  }
  try {
    const code = await run();
    return { code, ...written };
  } finally {
    process.stdout.write = originals.stdout;
    process.stderr.write = originals.stderr;
  }
}
