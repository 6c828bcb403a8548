/*
 * A limit of time on a request, and words for a process that ends under it, whoever holds the interpreter.
 *
 * Python prepares the answer and arms a timer; the handlers of the timer's signal and of those of a crash
 * (SIGABRT, SIGSEGV, ...) write it, if nothing of another has been sent, write a line to the log, and end the
 * process. They call what signal-safety(7) allows and nothing else, and use memory of their own. A thread looks
 * whether the request waits for a munged that hangs.
 */

#define _GNU_SOURCE
#define Py_LIMITED_API 0x030b0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define EXPIRED (SIGRTMIN + 5)
#define BROKEN 1
/* Forms of a line of the log, as in log.py; 0 is a text without its time. */
#define STAMPED 1
#define JSON 2
#define UNAVAILABLE 69
/* Stands in a prepared document where the reason belongs. */
#define MARK "@reason@"
/* Stands in a line of the log where status, bytes and milliseconds belong. */
#define PLACE '\x1f'
#define LINGER_MILLISECONDS 2000
#define PATIENCE_MILLISECONDS 1000
#define DOCUMENT_BYTES 16384
/* How long munged may take to answer, once it is seen that a request waits for it. */
#define MUNGED_MILLISECONDS 2000
/* Seconds after which the thread that looks after munged sees at the latest that there is a request. */
#define PERIOD 2.0
#define STACK_BYTES 131072
/* Descriptors among which a connection to munged is looked for. */
#define DESCRIPTORS 256
#define OUTPUT_BYTES (2 * DOCUMENT_BYTES)

