from engines.canary import canaries_in, canary, exerciser_of, trace_id, traceparent
from engines.contract import Exerciser


def test_the_same_seed_gives_the_same_canary_and_another_seed_another():
    assert canary("attempt", "base") == canary("attempt", "base") != canary("attempt", "quote")


def test_a_canary_is_found_in_any_text_and_case_and_once():
    mark = canary("x")
    assert canaries_in(f"select '{mark}', '{mark.upper()}'") == (mark,)


def test_a_wrong_check_digit_is_no_canary():
    mark = canary("x")
    other = "0" if mark[-1] != "0" else "1"
    assert canaries_in(mark[:-1] + other) == ()


def test_who_sent_a_trace_is_told_by_its_id():
    assert exerciser_of(trace_id(Exerciser.DAST, 1), Exerciser.QA) is Exerciser.DAST
    assert exerciser_of(trace_id(Exerciser.FUZZ, 1), Exerciser.QA) is Exerciser.FUZZ
    assert exerciser_of("ab" * 16, Exerciser.QA) is Exerciser.QA


def test_traceparent_is_well_formed():
    version, trace, span, flags = traceparent(trace_id(Exerciser.DAST, 1), "base").split("-")
    assert (version, len(trace), len(span), flags) == ("00", 32, 16, "01")
    assert int(trace, 16) and int(span, 16)
