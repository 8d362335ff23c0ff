"""Which addresses may be fetched. Pure: the client asks here before each request and again before each connection."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal

from yarl import URL

Reach = Literal["public", "private", "never"]

# Written out, as what `ipaddress.is_global` says differs between Python versions, and it lets multicast, NAT64
# and the cloud providers' own addresses through.
_PRIVATE = tuple(
    map(IPv4Network, ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")),
)
_PRIVATE_6 = (IPv6Network("::1/128"), IPv6Network("fc00::/7"))
_NEVER = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this host (RFC 791)
            "100.100.100.200/32",  # metadata of a cloud provider
            "168.63.129.16/32",  # likewise
            "169.254.0.0/16",  # link-local, and metadata of most cloud providers
            "192.0.0.0/24",  # protocol assignments (RFC 6890)
            "192.0.2.0/24",  # documentation, as the two below
            "192.88.99.0/24",  # 6to4 relays (RFC 7526)
            "198.18.0.0/15",  # benchmarks (RFC 2544)
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    ),
)
_PUBLIC_6 = IPv6Network("2000::/3")
_NEVER_6 = (
    IPv6Network("2001::/23"),  # protocol assignments, Teredo among them
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("2002::/16"),  # 6to4 wraps IPv4 addresses
    IPv6Network("3fff::/20"),  # documentation (RFC 9637)
    IPv6Network("fd00:ec2::254/128"),  # metadata of a cloud provider
)
_WEB = (80, 443)
_FREE_PORTS = 1024  # those below belong to root
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?|[0-9a-f:.]+", re.ASCII)


def reach(address: str) -> Reach:
    """What kind of network an IP address, as the resolver or an address literal gave it, belongs to.

    "private" is loopback and the networks of RFC 1918, RFC 6598 and RFC 4193. "never" is link-local, multicast, reserved,
    an address that wraps another, and what is no IP address at all.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return "never"
    if isinstance(ip, IPv6Address):
        return _reach_4(ip.ipv4_mapped) if ip.ipv4_mapped else _reach_6(ip)
    return _reach_4(ip)


def allowed(address: str, *, private: bool) -> bool:
    """Whether a connection to this IP address may be made; `private` also allows private and loopback addresses."""
    kind = reach(address)
    return kind == "public" or (private and kind == "private")


def is_callback(address: str, port: int, networks: tuple[str, ...]) -> bool:
    """Whether a callback, which a stranger has named, may be connected to at this IP address and port.

    At public addresses the ports of the web. In the networks that the admin has named also those that need no special rights:
    programs in one's own network listen there, while below lie services that a request might harm.
    """
    kind = reach(address)
    if kind == "never":
        return False
    ip = ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if any(ip in network for network in _parsed(networks)):
        return port in _WEB or port >= _FREE_PORTS
    return kind == "public" and port in _WEB


@lru_cache(4)
def _parsed(networks: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(map(ip_network, networks))


def objection(url: URL, home: URL) -> str:
    """Why `url` is not asked for on behalf of a source that lives at `home`; empty if nothing speaks against it.

    What its host resolves to is judged when the connection is made.
    """
    if url.scheme not in ("http", "https"):
        return f"Only http and https addresses are read, not “{url.scheme}:”." if url.scheme else "This is no address."
    if url.raw_user is not None or url.raw_password is not None:
        return "The address holds a user name or password, and such addresses are not read."
    if names_no_host(url):
        return "The address names no host that could be asked."
    if url.port not in (*_WEB, home.port):
        return f"Port {url.port} of {url.host} is not read: only 80, 443 and the source's own port are."
    return ""


def names_no_host(url: URL) -> bool:
    """Whether the host is none that could be looked up, such as one with spaces or a scheme in it."""
    return not _HOST.fullmatch((url.raw_host or "").lower())


def is_home(url: URL, home: URL) -> bool:
    """Whether both name the same host, whatever the port."""
    return (url.raw_host or "").rstrip(".") == (home.raw_host or "").rstrip(".")


def _reach_4(ip: IPv4Address) -> Reach:
    if any(ip in network for network in _NEVER):
        return "never"
    return "private" if any(ip in network for network in _PRIVATE) else "public"


def _reach_6(ip: IPv6Address) -> Reach:
    if any(ip in network for network in _NEVER_6):
        return "never"
    if any(ip in network for network in _PRIVATE_6):
        return "private"
    return "public" if ip in _PUBLIC_6 else "never"