static const int crashes[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

/* What the handlers read. armed is zero while Python changes anything else. */
static struct {
    volatile int armed; /* a request, or the wait for one, is in progress */
    pid_t pid; /* of the process that armed it: one that it forks has nothing to say */
    pid_t watched; /* the process that has the thread that looks after munged */
    timer_t timer;
    int alarm; /* there is no such timer to be had: SIGALRM's, which other programs use too */
    double deadline; /* of CLOCK_MONOTONIC */
    volatile double look; /* when it is looked whether the request waits for munged; 0 for never */
    double pause; /* after which it is looked again */
    volatile int hangs; /* munged does, as far as has been seen */
    int safe; /* the request changes nothing */
    volatile double *failed; /* where it is noted that a request has failed */
    double began;
    volatile double *published; /* where the parent reads the deadline */
    int descriptor; /* the connection's */
    int socket;
    int spoken; /* bytes of the answer have been sent, or none are to be */
    int quoted; /* the reason stands within double quotes of JSON or YAML */
    int bodiless;
    int printed; /* the file that libslurm prints to, or -1 */
    int log; /* the log's descriptor; -1: syslog */
    char status[64];
    char reason[512];
    char type[512]; /* of the answer: Content-Type, and what fields follow it */
    char document[DOCUMENT_BYTES];
    int log_form;
    char log_start[64];
    char what[3072]; /* in JSON its members: Python keeps them within this */
    char counted[256]; /* the counter of the request, with MARK for its status; "" if it is not counted */
    char timed[256]; /* that of its time, with MARK for the bucket; "" if it waits by intent */
} now = {.printed = -1, .log = -1};

static volatile int ending;

/* Where munged listens; "" where it is not needed. */
static struct sockaddr_un munged = {.sun_family = AF_UNIX};
/* A request to encode nothing, as in slurm/diagnosis.py. */
static const unsigned char to_encode[] = {
    0, 0x60, 0x6D, 0x4B, 4, 2, 0, 0, 0, 0, 20, /* magic, version, type, retry, length */
    1, 1, 1, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0,
};
#define MUNGED_HANGS "munged takes connections, but does not answer: it hangs"

/* What counts, in memory that processes share, and the buckets of the time; see metrics.py. */
static void (*counter)(const char *name, size_t size, long long amount);
static struct {
    double bound;
    char name[16];
} buckets[32];
static size_t bucket_count;

/* ---- Text ---- */

struct text {
    char *bytes;
    size_t size, room;
};

static char output_room[OUTPUT_BYTES + 512], body_room[OUTPUT_BYTES], line_room[5120], reason_room[1024],
            counter_room[512];

static void add_bytes(struct text *to, const char *bytes, size_t size)
{
    if (size > to->room - to->size)
        size = to->room - to->size;
    memcpy(to->bytes + to->size, bytes, size);
    to->size += size;
}

static void add(struct text *to, const char *text)
{
    add_bytes(to, text, strlen(text));
}

static void add_number(struct text *to, unsigned long number, int digits)
{
    char written[24];
    int at = sizeof(written);

    do {
        written[--at] = '0' + number % 10;
        number /= 10;
        digits--;
    } while (number || digits > 0);
    add_bytes(to, written + at, sizeof(written) - at);
}

/* A reason as it may stand in an answer: one line of ASCII, escaped where it is in double quotes. */
static void add_reason(struct text *to, const char *text, int quoted)
{
    for (; *text; text++) {
        unsigned char c = *text;

        if (c < ' ' || c > '~')
            c = c < ' ' ? ' ' : '?';
        if (quoted && (c == '"' || c == '\\'))
            add_bytes(to, "\\", 1);
        add_bytes(to, (char *) &c, 1);
    }
}

struct date {
    long year, month, day, seconds, week_day; /* month: 0 to 11; seconds of the day */
};

/* UTC; gmtime is not signal-safe. */
static struct date date_of(time_t seconds)
{
    long day = seconds / 86400;
    /* Days since 1 March of the year 0, in eras of 400 years. */
    long shifted = day + 719468, era = shifted / 146097, of_era = shifted % 146097;
    long year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    long of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    long shifted_month = (5 * of_year + 2) / 153, month = (shifted_month + 2) % 12;

    return (struct date) {year_of_era + era * 400 + (month < 2), month,
                          of_year - (153 * shifted_month + 2) / 5 + 1, seconds % 86400, day % 7};
}

static void add_time(struct text *to, const struct date *date)
{
    add_number(to, date->seconds / 3600, 2);
    add(to, ":");
    add_number(to, date->seconds / 60 % 60, 2);
    add(to, ":");
    add_number(to, date->seconds % 60, 2);
}

/* IMF-fixdate of RFC 9110 section 5.6.7. */
static void add_date(struct text *to)
{
    static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct date date = date_of(time(NULL));

    add(to, days[date.week_day]);
    add(to, ", ");
    add_number(to, date.day, 2);
    add(to, " ");
    add(to, months[date.month]);
    add(to, " ");
    add_number(to, date.year, 4);
    add(to, " ");
    add_time(to, &date);
    add(to, " GMT");
}

/* As log.timestamp. */
static void add_timestamp(struct text *to)
{
    struct timespec at;
    struct date date;

    clock_gettime(CLOCK_REALTIME, &at);
    date = date_of(at.tv_sec);
    add_number(to, date.year, 4);
    add(to, "-");
    add_number(to, date.month + 1, 2);
    add(to, "-");
    add_number(to, date.day, 2);
    add(to, "T");
    add_time(to, &date);
    add(to, ".");
    add_number(to, at.tv_nsec / 1000000, 3);
    add(to, "Z");
}

static double monotonic(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec + at.tv_nsec / 1e9;
}

/* ---- The end of the process ---- */

/* It waits for nobody longer than PATIENCE_MILLISECONDS, all in all. */
static void write_answer(int descriptor, const char *bytes, size_t size, int socket)
{
    double until = monotonic() + PATIENCE_MILLISECONDS / 1e3;

    while (size) {
        struct pollfd room = {.fd = descriptor, .events = POLLOUT};
        double left = until - monotonic();
        ssize_t written;

        if (left <= 0 || poll(&room, 1, (int) (left * 1000)) <= 0)
            return;
        written = socket ? send(descriptor, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL)
                         : write(descriptor, bytes, size > PIPE_BUF ? PIPE_BUF : size);
        if (written < 0 && errno != EINTR && errno != EAGAIN)
            return;
        if (written > 0) {
            bytes += written;
            size -= written;
        }
    }
}

/* Unread input would reset the connection under its last answer. */
static void part(int descriptor)
{
    double until = monotonic() + LINGER_MILLISECONDS / 1e3;

    shutdown(descriptor, SHUT_WR);
    for (;;) {
        struct pollfd input = {.fd = descriptor, .events = POLLIN};
        double left = until - monotonic();

        if (left <= 0 || poll(&input, 1, (int) (left * 1000)) <= 0)
            return;
        if (recv(descriptor, body_room, sizeof(body_room), MSG_DONTWAIT) <= 0)
            return;
    }
}

static size_t answer(const char *status, const char *reason)
{
    struct text body = {body_room, 0, sizeof(body_room)};
    struct text output = {output_room, 0, sizeof(output_room)};
    const char *from = now.document, *mark;

    for (; (mark = strstr(from, MARK)); from = mark + strlen(MARK)) {
        add_bytes(&body, from, mark - from);
        add_reason(&body, reason, now.quoted);
    }
    add(&body, from);
    add(&output, "HTTP/1.1 ");
    add(&output, status);
    add(&output, "\r\nContent-Length: ");
    add_number(&output, body.size, 0);
    add(&output, "\r\nContent-Type: ");
    add(&output, now.type);
    add(&output, "\r\nDate: ");
    add_date(&output);
    add(&output, "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n");
    if (!now.bodiless)
        add_bytes(&output, body.bytes, body.size);
    write_answer(now.descriptor, output.bytes, output.size, now.socket);
    return output.size;
}

/* To syslogd's socket, as syslog(3) writes, which is not signal-safe. */
static void write_to_syslog(const struct text *line)
{
    struct sockaddr_un there = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
    int log = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    sendto(log, line->bytes, line->size - 1, MSG_NOSIGNAL, (struct sockaddr *) &there, sizeof(there));
}

/* At once or not at all. The descriptor may wait, and another process may fill a pipe after poll(2): splice(2)
   does not. */
static void write_line(int log, const struct text *line)
{
    struct pollfd room = {.fd = log, .events = POLLOUT};
    int own[2], flags = fcntl(log, F_GETFL);
    struct stat file;
    ssize_t done;

    if (poll(&room, 1, 0) <= 0 || fstat(log, &file))
        return;
    if (S_ISSOCK(file.st_mode))
        done = send(log, line->bytes, line->size, MSG_DONTWAIT | MSG_NOSIGNAL);
    else if (!S_ISFIFO(file.st_mode) || (flags >= 0 && flags & O_NONBLOCK))
        done = write(log, line->bytes, line->size);
    else if (!pipe2(own, O_CLOEXEC | O_NONBLOCK) && write(own[1], line->bytes, line->size) > 0)
        done = splice(own[0], NULL, log, NULL, line->size, SPLICE_F_NONBLOCK);
    (void) done; /* there is nobody left to tell */
}

static const char *const begun = "ended when its answer had begun";

static void add_object(struct text *line, const char *status, const char *reason, size_t sent, long ms)
{
    add(line, "{\"time\":\"");
    add_timestamp(line);
    add(line, "\",\"level\":\"error\",\"pid\":");
    add_number(line, now.pid, 0);
    add(line, ",");
    add(line, now.what);
    if (sent) {
        add(line, ",\"status\":");
        add_bytes(line, status, 3);
    }
    add(line, ",\"bytes\":");
    add_number(line, sent, 0);
    add(line, ",\"ms\":");
    add_number(line, ms, 0);
    add(line, ",\"reason\":\"");
    if (!sent) {
        add(line, begun);
        add(line, ": ");
    }
    add_reason(line, reason, 1);
    add(line, "\"}");
}

/* What is known of the request stands around the byte PLACE. */
static void add_line(struct text *line, const char *status, const char *reason, size_t sent, long ms)
{
    const char *rest = strchr(now.what, PLACE);

    if (now.log_form == STAMPED) {
        add_timestamp(line);
        add(line, " restd-inet: ");
    }
    add_bytes(line, now.what, rest ? (size_t) (rest - now.what) : strlen(now.what));
    add(line, ": ");
    add_bytes(line, sent ? status : begun, sent ? 3 : strlen(begun));
    add(line, ", ");
    add_number(line, sent, 0);
    add(line, " bytes, ");
    add_number(line, ms, 0);
    add(line, " ms");
    add(line, rest ? rest + 1 : "");
    add(line, ": ");
    add_reason(line, reason, 0);
}

static void write_log(const char *status, const char *reason, size_t sent)
{
    struct text line = {line_room, 0, sizeof(line_room) - 1};
    long ms = (long) ((monotonic() - now.began) * 1000);

    add(&line, now.log_start);
    if (now.log < 0) {
        add_number(&line, now.pid, 0);
        add(&line, "]: ");
    }
    (now.log_form == JSON ? add_object : add_line)(&line, status, reason, sent, ms);
    line.room++;
    add(&line, "\n");
    if (now.log < 0)
        write_to_syslog(&line);
    else
        write_line(now.log, &line);
}

static void count_as(const char *pattern, const char *put, size_t size, long long amount)
{
    struct text name = {counter_room, 0, sizeof(counter_room)};
    const char *mark = strstr(pattern, MARK);

    if (!mark)
        return;
    add_bytes(&name, pattern, mark - pattern);
    add_bytes(&name, put, size);
    add(&name, mark + strlen(MARK));
    counter(name.bytes, name.size, amount);
}

/* As metrics.request counts. */
static void count(const char *status)
{
    double seconds = monotonic() - now.began;
    const char *bucket = "+Inf";

    if (!counter)
        return;
    for (size_t i = bucket_count; i-- > 0 && seconds <= buckets[i].bound;)
        bucket = buckets[i].name;
    count_as(now.counted, status, 3, 1);
    count_as(now.timed, bucket, strlen(bucket), 1);
    count_as(now.timed, "sum", 3, (long long) (seconds * 1e6));
}

/* Says what there is to say: once, whichever thread comes first. The others wait for the end of the process. */
static void last_words(const char *status, const char *reason)
{
    size_t sent = 0;

    if (__atomic_exchange_n(&ending, 1, __ATOMIC_SEQ_CST))
        for (;;)
            pause();
    if (!now.spoken) {
        count(status);
        sent = answer(status, reason);
    }
    write_log(status, reason, sent);
    if (now.socket)
        part(now.descriptor);
}

static int mine(void)
{
    return now.armed && now.pid == getpid();
}

static int option(int descriptor, int name)
{
    int value = -1;
    socklen_t size = sizeof(value);

    return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) ? -1 : value;
}

