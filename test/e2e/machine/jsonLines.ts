import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";

/** What every answer has. */
export interface Answered {
  readonly id: number;
  readonly error?: string;
}

/** A program that answers questions, one JSON line each, in any order. */
export class JsonLines<Answer extends Answered> {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<
    number,
    { resolve: (answer: Answer) => void; reject: (error: Error) => void }
  >();
  #last = 0;

  constructor(
    private readonly name: string,
    program: string,
    args: readonly string[] = [],
  ) {
    this.#process = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
    let stderr = "";
    this.#process.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
    createInterface({ input: this.#process.stdout }).on("line", (line) => {
      const answer = JSON.parse(line) as Answer;
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (answer.error === undefined) waiting?.resolve(answer);
      else waiting?.reject(new Error(`${this.name}: ${answer.error}`));
    });
    this.#process.on("close", (code) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`the ${this.name} exited ${code ?? -1}: ${stderr}`));
      this.#waiting.clear();
    });
  }

  /** @throws Error with what the program says is wrong, or that it has exited */
  ask(question: object): Promise<Answer> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#process.stdin.write(`${JSON.stringify({ id, ...question })}\n`);
    });
  }

  stop(): void {
    this.#process.kill();
  }
}
