"""Services are known by the addresses at which they are deployed."""

from flows.hosts import hosts_of


def test_hosts_are_known_by_the_name_of_their_service():
    urls = {"a": "http://127.0.0.1:8000/x", "b": "https://b.example", "c": None, "d": "http://d.example"}
    assert hosts_of(urls) == {"127.0.0.1:8000": "a", "b.example:443": "b", "d.example:80": "d"}