/* The name of a socket without its directory, which may have several names. */
static const char *base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Whether a connection to munged is open, or waits to be taken: libmunge waits for both without a limit. */
static int waits_for_munged(void)
{
    for (int descriptor = 3; *munged.sun_path && descriptor < DESCRIPTORS; descriptor++) {
        struct sockaddr_un peer = {0};
        socklen_t size = sizeof(peer) - 1;

        if (descriptor == now.descriptor || option(descriptor, SO_DOMAIN) != AF_UNIX ||
            option(descriptor, SO_TYPE) != SOCK_STREAM || option(descriptor, SO_ACCEPTCONN))
            continue;
        if (getpeername(descriptor, (struct sockaddr *) &peer, &size) ? errno == ENOTCONN
            : !strcmp(base(peer.sun_path), base(munged.sun_path)))
            return 1;
    }
    return 0;
}

static int munged_hangs(void)
{
    int end = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), hangs;
    struct pollfd answer = {.fd = end, .events = POLLIN};

    if (end < 0)
        return 0;
    if (connect(end, (struct sockaddr *) &munged, sizeof(munged)))
        hangs = errno == EAGAIN; /* nobody takes the connections that wait */
    else
        hangs = send(end, to_encode, sizeof(to_encode), MSG_NOSIGNAL) == (ssize_t) sizeof(to_encode) &&
                poll(&answer, 1, MUNGED_MILLISECONDS) == 0;
    close(end);
    return hangs;
}

