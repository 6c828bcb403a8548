"""Sub-commands of the program.

token  restd-inet token: makes a token as `scontrol token` does
"""
