"""Batch scripts as sbatch(1) reads them: from a script's directives to job descriptions.

arguments    what the argument of an option says of a job
chosen       which options a component has, from directives and overrides
description  from the options of a component to the members of its job description
directives   which lines of a script are directives, and their words
environment  the environment of a job: what --export lets through, and what sbatch adds
foreign      directives of PBS and LSF as options of sbatch
getopt       words as options, as getopt_long(3) reads them
options      the options of sbatch, a row each
script       what a request brings with a script
submission   a script and its overrides as the components of a job
variables    of a job, that say what its options say
"""
