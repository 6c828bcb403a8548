"""The OpenAPI documents: made from record tables and ROUTES when the package is built.

components  schemas that have a name
examples    examples of bodies and answers at each API version
example_values  their plain values, once for all versions
generate    tables and ROUTES to a document for each API version
operations  ROUTES to the paths of a document
order       the order of names, and what is deprecated
refs        other forms of a finished document
schemas     schemas of answers and bodies
scripts     batch scripts as bodies
statuses    which errors an operation can answer
subset      documents made of others, cut down to what is served
"""
