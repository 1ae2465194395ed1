# METADATA
# title: Time
# description: Time windows by weekday and hour. All times are UTC, so that a rule means the same on every machine.
# schemas:
#   - input: schema["input.schema"]
package portcullis.time

# METADATA
# description: Today is one of the weekdays, written as `monday`.
on_weekdays(weekdays) if input.request.time.weekday in weekdays

# METADATA
# description: |
#   It is `from` o'clock or later, and before `to` o'clock. From 22 to 6 goes over midnight; from 0 to 24 is the whole day.
within_hours(from, to) if {
	input.request.time.hour >= from
	input.request.time.hour < to
}

within_hours(from, to) if {
	from > to
	input.request.time.hour >= from
}

within_hours(from, to) if {
	from > to
	input.request.time.hour < to
}
