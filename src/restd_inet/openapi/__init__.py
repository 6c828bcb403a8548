"""The OpenAPI documents: made from record tables and ROUTES when the package is built.

generate    tables and ROUTES to a document for each API version
order       the order of names, and what is deprecated
refs        other forms of a finished document
schemas     schemas of answers and bodies
subset      documents made of others, cut down to what is served
"""
