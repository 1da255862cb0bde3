"""What rules choose, beside an evaluator that is slow and obvious; all rules, all papers, by chance."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from models.topics.matching import Shelf
from models.topics.rules import parse
from tests.topics.chance import CASES, Case
from tests.topics.invented import chosen
from tests.topics.obvious import is_true, reason, since


@given(CASES)
def test_rules_choose_what_the_definition_says_and_for_its_reasons(case: Case) -> None:
    rules = [parse(str(tree)) for tree in case.trees]
    shelf = Shelf(case.papers)
    for tree, rule, matches in zip(case.trees, rules, shelf.matches(rules), strict=True):
        expected = [paper for paper in case.papers if is_true(tree, paper)]
        assert [match.paper for match in matches] == expected
        assert [match.found for match in matches] == [reason(tree, paper) for paper in expected]
        assert all(match.reason == "; ".join(map(str, match.found)) for match in matches)
        assert [match.since for match in matches] == [since(tree, paper) for paper in expected]
        assert shelf.count(rule) == len(expected)


@given(CASES)
def test_every_term_of_a_reason_matches_alone_and_there_is_always_one(case: Case) -> None:
    for match in chosen(str(case.trees[0]), case.papers):
        assert match.found
        for term in match.found:
            (alone,) = chosen(term.term, [match.paper])
            assert alone.found == (term,)


@given(CASES)
def test_another_branch_of_or_loses_no_match(case: Case) -> None:
    tree, branch = case.trees[0], case.trees[-1]
    before = {id(match.paper) for match in chosen(str(tree), case.papers)}
    for rule in (f"({tree}) OR ({branch})", f"({branch}) OR ({tree})"):
        assert before <= {id(match.paper) for match in chosen(rule, case.papers)}


@given(CASES)
def test_not_chooses_the_rest(case: Case) -> None:
    marked = [replace(paper, title=f"lantern {paper.title}") for paper in case.papers]
    rules = (f"lantern ({case.trees[0]})", f"lantern NOT ({case.trees[0]})")
    both = [id(match.paper) for rule in rules for match in chosen(rule, marked)]
    assert sorted(both) == sorted(map(id, marked))


@given(CASES)
def test_neither_other_papers_nor_other_rules_change_what_a_rule_chooses(case: Case) -> None:
    rules = [parse(str(tree)) for tree in case.trees]
    for rule, matches in zip(rules, Shelf(case.papers).matches(rules), strict=True):
        alone = [match for paper in case.papers for match in chosen(rule.source, [paper])]
        assert [each.paper for each in matches] == [each.paper for each in alone]
        assert [each.found for each in matches] == [each.found for each in alone]
        assert [each.since for each in matches] == [each.since for each in alone]


@given(CASES)
def test_what_a_tree_spells_reads_back_to_it(case: Case) -> None:
    for tree in case.trees:
        rule = parse(str(tree))
        again = parse(str(rule))
        assert (again.tree, str(again), again.digest) == (rule.tree, str(rule), rule.digest)
        assert rule.warnings == ()
