import pytest
from yarl import URL

from syndicator.ingest.addresses import allowed, is_home, objection, reach

HOME = URL("https://www.bochum.example:8443/news/")

PUBLIC = ["1.1.1.1", "93.184.215.14", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "192.0.1.1"]
PUBLIC_6 = ["2a00:1450:4001:81b::200e", "2606:4700::1111", "2001:200::1", "::ffff:1.1.1.1"]
PRIVATE = ["10.0.0.1", "127.0.0.1", "127.255.255.254", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"]
PRIVATE_6 = ["::1", "fc00::1", "fd12:3456::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.1.2.3"]
NEVER = [
    *["0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.0.1", "168.63.129.16", "100.100.100.200", "192.0.0.192"],
    *["192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250"],
    *["240.0.0.1", "255.255.255.255", "::", "fe80::1", "fe80::1%2", "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::1"],
    *["::127.0.0.1", "::ffff:0:127.0.0.1", "fec0::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "100::1"],
    *["fd00:ec2::254", "::ffff:169.254.169.254", "::ffff:0.0.0.0", "4000::1", "", "localhost", "127.1", "0x7f.0.0.1"],
]


@pytest.mark.parametrize("address", PUBLIC + PUBLIC_6)
def test_a_public_address_is_for_every_source(address):
    assert reach(address) == "public"
    assert allowed(address, private=False)
    assert allowed(address, private=True)


@pytest.mark.parametrize("address", PRIVATE + PRIVATE_6)
def test_a_private_address_is_for_sources_that_may_live_there(address):
    assert reach(address) == "private"
    assert not allowed(address, private=False)
    assert allowed(address, private=True)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_for_nobody(address):
    assert reach(address) == "never"
    assert not allowed(address, private=False)
    assert not allowed(address, private=True)


@pytest.mark.parametrize(
    "address",
    [
        *["https://www.bochum.example:8443/a", "http://www.bochum.example/", "https://other.example:443/x?y"],
        *["http://[2606:4700::1111]/", "http://müller.example/", "http://a_b.example./"],
    ],
)
def test_nothing_speaks_against_an_ordinary_address(address):
    assert objection(URL(address), HOME) == ""


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("ftp://www.bochum.example/", "http and https"),
        ("file:///etc/passwd", "http and https"),
        ("javascript:alert(1)", "http and https"),
        ("/news", "no address"),
        ("http:///news", "no host"),
        ("http://evil%2F%23.example/", "no host"),
        ("http://a b.example/", "no host"),
        ("http://-a.example/", "no host"),
        ("https://user:word@www.bochum.example/", "user name or password"),
        ("http://www.bochum.example:22/", "Port 22"),
        ("http://www.bochum.example:0/", "Port 0"),
        ("http://www.bochum.example:8444/", "Port 8444"),
    ],
)
def test_an_objection_says_what_is_wrong(address, word):
    assert word in objection(URL(address), HOME)


def test_the_home_of_a_source_is_its_host_whatever_the_port_and_spelling():
    assert is_home(URL("http://WWW.Bochum.example./"), HOME)
    assert not is_home(URL("https://bochum.example:8443/"), HOME)


@pytest.mark.parametrize("literal", ["①②⑦.⓪.⓪.①", "127。0。0。1"])
def test_fancy_digits_are_the_address_that_they_spell(literal):
    assert reach(URL(f"http://{literal}/").raw_host or "") == "private"
