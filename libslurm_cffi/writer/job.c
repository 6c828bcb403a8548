/*
 * The files of a job, with what their patterns stand for.
 *
 * libslurm fills them in (slurm_get_job_stdout and its like), character by character. What nearly all jobs have,
 * a path with %j, %A, %a and %x, is filled in here, as far as all releases do the same; the rest is libslurm's.
 */
#include "compat.h"
#include "parts.h"

#include <stdio.h>
#include <string.h>

#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(25, 11, 0)
#define JOB_ID step_id.job_id
#else
#define JOB_ID job_id
#endif
/* As slurm.lookups has it: the longest path, limits.h. */
#define ROOM 4096

typedef void (*expand_t)(char *to, int size, slurm_job_info_t *job);

typedef struct {
    char text[ROOM];
    size_t size;
} path_t;

static bool add(path_t *path, const char *text, size_t size)
{
    if (size >= sizeof(path->text) - path->size)
        return false;
    memcpy(path->text + path->size, text, size);
    path->size += size;
    return true;
}

static bool add_number(path_t *path, uint32_t number)
{
    char text[12];

    return add(path, text, (size_t) snprintf(text, sizeof(text), "%u", number));
}

static bool add_pattern(path_t *path, char letter, const slurm_job_info_t *job)
{
    bool is_task = job->array_task_id != NO_VAL;

    switch (letter) {
    case 'j':
        return add_number(path, job->JOB_ID);
    case 'a':
        return add_number(path, job->array_task_id);
    case 'A': /* releases differ where only one of the numbers is there */
        return is_task == (job->array_job_id != 0) && add_number(path, is_task ? job->array_job_id : job->JOB_ID);
    case 'x': /* a name may hold patterns */
        return job->name && !strchr(job->name, '%') && add(path, job->name, strlen(job->name));
    default:
        return false;
    }
}

/* False: libslurm is to fill it in. */
static bool fill_in(path_t *path, const char *pattern, const slurm_job_info_t *job)
{
    size_t length;

    if (strchr(pattern, '\\') || *pattern == '%')
        return false;
    if (*pattern != '/') {
        length = job->work_dir ? strlen(job->work_dir) : 0;
        if (!length || job->work_dir[length - 1] == '/' || !add(path, job->work_dir, length) ||
            !add(path, "/", 1))
            return false;
    }
    while (*pattern) {
        length = strcspn(pattern, "%");
        if (!add(path, pattern, length))
            return false;
        pattern += length;
        if (*pattern && !add_pattern(path, pattern[1], job))
            return false;
        pattern += *pattern ? 2 : 0;
    }
    return true;
}

/* own: the pattern that is filled in; given: that, or what stands for it. */
static bool put_file(writer_t *writer, expand_t expand, const slurm_job_info_t *job, const char *own,
                     const char *given)
{
    path_t path;

    path.size = 0;
    if (given && !*given) { /* there libslurm crashes from 23.11 on */
        PUT(writer, "\"\"");
    } else if (own && *own && fill_in(&path, own, job)) {
        put_string(writer, path.text, path.size);
    } else {
        expand(path.text, sizeof(path.text), (slurm_job_info_t *) job);
        put_text(writer, path.text);
    }
    return true;
}

static bool put_given(writer_t *writer, writer_part_t part, uint32_t row, const char *job, const char *given)
{
    if (*given)
        return part(writer, row, job);
    PUT(writer, "\"\"");
    return true;
}

#define JOB(record) ((const slurm_job_info_t *) (record))

extern bool writer_job_stdin(writer_t *writer, uint32_t row, const char *record)
{
    return put_file(writer, slurm_get_job_stdin, JOB(record), JOB(record)->std_in, JOB(record)->std_in);
}

extern bool writer_job_stdout(writer_t *writer, uint32_t row, const char *record)
{
    return put_file(writer, slurm_get_job_stdout, JOB(record), JOB(record)->std_out, JOB(record)->std_out);
}

extern bool writer_job_stderr(writer_t *writer, uint32_t row, const char *record)
{
    const char *own = JOB(record)->std_err;

    return put_file(writer, slurm_get_job_stderr, JOB(record), own, own ? own : JOB(record)->std_out);
}

extern bool writer_job_stdin_given(writer_t *writer, uint32_t row, const char *record)
{
    return put_given(writer, writer_job_stdin, row, record, JOB(record)->std_in);
}

extern bool writer_job_stdout_given(writer_t *writer, uint32_t row, const char *record)
{
    return put_given(writer, writer_job_stdout, row, record, JOB(record)->std_out);
}

extern bool writer_job_stderr_given(writer_t *writer, uint32_t row, const char *record)
{
    return put_given(writer, writer_job_stderr, row, record, JOB(record)->std_err);
}

extern bool writer_job_user_name(writer_t *writer, uint32_t row, const char *record)
{
    const slurm_job_info_t *job = JOB(record);

    if (job->user_name && *job->user_name)
        put_text(writer, job->user_name);
    else
        put_remembered(writer, row, job->user_id);
    return true;
}

/* Slurm's identifier of a job, 64 bits in base 32 without I, L, O and U. */
static void put_sluid(writer_t *writer, uint64_t number)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    char text[14] = "s";

    for (int i = 0; i < 13; i++)
        text[i + 1] = digits[number >> (60 - 5 * i) & 31];
    put_string(writer, text, number ? sizeof(text) : 0);
}

extern bool writer_job_step_id(writer_t *writer, uint32_t row, const char *record)
{
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(25, 11, 0)
    uint64_t sluid = JOB(record)->step_id.sluid;
    uint32_t component = JOB(record)->step_id.step_het_comp;
#else
    uint64_t sluid = 0;
    uint32_t component = NO_VAL;
#endif
    PUT(writer, "{\"sluid\":");
    put_sluid(writer, sluid);
    PUT(writer, ",\"job_id\":");
    put_structure(writer, JOB(record)->JOB_ID);
    PUT(writer, ",\"step_het_component\":");
    put_structure(writer, component);
    PUT(writer, ",\"step_id\":\"entire\"}");
    return true;
}

#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(24, 11, 0)
#define PRIORITY_NAMES priority_array_names
#elif SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(24, 5, 0)
#define PRIORITY_NAMES priority_array_parts
#endif

/* A job that asks for several partitions has a priority in each. */
extern bool writer_priorities(writer_t *writer, uint32_t row, const char *record)
{
#ifdef PRIORITY_NAMES
    const char *names = JOB(record)->PRIORITY_NAMES;
    size_t length;
    bool first = true;

    PUT(writer, "[");
    for (uint32_t i = 0; names && *names; names += length + (names[length] == ','), i++) {
        length = strcspn(names, ",");
        if (!length)
            continue;
        if (!first)
            PUT(writer, ",");
        first = false;
        PUT(writer, "{\"partition\":");
        put_string(writer, names, length);
        PUT(writer, ",\"priority\":");
        put_unsigned(writer, JOB(record)->priority_array[i]);
        PUT(writer, "}");
    }
    PUT(writer, "]");
#endif
    return true;
}

extern bool writer_gres_detail(writer_t *writer, uint32_t row, const char *record)
{
    PUT(writer, "[");
    for (uint32_t i = 0; JOB(record)->gres_detail_str && i < JOB(record)->gres_detail_cnt; i++) {
        if (i)
            PUT(writer, ",");
        put_text(writer, JOB(record)->gres_detail_str[i]);
    }
    PUT(writer, "]");
    return true;
}
