// Other constants in the place of those that a shape leaves out: of the same form, or of any.
import type { ConstantType, FreeConstant } from '../../../gateway/sql/index.ts';
import type { Random } from '../../support/random.ts';

const numbers: Readonly<Record<Exclude<ConstantType, 'text'>, readonly string[]>> = {
  int4: ['0', '1', '2', '3', '17', '2147483647', '-1', '- 2', '-2147483648'],
  int8: ['3000000000', '2147483648', '9223372036854775807', '-3000000000', '-9223372036854775808'],
  numeric: ['0.5', '.25', '3.', '1e3', '1.5E-2', '9223372036854775808', '-0.75'],
};

/** Texts of one form are read by the same types. */
const forms: readonly (readonly [form: RegExp, texts: readonly string[]])[] = [
  [/^\d{4}-\d\d-\d\d/, ['2001-02-03', '1999-12-31', '2020-02-29 12:00:00']],
  [/^\d\d:\d\d/, ['00:00', '23:59:59']],
  [/^-?\d+ \w+/, ['1 day', '3 months', '2 hours 5 minutes', '-7 days']],
  [/^-?\d+$/, ['0', '7', '42']],
  [/^\d+\.\d+\.\d/, ['127.0.0.1', '10.0.0.0']],
  [/^\[/, ['[]', '[{"a":2}]', '[1, 2]']],
  [/^\{\s*(\}|")/, ['{}', '{"b": 2}', '{"a": {"c": null}}']],
  [/^\{\d/, ['{}', '{3}', '{4,5,6}']],
  [/^\{/, ['{}', '{x}', '{y,z}']],
  [/^\\x/, ['\\x', '\\x0102']],
  [/^</, ['<b/>', '<c>1</c>']],
  [/^(UTC|GMT|\w+\/\w+)$/, ['UTC', 'Europe/Berlin', 'GMT']],
  [/^hex|base64|escape$/, ['hex', 'base64', 'escape']],
  [/^(day|month|year|week|hour)$/, ['day', 'month', 'year']],
  [/^(calm|cross)$/, ['calm', 'cross']],
  [/^.$/s, ['b', '#']],
];
const words: readonly string[] = [
  '',
  'b',
  "it's",
  '--',
  '/*',
  'customer',
  'ünï 😀',
  'null',
  'x%',
  '$1',
  '"x"',
  '{int4}',
];
const all = [...forms.flatMap(([, texts]) => texts), ...words];

/** Every free constant of the text is replaced. */
export function replaceConstants(
  text: string,
  constants: readonly FreeConstant[],
  random: Random,
  how: 'same form' | 'any form',
): string {
  let replaced = '';
  let from = 0;
  for (const { start, end, type } of constants) {
    replaced += text.slice(from, start);
    const former = text.slice(start, end);
    if (type !== 'text')
      replaced += otherNumber(numbers[type], text.charAt(start - 1), text.charAt(end), random);
    else replaced += quote(random.pick(how === 'any form' ? all : textsLike(former)), random);
    from = end;
  }
  return replaced + text.slice(from);
}

/** A minus sign would become part of what stands before it, or be taken of what a cast makes of the number. */
function otherNumber(choices: readonly string[], before: string, after: string, random: Random): string {
  const mayBeNegative = /[\s(,]/.test(before) && after !== ':';
  return random.pick(choices.filter((choice) => mayBeNegative || !choice.startsWith('-')));
}

function textsLike(constant: string): readonly string[] {
  const content = constant.replace(/^(?:[eE]?'|\$\w*\$)/, '').replace(/(?:'|\$\w*\$)$/, '');
  return forms.find(([form]) => form.test(content))?.[1] ?? words;
}

function quote(content: string, random: Random): string {
  const quoted = `'${content.replaceAll("'", "''")}'`;
  return content.includes('\\') || random.chance(0.7) ? quoted : `E${quoted}`;
}
