/** Things worth saying that don't make the answer wrong, counted by kind, with the first few subjects of each. */
export class Warnings {
  private readonly kinds = new Map<string, Set<string>>();

  /** @param kind what happened, as a clause without subject; @param subject whom it happened to. */
  add(kind: string, subject: string): void {
    const subjects = this.kinds.get(kind);
    if (subjects === undefined) this.kinds.set(kind, new Set([subject]));
    else subjects.add(subject);
  }

  /** One line a kind: `policies … (3: a, b, c)`, in the order of first occurrence. */
  texts(): string[] {
    return [...this.kinds].map(([kind, subjects]) => {
      const some = [...subjects].slice(0, 3).join(", ");
      return `${kind} (${subjects.size}: ${some}${subjects.size > 3 ? ", …" : ""})`;
    });
  }
}