static void end_for_munged(void)
{
    if (now.failed)
        *now.failed = monotonic();
    if (now.safe)
        last_words("503 Service Unavailable", MUNGED_HANGS);
    else
        last_words("504 Gateway Timeout", MUNGED_HANGS "; whether the request was done is not known");
    _exit(BROKEN);
}

/* Looks now and then. No signal disturbs the request before munged is seen to hang: poll(2) is not restarted
 * after one, and not every wait of libslurm goes on. */
static void *watch(void *first)
{
    double at = *(double *) first;

    for (;;) {
        struct timespec when = {(time_t) at, (long) ((at - (double) (time_t) at) * 1e9)};
        double look;

        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
        look = now.look;
        if (mine() && look && look <= monotonic()) {
            if (waits_for_munged() && munged_hangs()) {
                now.hangs = 1;
                kill(getpid(), now.alarm ? SIGALRM : EXPIRED);
            }
            if (now.look == look) { /* it is the same request */
                now.pause *= 2;
                now.look = monotonic() + now.pause;
            }
        }
        at = monotonic() + PERIOD;
        if (mine() && now.look && now.look < at)
            at = now.look;
    }
    return NULL;
}

static void start_watching(void)
{
    static double first;
    pthread_t thread;
    pthread_attr_t small;
    sigset_t all, before;

    if (now.watched == getpid())
        return;
    now.watched = getpid(); /* threads are not inherited */
    first = now.look;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_init(&small);
    pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&small, STACK_BYTES);
    pthread_create(&thread, &small, watch, &first); /* without it a request has its whole time */
    pthread_attr_destroy(&small);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void on_expired(int number)
{
    int saved = errno;

    if (mine() && monotonic() >= now.deadline - 0.001) {
        if (!*now.status)
            _exit(0); /* nobody has asked anything */
        if (now.failed && now.look)
            *now.failed = monotonic();
        last_words(now.status, now.reason);
        _exit(BROKEN);
    }
    if (mine() && now.hangs) {
        now.hangs = 0;
        if (waits_for_munged())
            end_for_munged();
    }
    errno = saved;
}

