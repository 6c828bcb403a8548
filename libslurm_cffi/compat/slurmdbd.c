/* See compat.h: what is asked of slurmdbd's sockets, past libslurm. */
#define _GNU_SOURCE
#include "compat.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

void compat_hasten_socket(int descriptor)
{
    int on = 1;

    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(descriptor, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
}

int compat_shut_socket(int descriptor)
{
    return shutdown(descriptor, SHUT_RDWR);
}

int compat_ends_connection(const char *host, uint16_t port, int milliseconds)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    struct pollfd end = {.events = POLLIN};
    struct timeval limit = {milliseconds / 1000, milliseconds % 1000 * 1000};
    char service[8];
    int ended = 0;

    snprintf(service, sizeof(service), "%hu", port);
    if (getaddrinfo(host, service, &hints, &found))
        return 0;
    for (struct addrinfo *address = found; address && !ended; address = address->ai_next) {
        end.fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, address->ai_protocol);
        if (end.fd < 0)
            continue;
        setsockopt(end.fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
        if (!connect(end.fd, address->ai_addr, address->ai_addrlen) && !shutdown(end.fd, SHUT_WR))
            ended = poll(&end, 1, milliseconds) > 0;
        close(end.fd);
    }
    freeaddrinfo(found);
    return ended;
}
