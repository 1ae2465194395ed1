// Equal values of a snapshot are one value: a database has a few thousand different names and hundreds of thousands of uses.

/** The empty list of everything. */
export const none: readonly never[] = Object.freeze([]);

export class SharedTexts {
  readonly #texts = new Map<string, string>();

  share(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }
}
