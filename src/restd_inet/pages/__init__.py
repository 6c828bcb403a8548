"""Paths without a version: answered to anyone, without libslurm.

docs     /docs: Swagger UI on the documents of /openapi
openapi  /openapi: the prebuilt documents, cut down to what is served
page     what a page is
respond  conditional and negotiated answers
"""