/* The last line that libslurm has printed; "" without one. */
static const char *last_line(void)
{
    static char line[512];
    struct stat file;
    ssize_t size;

    if (now.printed < 0 || fstat(now.printed, &file) || !S_ISREG(file.st_mode))
        return "";
    size = pread(now.printed, line, sizeof(line) - 1,
                 file.st_size < (off_t) sizeof(line) ? 0 : file.st_size - (off_t) sizeof(line) + 1);
    while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r'))
        size--;
    if (size <= 0)
        return "";
    line[size] = 0;
    for (ssize_t at = size; at > 0; at--)
        if (line[at - 1] == '\n')
            return line + at;
    return line;
}

/* "exit" stands for 0, which is no signal. */
static const char *name_of(int number)
{
    switch (number) {
    case 0: return "exit";
    case SIGABRT: return "SIGABRT";
    case SIGSEGV: return "SIGSEGV";
    case SIGBUS: return "SIGBUS";
    case SIGFPE: return "SIGFPE";
    default: return "SIGILL";
    }
}

static void say_how(int number)
{
    struct text reason = {reason_room, 0, sizeof(reason_room) - 1};
    const char *line = last_line();

    add(&reason, *line ? "libslurm ended the process (" : "the process was ended (");
    add(&reason, name_of(number));
    add(&reason, ")");
    if (*line) {
        add(&reason, ": ");
        add(&reason, line);
    }
    reason.bytes[reason.size] = 0;
    last_words("502 Bad Gateway", reason.bytes);
}

