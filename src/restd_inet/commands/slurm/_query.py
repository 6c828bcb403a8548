"""Query parameters that several commands have."""

from restd_inet.schema.fields import TIME, Field, Record

UPDATE = Record("query", "", Field("update_time", TIME))
