/** Says what is going on: one line when it starts, its time when it ends. Standard error, so results stay apart. */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = Date.now();
  say(`${what} …`);
  const result = await work();
  say(`${what}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return result;
}

export function say(text: string): void {
  process.stderr.write(`e2e: ${text}\n`);
}
