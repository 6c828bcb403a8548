/* What Python has no call for, or only in a module that costs a start: prctl(2), and a counter that all processes after a fork share. */
#define _GNU_SOURCE
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Beside deadline.c's SIGRTMIN + 5. */
#define INTERRUPT (SIGRTMIN + 6)

/* In memory of its own, which a fork does not copy. */
static atomic_ulong *lost;

static PyObject *process_prctl(PyObject *self, PyObject *arguments)
{
    int option;
    unsigned long value;

    (void)self;
    if (!PyArg_ParseTuple(arguments, "ik", &option, &value))
        return NULL;
    if (prctl(option, value, 0, 0, 0))
        return PyErr_SetFromErrno(PyExc_OSError);
    Py_RETURN_NONE;
}

static PyObject *process_no_core_dumps(PyObject *self, PyObject *unused)
{
    struct rlimit none = {0, 0};

    (void)self;
    (void)unused;
    if (setrlimit(RLIMIT_CORE, &none))
        return PyErr_SetFromErrno(PyExc_OSError);
    Py_RETURN_NONE;
}

static PyObject *process_resize_pipe(PyObject *self, PyObject *arguments)
{
    int descriptor, size;

    (void)self;
    if (!PyArg_ParseTuple(arguments, "ii", &descriptor, &size))
        return NULL;
    if (fcntl(descriptor, F_SETPIPE_SZ, size) < 0)
        return PyErr_SetFromErrno(PyExc_OSError);
    Py_RETURN_NONE;
}

static PyObject *process_queued(PyObject *self, PyObject *arguments)
{
    int descriptor, size = 0;

    (void)self;
    if (!PyArg_ParseTuple(arguments, "i", &descriptor))
        return NULL;
    if (ioctl(descriptor, SIOCOUTQ, &size))
        return PyErr_SetFromErrno(PyExc_OSError);
    return PyLong_FromLong(size);
}

static void interrupted(int number)
{
    (void)number;
}

/* A terminal's poll(2) promises room for one byte only, and O_NONBLOCK would hold for all who have it. */
static PyObject *process_write_briefly(PyObject *self, PyObject *arguments)
{
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = INTERRUPT};
    struct sigaction action = {.sa_handler = interrupted}; /* without SA_RESTART */
    struct itimerspec when = {.it_interval.tv_nsec = 10000000};
    sigset_t own, before;
    Py_buffer data;
    timer_t timer;
    ssize_t written;
    int descriptor, milliseconds, error;

    (void)self;
    if (!PyArg_ParseTuple(arguments, "iy*i", &descriptor, &data, &milliseconds))
        return NULL;
    when.it_value.tv_nsec = milliseconds * 1000000L;
    event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
    if (sigaction(INTERRUPT, &action, NULL) || timer_create(CLOCK_MONOTONIC, &event, &timer)) {
        PyBuffer_Release(&data);
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    sigemptyset(&own);
    sigaddset(&own, INTERRUPT);
    pthread_sigmask(SIG_UNBLOCK, &own, &before);
    Py_BEGIN_ALLOW_THREADS
    timer_settime(timer, 0, &when, NULL);
    written = write(descriptor, data.buf, (size_t)data.len);
    error = errno;
    timer_delete(timer);
    Py_END_ALLOW_THREADS
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    PyBuffer_Release(&data);
    if (written < 0 && error == EINTR)
        written = 0;
    errno = error;
    return written < 0 ? PyErr_SetFromErrno(PyExc_OSError) : PyLong_FromSsize_t(written);
}

static PyObject *process_add_lost(PyObject *self, PyObject *arguments)
{
    unsigned long count;

    (void)self;
    if (!PyArg_ParseTuple(arguments, "k", &count))
        return NULL;
    atomic_fetch_add(lost, count);
    Py_RETURN_NONE;
}

static PyObject *process_take_lost(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    return PyLong_FromUnsignedLong(atomic_load(lost) ? atomic_exchange(lost, 0) : 0);
}

/* A table of counters that all processes after a fork share. The first that counts one names it; what of a name
   is longer than its room is cut. A process that is killed while it names one leaves an entry that is lost. */
#define NAME_BYTES 200
#define PROBES 64
enum { FREE, BEING_NAMED, NAMED };

struct counter {
    atomic_int state;
    char name[NAME_BYTES];
    atomic_llong value;
};

static struct counter *counters;
static unsigned long counters_size;

