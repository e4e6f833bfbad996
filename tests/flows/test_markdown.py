from flows.decision import Decision, Reason
from flows.markdown import decision_markdown

DECISION = Decision(
    release_id="shop-4.6.0",
    decision="block",
    exit_status=20,
    risk_score=71.4,
    risk_change=24.0,
    uncertainty=0.12,
    reasons=(
        Reason("block", "finding", "SQL injection", "orders/report.py:48", "bind the value"),
        Reason("test_by_hand", "trigger", "new endpoint", "POST /a|b [x](http://evil) <script>", ""),
    ),
)


def test_the_decision_and_every_reason_are_there():
    text = decision_markdown(DECISION)
    assert text.startswith("# BLOCK: shop-4.6.0")
    assert "Risk 71 (+24) of 100, uncertainty 12%, exit status 20" in text
    assert "## Blocks (1)" in text and "## Needs a person (1)" in text
    assert "- **SQL injection** orders/report.py:48 → bind the value" in text


def test_text_from_data_is_inert():
    text = decision_markdown(DECISION)
    assert "<script>" not in text and "[x](" not in text and "a\\|b" in text
