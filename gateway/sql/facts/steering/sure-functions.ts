// Functions that come to an end with every value, and soon: whether a call of them fails tells nothing of its arguments.
//
// A line is a name and what its arguments may be: `v` any value, `c` a value that the statement's author gives, since some
// values of it do fail; `~` repeats the last of them, `(…)~` all. What isn't here may fail, or take long, by a value: a cast to a
// number, a division, a sum that overflows once something large is added to it.

/** Their result is as long as their arguments together. */
const adding = `
textcat vv · anytextcat vv · textanycat vv · byteacat vv · concat v~ · concat_ws v~ · format cv~ · jsonb_concat vv
`;

/** Theirs is as long as one argument for each place in another. */
const multiplying = `
replace vcc · regexp_replace vcc · regexp_replace vccc · array_to_string vc · array_to_string vcc
`;

/** Theirs can be made as long as one likes. */
const padding = 'lpad vc · lpad vcc · rpad vc · rpad vcc';

/** They fail from a certain sum or distance on, which a constant beside the value brings as close as one likes. */
const summing = `
sum v · avg v · stddev v · stddev_pop v · stddev_samp v · variance v · var_pop v · var_samp v
corr vv · covar_pop vv · covar_samp vv · timestamp_mi vv · timestamptz_mi vv
`;

const others = `
lower v · upper v · initcap v · reverse v · length v · char_length v · character_length v · octet_length v · bit_length v
btrim v · btrim vv · ltrim v · ltrim vv · rtrim v · rtrim vv · left vc · right vc · substr vc · substr vcc · substring vc
substring vcc · strpos vv · position vv · starts_with vv · ascii v · translate vvv · split_part vvc · md5 v · sha224 v
sha256 v · sha384 v · sha512 v · encode vc · quote_literal v · quote_nullable v · quote_ident v
regexp_match vc · regexp_match vcc · regexp_like vc · regexp_like vcc · regexp_count vc · regexp_substr vc
regexp_split_to_array vc · regexp_split_to_array vcc · string_to_array vc · string_to_array vcc · array_length vc · array_upper vc · array_lower vc · array_ndims v · cardinality v · array_position vv
array_append vv · array_prepend vv · array_remove vv
like vc · notlike vc · like_escape cc
text v · bpchar v · bpchar vcc · varchar vcc · name v · bool integer
int8 smallint · int8 integer · int4 smallint · int4 boolean · numeric smallint · numeric integer · numeric bigint
numeric real · numeric double precision · float8 smallint · float8 integer · float8 bigint · float8 real
float4 smallint · float4 integer · float4 bigint
int2um v · int4um v · int8um v · numeric_uminus v · float8um v · float4um v
int2up v · int4up v · int8up v · numeric_uplus v · float8up v · float4up v
abs v · sign v · round v · round vc · trunc v · trunc vc · ceil v · ceiling v · floor v
date v · time v · timetz v · timestamp v · timestamptz v · timestamp vc · timestamptz vc · interval v
date_trunc cv · date_trunc cvc · date_part cv · extract cv · age v · age vv · timezone cv · timezone v · isfinite v
to_char vc · date_mi vv · time_mi_time vv
isempty v · lower_inc v · upper_inc v · lower_inf v · upper_inf v
host v · family v · masklen v · network v · broadcast v · netmask v
to_json v · to_jsonb v · row_to_json v · array_to_json v · json_typeof v · jsonb_typeof v · jsonb_pretty v
json_strip_nulls v · jsonb_strip_nulls v · json_build_array v~ · jsonb_build_array v~ · json_build_object (cv)~
jsonb_build_object (cv)~
json_object_field vc · json_object_field_text vc · json_array_element vc · json_array_element_text vc
json_extract_path vc~ · json_extract_path_text vc~ · jsonb_object_field vc · jsonb_object_field_text vc
jsonb_array_element vc · jsonb_array_element_text vc · jsonb_extract_path vc~ · jsonb_extract_path_text vc~
num_nulls v~ · num_nonnulls v~ · pg_typeof v
row_number · rank · dense_rank · percent_rank · cume_dist · lag v · lag vc · lag vcv · lead v · lead vc · lead vcv
first_value v · last_value v · nth_value vc · ntile c
count · count v · min v · max v · string_agg vv · array_agg anynonarray · any_value v · json_agg v
jsonb_agg v · bool_and v · bool_or v · every v · bit_and v · bit_or v · mode v · percentile_cont cv · percentile_disc cv
`;

export type SureFunction = Readonly<{
  /** `v` and `c`, one for each argument. */
  takes(argument: number): 'v' | 'c';
  size: 'bounded' | 'added' | 'multiplied' | 'padded' | 'summed';
}>;

type Form = Readonly<{ arguments: string; size: SureFunction['size'] }>;

const forms = new Map<string, Form[]>();
for (const [text, size] of [
  [adding, 'added'],
  [multiplying, 'multiplied'],
  [padding, 'padded'],
  [summing, 'summed'],
  [others, 'bounded'],
] as const) {
  for (const entry of text.trim().split(/ · |\n/)) {
    const [name = '', ...words] = entry.split(' ');
    forms.set(name, [...(forms.get(name) ?? []), { arguments: words.join(' '), size }]);
  }
}

/** What is known of one of the server's own functions when it is called with as many arguments; undefined: nothing. */
export function sureFunction(
  name: string,
  types: readonly string[],
  given: number,
): SureFunction | undefined {
  const form = forms.get(name)?.find((candidate) => isCalledSo(candidate.arguments, types, given));
  if (form === undefined) return undefined;
  return { takes: (at) => taken(form.arguments, at), size: form.size };
}

const isCalledSo = (form: string, types: readonly string[], given: number): boolean =>
  /^[vc]*$/.test(form) ? form.length === given : form.endsWith('~') || (given === 1 && types[0] === form);

function taken(form: string, argument: number): 'v' | 'c' {
  const letters = form.replace(/[()~]/g, '');
  const at = form.startsWith('(') ? argument % letters.length : Math.min(argument, letters.length - 1);
  return letters[at] === 'c' ? 'c' : 'v';
}

const comparing = new Set('= <> < > <= >= ~<~ ~<=~ ~>~ ~>=~ @> <@ && << >> &< &> -|- ? ?| ?& @@'.split(' '));
const matching = new Set('~~ !~~ ~~* !~~* ~ !~ ~* !~*'.split(' '));

/** What is known of one of the server's own operators that compare two values. */
export function sureOperator(name: string): SureFunction | undefined {
  if (comparing.has(name)) return { takes: () => 'v', size: 'bounded' };
  // Not every text is a pattern.
  return matching.has(name) ? { takes: (at) => (at === 1 ? 'c' : 'v'), size: 'bounded' } : undefined;
}

/** Functions that give a row for each part of a stored value: how many it has is all that they tell. */
export const partsOfValue = new Set(
  `unnest json_array_elements json_array_elements_text jsonb_array_elements jsonb_array_elements_text json_each
  json_each_text jsonb_each jsonb_each_text json_object_keys jsonb_object_keys`.split(/\s+/),
);
