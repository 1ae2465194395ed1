// Keys, tokens and passwords: by the form their makers give them, by the word before them, and by their randomness.
import { type Span, spansOf } from './span.ts';

/** Each begins where no name is going on, and has an end: what is looked through stays in proportion to the text. */
const forms: readonly RegExp[] = [
  // JSON web tokens
  /(?<![\w-])eyJ[\w-]{5,2048}\.[\w-]{5,8192}(?:\.[\w-]{0,2048}){0,3}/g,
  // Amazon, GitHub, GitLab, Google, Slack, Stripe, npm, OpenAI and Anthropic, SendGrid, Hugging Face, Twilio
  /(?<![A-Za-z\d])(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z2-7\d]{16}(?![A-Za-z\d])/g,
  /(?<![A-Za-z\d])(?:gh[pousr]_\w{20,255}|github_pat_\w{20,255}|glpat-[\w-]{20,64})/g,
  /(?<![A-Za-z\d])(?:AIza[\w-]{35}|ya29\.[\w-]{20,512}|GOCSPX-[\w-]{20,64})/g,
  /(?<![A-Za-z\d])(?:xox[abeoprs]-[\w-]{10,250}|xapp-[\w-]{10,250})/g,
  /(?<![A-Za-z\d])(?:sk|pk|rk|whsec)_(?:live_|test_)?\w{16,255}/g,
  /(?<![A-Za-z\d])(?:sk-[\w-]{20,255}|npm_\w{30,64}|SG\.[\w-]{16,64}\.[\w-]{16,64}|hf_\w{30,64})/g,
  /(?<![A-Za-z\d])(?:AC|SK)[\da-f]{32}(?![A-Za-z\d])/g,
];
/** What all of these forms have: most texts have no such word. */
const longWord = /[\w+/-]{10}/;
const pem =
  /-----BEGIN [A-Z ]{0,30}(?:PRIVATE KEY|CERTIFICATE)(?: BLOCK)?-----[^-]{0,20000}(?:-----END [A-Z ]{0,40}-----)?/g;
/** The word, what stands between, and the secret as the rest. */
const named =
  /(?<![A-Za-z\d])(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[ _-]?key|access[ _-]?key|client[ _-]?secret|credentials?)["']?(?:\s{0,3}[:=]\s{0,3}|\s{1,3}is\s{1,3})["']?(?=[^\s"'])/gi;
/** What stands between such a word and its value. */
const assigning = /[:=]|\sis\s/i;
const bearer = /(?<![A-Za-z\d])(?:bearer|basic)\s{1,3}(?=[\w+/~.=-]{12})/gi;
const inAddress = /(?<=:\/\/[^\s:@/]{0,128}:)[^\s@/]{1,256}(?=@)/g;
const random = /(?<![\w+/=-])[\w+/-]{32,512}={0,2}(?![\w+/-])/g;
const valueEnd = /["'\s,;]/g;
const longestValue = 512;

export function* findSecrets(text: string): Generator<Span> {
  if (longWord.test(text)) {
    for (const form of forms) yield* spansOf(text, form);
    yield* spansOf(text, random, looksRandom);
  }
  if (text.includes('-----BEGIN')) yield* spansOf(text, pem);
  for (const expression of assigning.test(text) ? [named, bearer] : [bearer]) {
    for (const { to } of spansOf(text, expression)) yield { from: to, to: endOfValue(text, to) };
  }
  if (text.includes('://')) yield* spansOf(text, inAddress);
}

function endOfValue(text: string, from: number): number {
  valueEnd.lastIndex = from;
  const end = valueEnd.exec(text.slice(0, from + longestValue));
  return end?.index ?? Math.min(text.length, from + longestValue);
}

/** Names and paths are long too, but have no digits among letters of both cases in every part. */
function looksRandom(match: string): boolean {
  if (/^[\da-f-]+$/i.test(match)) return false;
  if (!/\d/.test(match) || !/[a-z]/.test(match) || !/[A-Z]/.test(match)) return false;
  let changes = 0;
  for (let at = 1; at < match.length; at++) if (kindOf(match, at) !== kindOf(match, at - 1)) changes += 1;
  return changes * 3 >= match.length;
}

function kindOf(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 0x30 && code <= 0x39) return 1;
  if (code >= 0x61 && code <= 0x7a) return 2;
  return code >= 0x41 && code <= 0x5a ? 3 : 4;
}
