"""Query parameters that several commands have."""

from restd_inet.schema.fields import TIME
from restd_inet.schema.record import Field, Record

UPDATE = Record("query", "", Field("update_time", TIME))
