// The built-in functions of the module say what OPA's own say: each of the list, with ordinary and with odd arguments.
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type CompiledPolicy,
  PolicyInstance,
} from '../../../../gateway/policy/engine/instance/policy-instance.ts';
import { canonical } from '../../../../gateway/policy/engine/staging/test-inputs.ts';
import { allowedBuiltIns } from '../../../../gateway/policy/index.ts';
import { ampleLimits, compilePolicy, evaluateWithOpa, toInput, toJson } from '../compile.ts';

const input = {
  text: 'Grüße an Ünal, 3 mal 🦉',
  empty: '',
  ascii: 'public.customers.ssn',
  words: ['b', 'a', 'c', 'a'],
  numbers: [3, -1, 2.5, 0],
  nested: { a: { b: [1, { c: null }] }, d: 'e' },
};

/** By the built-in's name: expressions over the input. */
const expressions: Readonly<Record<string, readonly string[]>> = {
  abs: ['abs(-2.5)', 'abs(-0)'],
  and: ['{1, 2} & {2, 3}'],
  'array.concat': ['array.concat(input.words, input.numbers)'],
  'array.flatten': ['array.flatten([1, [2, [3]], []])'],
  'array.reverse': ['array.reverse(input.words)'],
  'array.slice': ['array.slice(input.words, 1, 3)', 'array.slice(input.words, -1, 9)'],
  assign: ['[y | y := input.empty]'],
  'base64.decode': ['base64.decode(base64.encode(input.text))'],
  'base64.encode': ['base64.encode(input.text)', 'base64.encode("")'],
  'base64.is_valid': ['base64.is_valid("YQ==")', 'base64.is_valid("?")'],
  'base64url.decode': ['base64url.decode("Pz8_")'],
  'base64url.encode': ['base64url.encode("???")'],
  'bits.and': ['bits.and(6, 3)'],
  'bits.lsh': ['bits.lsh(1, 10)'],
  'bits.negate': ['bits.negate(5)'],
  'bits.or': ['bits.or(6, 3)'],
  'bits.rsh': ['bits.rsh(1024, 3)'],
  'bits.xor': ['bits.xor(6, 3)'],
  ceil: ['ceil(1.2)', 'ceil(-1.2)'],
  concat: ['concat("/", input.words)', 'concat("", [])'],
  contains: ['contains(input.text, "Ünal")', 'contains(input.ascii, "")', 'contains("", "a")'],
  count: ['count(input.text)', 'count(input.words)', 'count({})', 'count({1, 1})'],
  div: ['7 / 2', '1 / 3'],
  endswith: ['endswith(input.ascii, "ssn")', 'endswith("", "")'],
  eq: ['[1 | input.empty = ""]'],
  equal: ['input.words[1] == input.words[3]', '1 == 1.0'],
  floor: ['floor(1.8)', 'floor(-1.2)'],
  format_int: ['format_int(255, 16)', 'format_int(-5, 2)', 'format_int(7, 10)'],
  'glob.match': [
    'glob.match("public.*", ["."], "public.customers")',
    'glob.match("public.*", ["."], input.ascii)',
    'glob.match("public.**", ["."], input.ascii)',
    'glob.match("{a,b}?c", [], "abc")',
    'glob.match("[a-c]*", [], "bcd")',
    'glob.match("*", [], "")',
  ],
  'graph.reachable': ['graph.reachable({"a": ["b"], "b": ["a", "c"], "c": []}, ["a"])'],
  gt: ['"b" > "a"', '2 > 10', '[1] > [0, 5]'],
  gte: ['1 >= 1.0'],
  indexof: ['indexof(input.text, "Ü")', 'indexof(input.ascii, "zz")', 'indexof("🦉a", "a")'],
  'internal.member_2': ['"a" in input.words', '3 in {1, 2}'],
  'internal.member_3': ['1, "a" in input.words'],
  'internal.template_string': ['$"{input.ascii}: {input.nothing} {input.numbers[2]} {input.words}"'],
  intersection: ['intersection({{1, 2}, {2, 3}})'],
  is_array: ['is_array(input.words)'],
  is_boolean: ['is_boolean(true)'],
  is_null: ['is_null(input.nested.a.b[1].c)'],
  is_number: ['is_number(input.numbers[0])'],
  is_object: ['is_object(input.nested)'],
  is_set: ['is_set({1})'],
  is_string: ['is_string(input.text)'],
  'json.filter': ['json.filter(input.nested, ["a/b/1", "x"])'],
  'json.is_valid': ['json.is_valid("{\\"a\\": 1}")', 'json.is_valid("{")'],
  'json.marshal': ['json.marshal(input.numbers)', 'json.marshal({"a": "\\"é"})'],
  'json.remove': ['json.remove(input.nested, ["a/b/0"])'],
  'json.unmarshal': ['json.unmarshal("[1, {\\"a\\": null}]")'],
  lower: ['lower(input.text)', 'lower("ÄÖÜ ΣΑΣ")'],
  lt: ['1 < 2.5', '"Z" < "a"', 'null < false'],
  lte: ['1 <= 0'],
  max: ['max(input.numbers)', 'max(input.words)'],
  min: ['min(input.numbers)', 'min({3, 1})'],
  minus: ['5 - 7.5', '{1, 2} - {2}'],
  mul: ['3 * 1.5', '1000000 * 1000000'],
  neq: ['1 != 2'],
  'net.cidr_contains': [
    'net.cidr_contains("10.0.0.0/8", "10.1.2.3")',
    'net.cidr_contains("fd00::/8", "fd12::1")',
  ],
  'net.cidr_intersects': [
    'net.cidr_intersects("10.0.0.0/8", "10.1.0.0/16")',
    'net.cidr_intersects("10.0.0.0/8", "11.0.0.0/8")',
  ],
  'numbers.range': ['numbers.range(2, 5)', 'numbers.range(3, 1)'],
  'object.filter': ['object.filter(input.nested, ["d"])'],
  'object.get': ['object.get(input.nested, ["a", "b", 0], "none")', 'object.get(input.nested, "x", "none")'],
  'object.keys': ['object.keys(input.nested)'],
  'object.remove': ['object.remove(input.nested, ["a"])'],
  'object.union': ['object.union(input.nested, {"a": {"x": 1}, "d": 2})'],
  'object.union_n': ['object.union_n([{"a": 1}, {"b": 2}, {"a": 3}])'],
  or: ['{1} | {2}'],
  plus: ['0.1 + 0.2', '1 + 2'],
  print: ['[1 | print(input.empty)]'],
  product: ['product(input.numbers)', 'product([])'],
  'regex.find_all_string_submatch_n': [
    'regex.find_all_string_submatch_n("([a-z]+)\\\\.([a-z]+)", input.ascii, -1)',
  ],
  'regex.is_valid': ['regex.is_valid("a(b")', 'regex.is_valid("a[bc]+")'],
  'regex.match': [
    'regex.match("^[a-z.]+$", input.ascii)',
    'regex.match("(?i)GRÜ", input.text)',
    'regex.match("\\\\d{2,}", input.text)',
    'regex.match("", "")',
  ],
  'rego.metadata.chain': ['is_array(rego.metadata.chain())'],
  'rego.metadata.rule': ['rego.metadata.rule()'],
  rem: ['7 % 3', '-7 % 3'],
  replace: ['replace(input.ascii, ".", "::")', 'replace("aaa", "a", "aa")'],
  round: ['round(2.5)', 'round(-2.5)', 'round(0.4)'],
  sort: ['sort(input.words)', 'sort([3, "a", null, [1], 1.5, true])'],
  split: ['split(input.ascii, ".")', 'split("a,,b", ",")', 'split("aé", "")', 'split("", ",")'],
  sprintf: ['sprintf("%s has %d", [input.ascii, count(input.words)])'],
  startswith: ['startswith(input.text, "Grü")'],
  'strings.replace_n': ['strings.replace_n({"a": "b", "b": "c"}, "abc")'],
  'strings.reverse': ['strings.reverse(input.text)'],
  substring: ['substring(input.text, 2, 3)', 'substring(input.text, 5, -1)', 'substring("abc", 1, 9)'],
  sum: ['sum(input.numbers)', 'sum([])'],
  to_number: ['to_number("12.50")', 'to_number(true)', 'to_number(null)'],
  trim: ['trim("..a..", ".")', 'trim(input.text, "Gr🦉")'],
  trim_left: ['trim_left("xxaxx", "x")'],
  trim_prefix: ['trim_prefix(input.ascii, "public.")'],
  trim_right: ['trim_right("xxaxx", "x")'],
  trim_space: ['trim_space(" \\t a b \\n")'],
  trim_suffix: ['trim_suffix(input.ascii, ".ssn")'],
  type_name: ['[type_name(value) | some value in [1, "a", null, true, [], {}, {1}]]'],
  union: ['union({{1, 2}, {3}})'],
  upper: ['upper(input.text)', 'upper("straße")'],
  walk: ['[concat("/", [format(step) | some step in path]) | walk(input.nested, [path, _])]'],
};

