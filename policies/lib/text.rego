# METADATA
# title: Text
# description: Words for people, without `sprintf`, which is slow in WASM and prints some values otherwise than OPA.
# schemas:
#   - input: schema["input.schema"]
package portcullis.text

# METADATA
# description: Up to three names in alphabetical order, and how many more there are.
list(names) := concat(", ", sort(names)) if count(names) <= 3

list(names) := $"{concat(", ", array.slice(sort(names), 0, 3))} and {count(names) - 3} more" if count(names) > 3

# METADATA
# description: |
#   The name of something that the statement names itself. What only definitions lead to is called after the outermost of
#   them: its own name could be news to whoever asks. Foreign keys lead to nothing that is hidden.
seen_as(thing, name) := name if {
	thing.through == []
} else := name if {
	startswith(thing.through[0], "foreign key ")
} else := $"what stands behind {outermost[count(outermost) - 1]}" if {
	outermost := split(thing.through[0], " on ")
}
