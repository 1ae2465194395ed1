# METADATA
# title: Places
# description: Schemas, with `*` for every one, and in each of them either `all` or a list of relations.
package portcullis.places

# METADATA
# description: A relation is among some places.
covers(places, relation) if places[relation.schema] == "all"

covers(places, relation) if relation.name in places[relation.schema]

covers(places, _) if places["*"] == "all"

# METADATA
# description: All that is wanted in one schema is among some places.
hold(places, _, _) if places["*"] == "all"

hold(places, schema, _) if places[schema] == "all"

hold(places, schema, relations) if {
	every relation in relations { relation in places[schema] }
}
