// What an SMTP server answers (RFC 5321, section 4.2): a code and lines, of which only the codes are told to anybody.

export type Reply = Readonly<{ code: number; lines: readonly string[] }>;

/** The server doesn't want what it was sent. Its own words may name people, so only codes are kept. */
export class SmtpRefused extends Error {
  readonly status: number;

  constructor(step: string, { code, lines }: Reply) {
    const enhanced = /^[245]\.\d{1,3}\.\d{1,3}(?= |$)/.exec(lines.at(-1) ?? '')?.[0];
    super(`${step}: the mail server answers ${code}${enhanced === undefined ? '' : ` ${enhanced}`}`);
    this.status = code;
  }

  /** The same would be refused again. */
  get isFinal(): boolean {
    return this.status >= 500;
  }
}

export const isWell = ({ code }: Reply): boolean => code >= 200 && code < 300;

/** Takes replies out of what arrives, line by line. */
export class ReplyReader {
  #text = '';
  #lines: string[] = [];

  /** Longer than any server's lines. */
  static readonly most = 64 * 1024;

  /** Nothing of what arrived is left. */
  get isEmpty(): boolean {
    return this.#text === '' && this.#lines.length === 0;
  }

  /** Throws at what is no SMTP. */
  read(chunk: string): readonly Reply[] {
    this.#text += chunk;
    if (this.#text.length > ReplyReader.most || this.#lines.length > 1_000)
      throw new Error('the mail server answers with too much');
    const replies: Reply[] = [];
    for (;;) {
      const end = this.#text.indexOf('\n');
      if (end < 0) return replies;
      const line = this.#text.slice(0, end).replace(/\r$/, '');
      this.#text = this.#text.slice(end + 1);
      const parts = /^(\d{3})(?:([ -])(.*))?$/.exec(line);
      if (parts === null) throw new Error('what answers is no mail server');
      this.#lines.push(parts[3] ?? '');
      if (parts[2] === '-') continue;
      replies.push({ code: Number(parts[1]), lines: this.#lines });
      this.#lines = [];
    }
  }
}
