import { atSubject, type Problem, problemText } from "../../problems";

/** What a program asks for and isn't run here, each once, in the order of asking. The rest is judged without it. */
export class LeftOut {
  readonly #parts = new Map<string, Problem>();

  /** @param message why it isn't run, and what is unknown without it. @param remedy how to have it judged. */
  add(subject: string, message: string, remedy: string): void {
    const part = { place: atSubject(subject), message, remedy };
    this.#parts.set(problemText(part), part);
  }

  get parts(): readonly Problem[] {
    return [...this.#parts.values()];
  }
}

/** The remedy for what a provider's plugin does. */
export const USE_PULUMI = "Judge it with pulumi preview --policy-pack, which runs it";