static void block_signals(void)
{
    sigset_t all;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
}

/* exit(3) under a request. Python's own end comes when there is none. */
static void on_exit_called(void)
{
    if (!mine() || !*now.status)
        return;
    block_signals();
    say_how(0);
    _exit(UNAVAILABLE);
}

static void on_crash(int number)
{
    sigset_t own;

    if (mine() && *now.status)
        say_how(number);
    /* As it would have ended without this handler: whoever waits for it sees by what. */
    signal(number, SIG_DFL);
    sigemptyset(&own);
    sigaddset(&own, number);
    sigprocmask(SIG_UNBLOCK, &own, NULL);
    raise(number);
}

/* ---- For Python ---- */

static void prepare_process(void)
{
    static char stack[65536];
    stack_t where = {.ss_sp = stack, .ss_size = sizeof(stack)};
    struct sigaction action = {.sa_flags = SA_RESTART | SA_ONSTACK};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = EXPIRED};

    if (now.pid == getpid())
        return;
    now.alarm = timer_create(CLOCK_MONOTONIC, &event, &now.timer); /* RLIMIT_SIGPENDING bounds them */
    now.pid = getpid(); /* timers are not inherited */
    sigaltstack(&where, NULL); /* for a stack that has overflowed */
    sigfillset(&action.sa_mask);
    action.sa_handler = on_expired;
    sigaction(now.alarm ? SIGALRM : EXPIRED, &action, NULL);
    action.sa_handler = on_crash;
    for (size_t i = 0; i < sizeof(crashes) / sizeof(*crashes); i++)
        sigaction(crashes[i], &action, NULL);
}

static void set_timer(double deadline)
{
    struct itimerspec at = {{0, 0}, {0, 0}};

    if (now.published)
        *now.published = deadline;
    if (now.alarm) {
        double left = deadline ? deadline - monotonic() : 0;
        struct itimerval wait = {{0, 0}, {0, 0}};

        left = deadline && left < 0.001 ? 0.001 : left;
        wait.it_value.tv_sec = (time_t) left;
        wait.it_value.tv_usec = (long) ((left - (double) (time_t) left) * 1e6);
        setitimer(ITIMER_REAL, &wait, NULL);
    } else {
        at.it_value.tv_sec = (time_t) deadline;
        at.it_value.tv_nsec = (long) ((deadline - (double) (time_t) deadline) * 1e9);
        timer_settime(now.timer, TIMER_ABSTIME, &at, NULL);
    }
}

static void disarm(void)
{
    __atomic_store_n(&now.armed, 0, __ATOMIC_SEQ_CST);
}

static void arm(void)
{
    __atomic_store_n(&now.armed, 1, __ATOMIC_SEQ_CST);
}

static void copy(char *to, size_t room, const char *from, Py_ssize_t size)
{
    if ((size_t) size >= room)
        size = room - 1;
    memcpy(to, from, size);
    to[size] = 0;
}

static PyObject *py_arm(PyObject *self, PyObject *arguments)
{
    double seconds, pause = 0;
    const char *status, *reason;
    Py_ssize_t status_size, reason_size;
    int safe = 0;

    if (!PyArg_ParseTuple(arguments, "dy#y#|di", &seconds, &status, &status_size, &reason, &reason_size,
                          &pause, &safe))
        return NULL;
    prepare_process();
    disarm();
    copy(now.status, sizeof(now.status), status, status_size);
    copy(now.reason, sizeof(now.reason), reason, reason_size);
    now.deadline = monotonic() + seconds;
    now.look = pause ? now.deadline - seconds + pause : 0;
    now.pause = pause;
    now.safe = safe;
    now.hangs = 0;
    arm();
    set_timer(now.deadline);
    if (pause)
        start_watching();
    Py_RETURN_NONE;
}

