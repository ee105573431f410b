/** Things worth saying that don't make the answer wrong, counted by kind, with the first few subjects of each. */
export class Warnings {
  private readonly kinds = new Map<string, { readonly subjects: Set<string>; more: number }>();

  /** @param kind what happened, as a clause without subject; @param subject whom it happened to, counted once. */
  add(kind: string, subject: string): void {
    this.of(kind).subjects.add(subject);
  }

  /** The same for subjects that several may share, of which each counts. */
  addEach(kind: string, subject: string): void {
    const known = this.of(kind);
    if (known.subjects.has(subject)) known.more++;
    else known.subjects.add(subject);
  }

  private of(kind: string) {
    let known = this.kinds.get(kind);
    if (known === undefined) this.kinds.set(kind, (known = { subjects: new Set(), more: 0 }));
    return known;
  }

  /** One line a kind: `policies … (3: a, b, c)`, in the order of first occurrence; the first few subjects, or `all`. */
  texts(all = false): string[] {
    return [...this.kinds].map(([kind, { subjects, more }]) => {
      const some = [...subjects].slice(0, all ? undefined : 3).join(", ");
      const rest = subjects.size > 3 && !all ? ", …" : "";
      return `${kind} (${subjects.size + more}: ${some}${rest})`;
    });
  }
}
