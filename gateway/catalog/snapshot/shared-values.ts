// Equal values of a snapshot are one value: a database has a few thousand different names and hundreds of thousands of uses.

/** Fields that are filled while a snapshot is loaded, and read only afterwards. */
export type Draft<Type> = { -readonly [Field in keyof Type]: Type[Field] };

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

/** Lists by key, which are empty and shared until something is added. */
export class Lists<Value> {
  readonly #lists = new Map<number, Value[]>();

  add(key: number, value: Value): void {
    const list = this.#lists.get(key);
    if (list === undefined) this.#lists.set(key, [value]);
    else list.push(value);
  }

  of(key: number): readonly Value[] {
    return this.#lists.get(key) ?? none;
  }
}