static PyObject *py_renew(PyObject *self, PyObject *arguments)
{
    double seconds;

    if (!PyArg_ParseTuple(arguments, "d", &seconds))
        return NULL;
    if (mine()) {
        now.deadline = monotonic() + seconds;
        set_timer(now.deadline);
    }
    Py_RETURN_NONE;
}

/* After stop: for another part of the same answer. */
static PyObject *py_again(PyObject *self, PyObject *arguments)
{
    double seconds;

    if (!PyArg_ParseTuple(arguments, "d", &seconds))
        return NULL;
    if (now.pid == getpid()) {
        now.deadline = monotonic() + seconds;
        arm();
        set_timer(now.deadline);
    }
    Py_RETURN_NONE;
}

static PyObject *py_stop(PyObject *self, PyObject *nothing)
{
    disarm();
    if (now.pid == getpid())
        set_timer(0);
    Py_RETURN_NONE;
}

static PyObject *py_begin(PyObject *self, PyObject *arguments)
{
    int descriptor, socket, log, form;
    const char *log_start, *what;
    Py_ssize_t start_size, what_size;

    if (!PyArg_ParseTuple(arguments, "iiiy#iy#", &descriptor, &socket, &log, &log_start, &start_size, &form,
                          &what, &what_size))
        return NULL;
    disarm();
    now.descriptor = descriptor;
    now.socket = socket;
    now.log = log;
    now.log_form = form;
    copy(now.log_start, sizeof(now.log_start), log_start, start_size);
    copy(now.what, sizeof(now.what), what, what_size);
    strcpy(now.type, "text/plain; charset=utf-8");
    strcpy(now.document, MARK "\n");
    now.quoted = now.bodiless = now.spoken = 0;
    *now.counted = *now.timed = 0;
    now.began = monotonic();
    Py_RETURN_NONE;
}

static PyObject *py_words(PyObject *self, PyObject *arguments)
{
    const char *type, *document, *what;
    Py_ssize_t type_size, document_size, what_size;
    int quoted, bodiless, armed = now.armed;

    if (!PyArg_ParseTuple(arguments, "y#y#iiy#", &type, &type_size, &document, &document_size, &quoted,
                          &bodiless, &what, &what_size))
        return NULL;
    disarm();
    copy(now.what, sizeof(now.what), what, what_size);
    now.bodiless = bodiless;
    if (document_size && document_size < DOCUMENT_BYTES) {
        now.quoted = quoted;
        copy(now.type, sizeof(now.type), type, type_size);
        copy(now.document, sizeof(now.document), document, document_size);
    }
    if (armed) {
        arm();
        set_timer(now.deadline); /* it may have expired meanwhile, unheard */
    }
    Py_RETURN_NONE;
}

/* Which counters count the request. */
static PyObject *py_counted(PyObject *self, PyObject *arguments)
{
    const char *counted, *timed;
    Py_ssize_t counted_size, timed_size;
    int armed = now.armed;

    if (!PyArg_ParseTuple(arguments, "y#y#", &counted, &counted_size, &timed, &timed_size))
        return NULL;
    disarm();
    copy(now.counted, sizeof(now.counted), counted, counted_size);
    copy(now.timed, sizeof(now.timed), timed, timed_size);
    if (armed) {
        arm();
        set_timer(now.deadline);
    }
    Py_RETURN_NONE;
}

