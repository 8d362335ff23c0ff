"""Where a feed can be subscribed to: what it says of its hubs (WebSub, 4), and whether a hub could reach us. Pure."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from yarl import URL

from syndicator.ingest import addresses
from syndicator.ingest.links import absolute
from syndicator.model import Response

MOST = 3  # hubs of one feed that are considered

# Link header fields (RFC 8288, 3): an address, then parameters whose values may be quoted. Several fields are joined by commas.
_PARAMETER = re.compile(r"\s*;\s*([\w!#$&+.^`|~*-]+)\s*(?:=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;,\"]*)))?")
_TARGET = re.compile(r"<([^<>]*)>")
_NOWHERE = (
    "example",
    "invalid",
    "test",
    "local",
    "onion",
)  # names that no other machine can look up (RFC 6761, RFC 6762)


def hubs_of(response: Response, hubs: tuple[str, ...], topic: str) -> tuple[tuple[str, ...], str]:
    """The hubs and the topic of a feed: by its Link header fields first, then as the document names them.

    A feed that does not name its own address is meant by the one that answered.
    """
    said = list(links(response.headers.get("link", ""), response.url))
    hubs = tuple(address for address, rels in said if "hub" in rels) or hubs
    topic = next((address for address, rels in said if "self" in rels), "") or topic or response.url
    return tuple(dict.fromkeys(hubs))[:MOST], topic if hubs else ""


def links(field: str, base: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Addresses and relations of Link header fields; without those that are about another document (`anchor`)."""
    end = 0
    while target := _TARGET.search(field, end):
        end, said = target.end(), dict[str, str]()
        while parameter := _PARAMETER.match(field, end):
            end = parameter.end()
            said.setdefault(parameter[1].lower(), parameter[2] or parameter[3] or "")
        address = absolute(target[1], base)
        if address and said.get("rel") and "anchor" not in said:
            yield address, frozenset(said["rel"].lower().split())


def objection(site: str, hub: str, home: str, *, private: bool) -> str:
    """Why there is no point in asking this hub, as it is not asked, or could not reach us at `site`; "" where there is one.

    `home` is the source's address, and `private` whether it may live in a private network.
    """
    if said := addresses.objection(URL(hub), URL(home)):
        return f"the hub is not asked: {said}"
    host, there = URL(site).host or "", URL(hub).host or ""
    where = _where(host)
    if where == "here" and _where(there) != "here":
        return f"site.url ({site}) is an address of this machine, which the hub {there} cannot reach"
    if where == "private" and not private:
        return f"site.url ({site}) is an address of a private network, which the hub {there} cannot reach"
    if where == "nowhere":
        return f"site.url ({site}) is an address that the hub {there} cannot reach"
    return ""


def _where(host: str) -> str:
    """From where a host can be reached: "here" from this machine alone, "private" from its network, "nowhere", "" anywhere."""
    name = host.rstrip(".").lower()
    try:
        ip = ip_address(name)
    except ValueError:
        ending = name.rpartition(".")[2]
        if ending == "localhost":
            return "here"
        if name != ending:
            return "nowhere" if ending in _NOWHERE else "private" if ending in {"internal", "lan"} else ""
        return "private"  # a name without a point is one of the own network
    if ip.is_loopback:
        return "here"
    reach = addresses.reach(name)
    return {"public": "", "private": "private"}.get(reach, "nowhere")
