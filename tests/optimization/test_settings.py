"""A setting reaches the rule that has it, however many rules are around that one."""

import pytest

from ml2020.optimization import (
    L2,
    NAG,
    SGDM,
    SGDWM,
    Adam,
    AdamW,
    Lookahead,
    Nadam,
    changed,
)


def test_a_rule_gets_its_new_settings_and_keeps_the_others():
    rule = SGDM(0.1, 0.8)
    assert changed(rule, {"lr": 0.5}) == SGDM(0.5, 0.8)
    assert changed(rule, {"momentum": 0.3}) == SGDM(0.1, 0.3)
    assert changed(rule, {}) == rule
    assert rule == SGDM(0.1, 0.8)


def test_what_a_wrapper_has_not_goes_to_the_rule_inside_it():
    rule = Lookahead(L2(NAG(0.1), 0.2), k=3)
    wanted = Lookahead(L2(NAG(0.5, 0.7), 0.2), k=4)
    assert changed(rule, {"lr": 0.5, "k": 4, "momentum": 0.7}) == wanted


def test_of_two_settings_of_one_name_the_outer_is_changed():
    rule = L2(AdamW(0.1, weight_decay=0.2), 0.3)
    wanted = L2(AdamW(0.1, weight_decay=0.2), 0.4)
    assert changed(rule, {"weight_decay": 0.4}) == wanted


@pytest.mark.parametrize("rule", [SGDM(0.1), Lookahead(L2(SGDM(0.1), 0.2))])
def test_a_setting_that_no_rule_has_is_refused_by_name(rule):
    said = r"^beta1, eps unknown to the rule: it has lr, momentum$"
    with pytest.raises(ValueError, match=said):
        changed(rule, {"beta1": 0.5, "eps": 1.0})


def test_a_value_that_the_rule_refuses_is_refused():
    with pytest.raises(ValueError, match=r"^lr is 0: give a positive number$"):
        changed(Lookahead(SGDM(0.1)), {"lr": 0})


def test_what_a_rule_is_not_told_is_as_usual():
    assert SGDM(0.1) == SGDM(0.1, momentum=0.9)
    assert NAG(0.1) == NAG(0.1, momentum=0.9)
    assert SGDWM(0.1) == SGDWM(0.1, momentum=0.9, weight_decay=0)
    assert Lookahead(SGDM(0.1)) == Lookahead(SGDM(0.1), k=5, slow_lr=0.5)
    adams = {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    assert Adam() == Adam(**adams, unbiased=True)
    assert Nadam() == Nadam(**adams, momentum_decay=None)
    assert AdamW() == AdamW(**adams, weight_decay=0.01)
