"""A person hears of incidents: once when one begins, and once more when it is over, by e-mail and webhook."""
