"""HTTP/1.1 on one connection, without I/O.

body           where a request's body ends
coding         gzip and zstd
head           the head of a request, checked before h11 sees it
negotiate      Accept and Content-Type
ranges         Range, If-Range and If-None-Match
response_head  the head of an answer
state          the states of a connection and of its request, and their transitions
target         request targets
wire           bytes in, Request out; Response in, bytes out
"""
