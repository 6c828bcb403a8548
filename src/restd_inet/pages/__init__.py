"""Paths without a version: answered to anyone, without libslurm.

about    what the pages say of the cluster
docs     /docs: Swagger UI on the documents of /openapi
front    /: what is here, and a page that shows the cluster; its files are in ui/
openapi  /openapi: the prebuilt documents, cut down to what is served
page     what a page is
respond  conditional and negotiated answers
"""
