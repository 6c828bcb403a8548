/*
 * bin/restd-inet: starts Python without what a request does not need.
 *
 * `python -IS script.py` spares a fifth of a cold start: no site, no .pth files, no paths from the environment. pip
 * writes the first line of scripts anew and drops such options, so that this is a program. Where it does not know
 * what Python's site would do, it starts Python as ever: outside of a virtual environment, in one that sees the
 * system's packages, beside sources that are edited, or with PYTHONPATH or PYTHONHOME.
 *
 * SITE: the directory of packages, below that of the environment; both are made by setup.py. PYTHON: the Python that
 * this was built with.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char ORDINARY[] = "import sys; sys.argv[0] = 'restd-inet'; "
                               "from restd_inet.__main__ import main; main()";

/* The directory of a path, as often; false if there is none. */
static bool cut(char *path, int times)
{
    for (; times; times--) {
        char *slash = strrchr(path, '/');

        if (!slash)
            return false;
        *slash = '\0';
    }
    return true;
}

static bool join(char *to, const char *directory, const char *name)
{
    return snprintf(to, PATH_MAX, "%s/%s", directory, name) < PATH_MAX;
}

/* Whether it is a virtual environment with no packages but its own. */
static bool stands_alone(const char *environment)
{
    char path[PATH_MAX], line[256];
    bool alone = false;
    FILE *file = join(path, environment, "pyvenv.cfg") ? fopen(path, "re") : NULL;

    while (file && fgets(line, sizeof(line), file))
        if (!strncmp(line, "include-system-site-packages", 28))
            alone = strstr(line, "false") != NULL;
    if (file)
        fclose(file);
    return alone;
}

int main(int count, char **arguments)
{
    char environment[PATH_MAX] = "", python[PATH_MAX], script[PATH_MAX];
    char **given = calloc((size_t) count + 4, sizeof(*given));
    ssize_t size = readlink("/proc/self/exe", environment, sizeof(environment) - 1);
    int used = 0;

    if (!given || size < 0 || !cut(environment, 2) || !join(python, environment, "bin/python3") ||
        !join(script, environment, SITE "/restd_inet/start/script.py")) {
        fprintf(stderr, "restd-inet: cannot find out where it is installed\n");
        return 1;
    }
    if (access(python, X_OK))
        strcpy(python, PYTHON);
    given[used++] = python;
    if (getenv("PYTHONPATH") || getenv("PYTHONHOME") || !stands_alone(environment) || access(script, R_OK)) {
        given[used++] = "-Pc";
        given[used++] = (char *) ORDINARY;
    } else {
        given[used++] = "-IS";
        given[used++] = script;
    }
    for (int i = 1; i < count; i++)
        given[used++] = arguments[i];
    execv(python, given);
    fprintf(stderr, "restd-inet: %s: %s\n", python, strerror(errno));
    return 1;
}