/* The capsule of a function that counts, and the bounds of the buckets of the time with their names. */
static PyObject *py_count_by(PyObject *self, PyObject *arguments)
{
    PyObject *capsule, *bounds;

    if (!PyArg_ParseTuple(arguments, "OO!", &capsule, &PyTuple_Type, &bounds))
        return NULL;
    for (bucket_count = 0; bucket_count < (size_t) PyTuple_Size(bounds); bucket_count++) {
        const char *name;

        if (bucket_count == sizeof(buckets) / sizeof(*buckets))
            return PyErr_SetString(PyExc_ValueError, "too many buckets"), NULL;
        if (!PyArg_ParseTuple(PyTuple_GetItem(bounds, bucket_count), "ds", &buckets[bucket_count].bound, &name))
            return NULL;
        copy(buckets[bucket_count].name, sizeof(buckets->name), name, (Py_ssize_t) strlen(name));
    }
    counter = PyCapsule_GetPointer(capsule, NULL);
    if (!counter)
        return NULL;
    Py_RETURN_NONE;
}

/* Ends the process under its request; does nothing where there is none. */
static PyObject *py_end(PyObject *self, PyObject *arguments)
{
    const char *status, *reason;
    Py_ssize_t status_size, reason_size;
    int code;

    if (!PyArg_ParseTuple(arguments, "y#y#i", &status, &status_size, &reason, &reason_size, &code))
        return NULL;
    if (mine() && *now.status) {
        block_signals();
        last_words(status, reason);
        _exit(code);
    }
    Py_RETURN_NONE;
}

static PyObject *py_spoken(PyObject *self, PyObject *nothing)
{
    now.spoken = 1;
    Py_RETURN_NONE;
}

static PyObject *py_printed(PyObject *self, PyObject *arguments)
{
    if (!PyArg_ParseTuple(arguments, "i", &now.printed))
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *py_publish(PyObject *self, PyObject *arguments)
{
    static Py_buffer buffer;

    if (!PyArg_ParseTuple(arguments, "w*", &buffer))
        return NULL;
    if ((size_t) buffer.len < sizeof(double))
        return PyErr_SetString(PyExc_ValueError, "expected room for a double"), NULL;
    now.published = buffer.buf; /* for the life of the process */
    Py_RETURN_NONE;
}

/* Where munged listens; b"" if nobody waits for it. */
static PyObject *py_munged(PyObject *self, PyObject *arguments)
{
    const char *path;
    Py_ssize_t size;

    if (!PyArg_ParseTuple(arguments, "y#", &path, &size))
        return NULL;
    copy(munged.sun_path, sizeof(munged.sun_path), path, size);
    Py_RETURN_NONE;
}

/* Where the time of a failure is noted, for other processes. */
static PyObject *py_failed(PyObject *self, PyObject *arguments)
{
    static Py_buffer buffer;

    if (!PyArg_ParseTuple(arguments, "w*", &buffer))
        return NULL;
    if ((size_t) buffer.len < sizeof(double))
        return PyErr_SetString(PyExc_ValueError, "expected room for a double"), NULL;
    now.failed = buffer.buf; /* for the life of the process */
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"begin", py_begin, METH_VARARGS, NULL},
    {"words", py_words, METH_VARARGS, NULL},
    {"counted", py_counted, METH_VARARGS, NULL},
    {"count_by", py_count_by, METH_VARARGS, NULL},
    {"arm", py_arm, METH_VARARGS, NULL},
    {"renew", py_renew, METH_VARARGS, NULL},
    {"again", py_again, METH_VARARGS, NULL},
    {"spoken", py_spoken, METH_NOARGS, NULL},
    {"stop", py_stop, METH_NOARGS, NULL},
    {"end", py_end, METH_VARARGS, NULL},
    {"printed", py_printed, METH_VARARGS, NULL},
    {"publish", py_publish, METH_VARARGS, NULL},
    {"munged", py_munged, METH_VARARGS, NULL},
    {"failed", py_failed, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "_deadline", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit__deadline(void)
{
    /* Before libslurm's: what is registered last is called first, and that knows more (exit_guard.py). */
    atexit(on_exit_called);
    return PyModule_Create(&module);
}