const all = Object.entries(expressions).flatMap(([name, of]) =>
  of.map((expression) => ({ name, expression })),
);

test('each built-in of the list is tried', () => {
  expect(Object.keys(expressions).sort()).toEqual([...allowedBuiltIns].sort());
});

describe('as OPA says it', () => {
  const helper = 'format(step) := sprintf("%v", [step])';
  let compiled: CompiledPolicy;
  let opa: Readonly<Record<string, unknown>> = {};
  beforeAll(async () => {
    const answers = all.map(({ expression }, at) => `answer["${at}"] := ${expression}`);
    opa = (await evaluateWithOpa(
      [helper, ...answers].join('\n\n'),
      'data.gateway.statement.answer',
      input,
    )) as typeof opa;
    const decisions = all.map(
      ({ expression }, at) => `decision := answer if { input.at == ${at}; answer := ${expression} }`,
    );
    compiled = await compilePolicy([helper, '# METADATA\n# entrypoint: true', ...decisions].join('\n'));
  });

  test.each(all.map((one, at) => ({ ...one, at })))('$expression', ({ at }) => {
    // One that fails must not spoil the others.
    const instance = new PolicyInstance(compiled, { data: toJson({}) }, ampleLimits);
    expect(canonical(instance.evaluate(0, toInput({ ...input, at }))[0]?.result)).toBe(canonical(opa[at]));
  });
});

