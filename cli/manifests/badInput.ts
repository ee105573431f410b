/** Input that gives no answer: each line says what is wrong where. */
export class BadInput extends Error {
  override readonly name = "BadInput";
  constructor(readonly lines: readonly string[]) {
    super(lines.join("\n"));
  }
}
