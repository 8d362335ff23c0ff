"""The words of this project: values that travel from a source to the wire, and nothing that acts.

A source yields `Ask`s and is handed answers; it ends with a `Harvest` of `Draft`s. The store makes `Article`s of them,
which carry an id for ever. A `Feed` names a `Selection` of articles; rendered in one format it is an edition.
Every instant is aware and in UTC.
"""

from syndicator.model.articles import (
    Alternate,
    Article,
    Author,
    Decider,
    Draft,
    Image,
    Kind,
    Label,
    Moment,
    Precision,
    Provenance,
    Status,
)
from syndicator.model.asking import (
    Ask,
    Failed,
    FailureKind,
    Harvest,
    Known,
    Page,
    Parse,
    Recall,
    Remembered,
    Request,
    Response,
    Sealed,
    Validators,
    Walk,
    WalkEnd,
)
from syndicator.model.feeds import Change, Facets, Feed, File, Selection, Without
from syndicator.model.incidents import Incident, IncidentKind, Severity
from syndicator.model.subscriptions import Subscription, SubscriptionMode, SubscriptionRequest

__all__ = [
    "Alternate",
    "Article",
    "Ask",
    "Author",
    "Change",
    "Decider",
    "Draft",
    "Facets",
    "Failed",
    "FailureKind",
    "Feed",
    "File",
    "Harvest",
    "Image",
    "Incident",
    "IncidentKind",
    "Kind",
    "Known",
    "Label",
    "Moment",
    "Page",
    "Parse",
    "Precision",
    "Provenance",
    "Recall",
    "Remembered",
    "Request",
    "Response",
    "Sealed",
    "Selection",
    "Severity",
    "Status",
    "Subscription",
    "SubscriptionMode",
    "SubscriptionRequest",
    "Validators",
    "Walk",
    "WalkEnd",
    "Without",
]