describe('not as OPA says it', () => {
  const known: readonly { expression: string; opa: unknown; here: unknown }[] = [
    // Sets have no order in the module: whoever makes a text of one sorts it first.
    { expression: 'concat(", ", {"b", "a"})', opa: 'a, b', here: 'b, a' },
    { expression: 'concat(", ", sort({"b", "a"}))', opa: 'a, b', here: 'a, b' },
    { expression: 'json.marshal("<")', opa: '"\\u003c"', here: '"<"' },
  ];
  test.each(known)('$expression', async ({ expression, opa, here }) => {
    const rules = `# METADATA\n# entrypoint: true\ndecision := ${expression} if not input.nothing`;
    expect(await evaluateWithOpa(rules, 'data.gateway.statement.decision', {})).toBe(opa);
    const instance = new PolicyInstance(await compilePolicy(rules), { data: toJson({}) }, ampleLimits);
    expect(instance.evaluate(0, toInput({}))).toEqual([{ result: here }]);
  });

  test('replacing nothing never ends, and is ended', async () => {
    const rules = '# METADATA\n# entrypoint: true\ndecision := replace("ab", input.nothing, "-")';
    const instance = new PolicyInstance(await compilePolicy(rules), { data: toJson({}) }, ampleLimits);
    expect(() => instance.evaluate(0, toInput({ nothing: '' }))).toThrow(/more steps/);
  });
});
