"""Files for the programs around this one: web servers that serve the published folder, and systemd, which keeps us running."""

from syndicator.deploy.systemd import unit
from syndicator.deploy.web import NGINX_LOG, caddyfile, nginx_site

__all__ = ["NGINX_LOG", "caddyfile", "nginx_site", "unit"]
