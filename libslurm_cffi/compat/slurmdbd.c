/* See compat.h: what is asked of slurmdbd's sockets, past libslurm, and what libslurm lacks for slurmdbd. */
#define _GNU_SOURCE
#include "compat.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#if HAS_SLURMDBD_CONF && !defined(EXPORTED_slurmdbd_free_conf)
/* slurm.h declares it and libslurm keeps it to itself, yet accounting_storage_slurmdbd.so calls it: without it in the
 * process that call is the end of it. */
void slurmdbd_free_conf(slurmdbd_conf_t *conf)
{
    if (!conf)
        return;
    char **texts[] = {
        &conf->archive_dir, &conf->archive_script, &conf->dbd_addr,     &conf->dbd_backup,
        &conf->dbd_host,    &conf->default_qos,    &conf->log_file,     &conf->parameters,
        &conf->pid_file,    &conf->storage_loc,    &conf->storage_user, &conf->storage_pass_script,
    };
    for (size_t index = 0; index < sizeof(texts) / sizeof(*texts); index++)
        slurm_xfree((void **)texts[index]);
    slurm_xfree((void **)&conf);
}
#endif

void compat_free_slurmdbd_conf(void *conf)
{
#if HAS_SLURMDBD_CONF
    slurmdbd_free_conf(conf);
#else
    (void)conf;
#endif
}

void compat_hasten_socket(int descriptor)
{
    int on = 1;

    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(descriptor, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
}

int compat_shut_socket(int descriptor)
{
    /* Not SHUT_RDWR: libslurm ends the process for a socket that is readable and hung up at once. */
    return shutdown(descriptor, SHUT_RD);
}

/* Milliseconds until then; 0 if it has passed. */
static int left_until(const struct timespec *end)
{
    struct timespec now;
    int64_t left;

    clock_gettime(CLOCK_MONOTONIC, &now);
    left = (end->tv_sec - now.tv_sec) * 1000 + (end->tv_nsec - now.tv_nsec) / 1000000;
    return left < 0 ? 0 : left;
}

/* poll(2) of one descriptor, which a signal does not end; the events, 0 where there was none in time. */
static int wait_until(int descriptor, short events, const struct timespec *end)
{
    struct pollfd ready = {.fd = descriptor, .events = events};

    while (poll(&ready, 1, left_until(end)) < 0)
        if (errno != EINTR)
            return 0;
    return ready.revents;
}

static int ends_connection(const struct sockaddr *address, socklen_t length, const struct timespec *end)
{
    int descriptor = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int error = 0, ended = 0;
    socklen_t size = sizeof(error);

    if (descriptor < 0)
        return 0;
    if (connect(descriptor, address, length) && errno != EINPROGRESS && errno != EINTR)
        error = errno;
    else if (!wait_until(descriptor, POLLOUT, end) || getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size))
        error = ETIMEDOUT;
    if (!error && !shutdown(descriptor, SHUT_WR))
        ended = wait_until(descriptor, POLLIN, end) != 0;
    close(descriptor);
    return ended;
}

static struct timespec after(int milliseconds)
{
    struct timespec end;

    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += milliseconds / 1000;
    end.tv_nsec += milliseconds % 1000 * 1000000L;
    if (end.tv_nsec >= 1000000000L) {
        end.tv_nsec -= 1000000000L;
        end.tv_sec++;
    }
    return end;
}

int compat_ends_connection(const char *host, uint16_t port, int milliseconds)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    struct timespec end = after(milliseconds);
    char service[8];
    int ended = 0;

    snprintf(service, sizeof(service), "%hu", port);
    if (getaddrinfo(host, service, &hints, &found))
        return 0;
    for (struct addrinfo *address = found; address && !ended; address = address->ai_next)
        ended = ends_connection(address->ai_addr, address->ai_addrlen, &end);
    freeaddrinfo(found);
    return ended;
}

int compat_peer_ends_connection(int descriptor, int milliseconds)
{
    struct sockaddr_storage address;
    struct timespec end = after(milliseconds);
    socklen_t length = sizeof(address);

    if (getpeername(descriptor, (struct sockaddr *)&address, &length))
        return 0;
    return ends_connection((struct sockaddr *)&address, length, &end);
}

const char *compat_signal_text(int signal)
{
    return strsignal(signal);
}

uint16_t compat_slurmdbd_protocol(void)
{
    /* One more with each release since 22.05, of which there were: */
    static const uint32_t releases[] = {
        SLURM_VERSION_NUM(22, 5, 0),  SLURM_VERSION_NUM(23, 2, 0), SLURM_VERSION_NUM(23, 11, 0),
        SLURM_VERSION_NUM(24, 5, 0),  SLURM_VERSION_NUM(24, 11, 0), SLURM_VERSION_NUM(25, 5, 0),
        SLURM_VERSION_NUM(25, 11, 0), SLURM_VERSION_NUM(26, 5, 0), SLURM_VERSION_NUM(26, 11, 0),
    };
    uint16_t version = 37;

    if (!HAS_SLURMDBD_PROTOCOL)
        return 0;
    for (size_t i = 0; i < sizeof(releases) / sizeof(*releases); i++)
        version += releases[i] <= SLURM_VERSION_NUMBER;
    return version << 8;
}

/* 0 when the socket is ready; -1 and errno if it cannot be, because it has been shut, say. */
static int wait_for(int descriptor, short events)
{
    struct pollfd ready = {.fd = descriptor, .events = events | POLLRDHUP};

    while (poll(&ready, 1, -1) < 0)
        if (errno != EINTR)
            return -1;
    if (events == POLLOUT && ready.revents & (POLLRDHUP | POLLHUP)) {
        errno = EPIPE;
        return -1;
    }
    return 0;
}

int64_t compat_send(int descriptor, const char *data, size_t size)
{
    size_t sent = 0;

    while (sent < size) {
        ssize_t some = send(descriptor, data + sent, size - sent, MSG_NOSIGNAL);

        if (some >= 0)
            sent += some;
        else if (errno != EINTR && (errno != EAGAIN || wait_for(descriptor, POLLOUT)))
            return -1;
    }
    return sent;
}

/* Some of what comes, at most `size` bytes; 0 at the end. */
static ssize_t receive_some(int descriptor, char *to, size_t size)
{
    ssize_t some;

    while ((some = recv(descriptor, to, size, 0)) < 0)
        if (errno != EINTR && (errno != EAGAIN || wait_for(descriptor, POLLIN)))
            break;
    return some;
}

int64_t compat_receive(int descriptor, char *to, size_t size)
{
    size_t received = 0;

    while (received < size) {
        ssize_t some = receive_some(descriptor, to + received, size - received);

        if (some <= 0)
            return some;
        received += some;
    }
    compat_hasten_socket(descriptor);
    return received;
}

int64_t compat_receive_file(int descriptor, int file, size_t size)
{
    char data[1 << 16];
    size_t received = 0;

    while (received < size) {
        size_t wanted = size - received < sizeof(data) ? size - received : sizeof(data);
        ssize_t some = receive_some(descriptor, data, wanted);

        if (some <= 0)
            return some;
        for (ssize_t written = 0, more; written < some; written += more)
            while ((more = write(file, data + written, some - written)) < 0)
                if (errno != EINTR)
                    return -2;
        received += some;
    }
    return received;
}
