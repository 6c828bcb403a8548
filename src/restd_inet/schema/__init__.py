"""Records and answers at each API version.

answers         how records become a document
compile         a table as a function: struct to dict
complex         the flag +complex of -d
job_answers     answers about changes of jobs
job_submission  a body to job_desc_msg_t's members
list_answers    answers of /restd/
minutes         what is said of a text where minutes are expected
parse           a document, read by a table
record          what a table is made of: Record and Field
select          a record cut down to some of its fields
versions        the API versions
batch           batch scripts, as sbatch reads them
kinds           how one member is written and read
records         the tables
"""