static PyObject *process_share_counters(PyObject *self, PyObject *arguments)
{
    unsigned long size;
    void *memory;

    (void)self;
    if (!PyArg_ParseTuple(arguments, "k", &size))
        return NULL;
    memory = mmap(NULL, size * sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return PyErr_SetFromErrno(PyExc_OSError);
    counters = memory;
    counters_size = size;
    Py_RETURN_NONE;
}

static struct counter *counter_of(const char *name, size_t size)
{
    unsigned long hash = 1469598103934665603UL;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char) name[i]) * 1099511628211UL;
    for (unsigned long i = 0; i < PROBES; i++) {
        struct counter *found = &counters[(hash + i) % counters_size];
        int expected = FREE;

        if (atomic_load(&found->state) == FREE
            && atomic_compare_exchange_strong(&found->state, &expected, BEING_NAMED)) {
            memcpy(found->name, name, size);
            atomic_store(&found->state, NAMED);
            return found;
        }
        /* One that is just being named may be the same: then there are two, which are added when read. */
        if (atomic_load(&found->state) == NAMED && !strncmp(found->name, name, size) && !found->name[size])
            return found;
    }
    return NULL;
}

/* Also from handlers of signals (deadline.c), through the capsule "counter". */
static void add_to_counter(const char *name, size_t size, long long amount)
{
    struct counter *found;

    if (size >= NAME_BYTES)
        size = NAME_BYTES - 1;
    if (counters && (found = counter_of(name, size)))
        atomic_fetch_add(&found->value, amount);
}

static PyObject *process_count(PyObject *self, PyObject *arguments)
{
    const char *name;
    Py_ssize_t size;
    long long amount;

    (void)self;
    if (!PyArg_ParseTuple(arguments, "y#L", &name, &size, &amount))
        return NULL;
    add_to_counter(name, (size_t) size, amount);
    Py_RETURN_NONE;
}

static PyObject *process_counts(PyObject *self, PyObject *unused)
{
    PyObject *all = PyList_New(0);

    (void)self;
    (void)unused;
    for (unsigned long i = 0; all && i < counters_size; i++) {
        struct counter *found = &counters[i];
        PyObject *one;

        if (atomic_load(&found->state) != NAMED)
            continue;
        one = Py_BuildValue("(yL)", found->name, (long long) atomic_load(&found->value));
        if (!one || PyList_Append(all, one)) {
            Py_XDECREF(one);
            Py_DECREF(all);
            return NULL;
        }
        Py_DECREF(one);
    }
    return all;
}

/* openat2(2), from Linux 5.6 on: libraries have no function for it, and older headers neither the number nor
   the struct. */
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#define NO_MAGICLINKS 0x02

static PyObject *process_open_unmagic(PyObject *self, PyObject *arguments)
{
    struct {
        uint64_t flags, mode, resolve;
    } how = {.resolve = NO_MAGICLINKS};
    const char *path;
    int flags, error;
    long descriptor;

    (void)self;
    if (!PyArg_ParseTuple(arguments, "yi", &path, &flags))
        return NULL;
    how.flags = (unsigned) flags;
    Py_BEGIN_ALLOW_THREADS
    descriptor = syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
    error = errno;
    Py_END_ALLOW_THREADS
    errno = error;
    return descriptor < 0 ? PyErr_SetFromErrno(PyExc_OSError) : PyLong_FromLong(descriptor);
}

static PyMethodDef methods[] = {
    {"share_counters", process_share_counters, METH_VARARGS, "share_counters(size): makes the table."},
    {"count", process_count, METH_VARARGS, "count(name, amount): adds to a counter, if there is a table."},
    {"counts", process_counts, METH_NOARGS, "All counters: [(name, value), ...]."},
    {"prctl", process_prctl, METH_VARARGS, "prctl(option, value): prctl(2) with one number."},
    {"no_core_dumps", process_no_core_dumps, METH_NOARGS, "Sets RLIMIT_CORE to 0, for good."},
    {"resize_pipe", process_resize_pipe, METH_VARARGS, "resize_pipe(descriptor, bytes): F_SETPIPE_SZ."},
    {"queued", process_queued, METH_VARARGS, "queued(socket): SIOCOUTQ, bytes not taken."},
    {"open_unmagic", process_open_unmagic, METH_VARARGS,
     "open_unmagic(path, flags): openat2(2) with RESOLVE_NO_MAGICLINKS: a descriptor."},
    {"write_briefly", process_write_briefly, METH_VARARGS,
     "write_briefly(descriptor, data, milliseconds): write(2) for at most so long, under 1000: the bytes written."},
    {"add_lost", process_add_lost, METH_VARARGS, "add_lost(count): adds to the count of lost log lines."},
    {"take_lost", process_take_lost, METH_NOARGS, "The count of lost log lines, which is 0 afterwards."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_process", NULL, -1, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__process(void)
{
    PyObject *made = PyModule_Create(&module);

    if (!made)
        return NULL;
    lost = mmap(NULL, sizeof *lost, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (lost == MAP_FAILED) {
        Py_DECREF(made);
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    if (PyModule_AddIntMacro(made, PR_SET_PDEATHSIG) || PyModule_AddIntMacro(made, PR_SET_DUMPABLE)
        || PyModule_AddIntMacro(made, PR_SET_CHILD_SUBREAPER)
        || PyModule_AddObject(made, "counter", PyCapsule_New((void *) add_to_counter, NULL, NULL))) {
        Py_DECREF(made);
        return NULL;
    }
    return made;
}
