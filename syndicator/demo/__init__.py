"""A sample portal: three cities on one small site, read by the shipped configuration and by who wants to try things out.

It is a real HTTP server with conditional requests, gzip, robots.txt and the habits of real city portals, and it knows
nothing of the rest of the package: the service reads it like any other site.

===================================== =======================================================================
`/dortmund/newsroom/`                 overview, 12 teasers a page; articles at `nachricht.jsp?nid=…`; classes
                                      that selectors can name; dates in many spellings; a header picture
                                      whose credit repeats on each page; 60 kB of navigation as JSON
`/bochum/Pressemeldungen/`            a portal of another make: no telling classes, Windows-1252 that only a
                                      `meta` element announces, the date in the path
`/gelsenkirchen/newsfeed/`            an Atom feed with full text, pictures and tombstones (RFC 6721)
`/intern/`                            what robots.txt asks to leave alone
===================================== =======================================================================

`articles/<city>/*.toml` is the stock: a file more is an article more. `live/*.toml` are the texts that the running site
publishes, corrects and withdraws, one every four minutes (`timeline.py`). Everything is a function of the clock: two
sites that are asked at the same instant answer with the same bytes, whenever they were started. All news is invented,
but for the story of the co-operation of the cities.
"""

from syndicator.demo.site import start

__all__ = ["start"]
