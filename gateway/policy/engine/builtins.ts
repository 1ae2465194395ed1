// The built-in functions of Rego that policies may use here: the one list, reviewed.
//
// Those of the module are OPA's own, compiled into it: they take steps like everything else, so that none runs without
// end. Regular expressions are RE2's, which doesn't backtrack. None of them reads a clock, a random number, the network
// or the environment: what a policy decides follows from its input and data, and so may be remembered.
//
// The rest would run outside, where nothing counts. Left out are what isn't there in WASM at all (time.*, io.jwt.*,
// http.send, semver.*, crypto.* and others), regex.split, which would be JavaScript's regular expressions with their
// backtracking, and yaml.*, which would read another YAML than OPA. The time is in the input.

/** Compiled into the module, or resolved by OPA's compiler. */
const native: readonly string[] = [
  ...['abs', 'ceil', 'div', 'floor', 'max', 'min', 'minus', 'mul', 'numbers.range', 'plus', 'product'],
  ...['rem', 'round', 'sum'],
  ...['and', 'intersection', 'or', 'union'],
  ...['array.concat', 'array.flatten', 'array.reverse', 'array.slice', 'count', 'sort', 'walk'],
  ...['assign', 'eq', 'equal', 'gt', 'gte', 'internal.member_2', 'internal.member_3', 'lt', 'lte', 'neq'],
  ...['base64.decode', 'base64.encode', 'base64.is_valid', 'base64url.decode', 'base64url.encode'],
  ...['bits.and', 'bits.lsh', 'bits.negate', 'bits.or', 'bits.rsh', 'bits.xor'],
  ...['concat', 'contains', 'endswith', 'format_int', 'indexof', 'internal.template_string', 'lower'],
  ...['replace', 'split', 'startswith', 'strings.replace_n', 'strings.reverse', 'substring', 'to_number'],
  ...['trim', 'trim_left', 'trim_prefix', 'trim_right', 'trim_space', 'trim_suffix', 'upper'],
  ...['glob.match', 'graph.reachable', 'net.cidr_contains', 'net.cidr_intersects'],
  ...['is_array', 'is_boolean', 'is_null', 'is_number', 'is_object', 'is_set', 'is_string', 'type_name'],
  ...['json.filter', 'json.is_valid', 'json.marshal', 'json.remove', 'json.unmarshal'],
  ...['object.filter', 'object.get', 'object.keys', 'object.remove', 'object.union', 'object.union_n'],
  ...['regex.find_all_string_submatch_n', 'regex.is_valid', 'regex.match'],
  ...['print', 'rego.metadata.chain', 'rego.metadata.rule'],
];

/** Run in JavaScript, by the functions in built-ins/. */
const host: readonly string[] = ['sprintf'];

/** By name, as OPA's capabilities have them. */
export const allowedBuiltIns: ReadonlySet<string> = new Set([...native, ...host].sort());
