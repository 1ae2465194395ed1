# METADATA
# title: Rules for tests
# description: A package beside the shipped ones that says what a case wants it to say.
package rules.for_tests

verdict contains verdict if some verdict in data.for_tests.verdicts

login_denial contains denial if some denial in data.for_tests.login_denials

approval_denial contains denial if some denial in data.for_tests.approval_denials

access_denial contains denial if some denial in data.for_tests.access_denials
