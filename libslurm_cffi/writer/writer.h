/*
 * Structs written as JSON objects, straight from memory: what a table walked in Python takes too long for.
 *
 * A plan has a row per field: where its member lies and how it is written. Texts, numbers, lists and nested
 * structs are written here, each as its row says; a field of several members is written by a part (parts.h). What
 * depends on the value of one member alone, such as a state or the name of a uid, is asked of Python (writer_ask)
 * and remembered. Only WRITER_RECORD asks for each record.
 */
#ifndef LIBSLURM_CFFI_WRITER_H
#define LIBSLURM_CFFI_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WRITER_TEXT, /* char *; NULL is written as `unset` */
    WRITER_WORDS, /* char * with commas between words, as a list; NULL is written as `unset` */
    WRITER_INDEXES, /* int32_t * to a list that ends with -1; NULL is written as `unset` */
    WRITER_UNSIGNED, /* a number from `low` to below `limit`; others are asked for, by value */
    WRITER_SIGNED,
    WRITER_STRUCTURE, /* {…"number":N}: the same behind `unset` */
    WRITER_DOUBLE, /* a normal double from 0 to below `limit`, behind `unset`; others are asked for, by value */
    WRITER_EQUAL, /* whether the number is `limit`: true or false */
    WRITER_VALUE, /* asked for, by value: the member's bits */
    WRITER_CONSTANT, /* always `unset` */
    WRITER_PART, /* written by `part`; if the member is there and 0, as `unset` */
    WRITER_POINTEE, /* the plan's object, of what the member points to; NULL is written as `unset` */
    WRITER_FILLED, /* the plan's object, of a struct of `stride` bytes that `fill` fills; `unset` if it fails */
    WRITER_ARRAY, /* a list of the plan's objects: the member points to `count` structs of `stride` bytes each */
    WRITER_RECORD, /* asked for, by record; if the member is there and 0 it is written as `unset` */
    WRITER_END, /* the end of a plan: `key` closes its objects */
};

typedef struct writer writer_t;

/* Writes a value of a record; false: there is none, and the field is left out. */
typedef bool (*writer_part_t)(writer_t *writer, uint32_t row, const char *record);
/* Fills a struct with what a plan is about; false: the record has no such thing. */
typedef bool (*writer_fill_t)(const char *record, void *to);

typedef struct {
    const char *key; /* with all that stands between it and the value before: ,"name": */
    const char *unset;
    uint64_t low;
    uint64_t limit;
    uint64_t mask; /* of the bits that are not part of the number */
    uint64_t wanted; /* how they must be where there is an `other`, which is written if they are not */
    const char *other;
    writer_part_t part;
    writer_fill_t fill;
    uint32_t key_size;
    uint32_t unset_size; /* 0: such a field is left out, key and all */
    uint32_t other_size;
    uint32_t offset;
    uint32_t count_offset; /* of an array's length */
    uint32_t stride;
    uint32_t plan; /* the first row of the plan of a nested object */
    uint8_t kind;
    uint8_t size; /* of the member, bytes; 0: no member */
    uint8_t count_size;
} writer_row_t;

/* rows must live as long as the writer; asked: what writer_ask is given. NULL if there is no memory. */
extern writer_t *writer_new(const writer_row_t *rows, uint32_t count, void *asked);
extern void writer_free(writer_t *writer);

/*
 * Writes records, which lie `stride` bytes apart, with commas between them, until all are written or the text
 * is longer than `enough` bytes. Returns how many were written; 0 if there is no memory. The text stays until
 * the next call.
 */
extern uint32_t writer_write(writer_t *writer, const char *records, size_t stride, uint32_t count, size_t enough);
extern const char *writer_text(const writer_t *writer, size_t *size);

/* For Python: answers writer_ask. The text is copied. */
typedef struct {
    const char *text;
    size_t size;
} writer_answer_t;

/*
 * Parts, named after the lookup of restd_inet.slurm.lookups that gives the same: writer_NAME. Those with (value)
 * ask for a name by value.
 */
extern bool writer_job_stdin(writer_t *writer, uint32_t row, const char *job);
extern bool writer_job_stdout(writer_t *writer, uint32_t row, const char *job);
extern bool writer_job_stderr(writer_t *writer, uint32_t row, const char *job);
extern bool writer_job_stdin_given(writer_t *writer, uint32_t row, const char *job);
extern bool writer_job_stdout_given(writer_t *writer, uint32_t row, const char *job);
extern bool writer_job_stderr_given(writer_t *writer, uint32_t row, const char *job);
extern bool writer_job_user_name(writer_t *writer, uint32_t row, const char *job); /* (value) */
extern bool writer_job_step_id(writer_t *writer, uint32_t row, const char *job);
extern bool writer_priorities(writer_t *writer, uint32_t row, const char *job);
extern bool writer_gres_detail(writer_t *writer, uint32_t row, const char *job);
extern bool writer_job_resources(writer_t *writer, uint32_t row, const char *job);
extern bool writer_job_resources_by_host(writer_t *writer, uint32_t row, const char *job);
extern bool writer_job_resources_in_full(writer_t *writer, uint32_t row, const char *job);
extern bool writer_allocated_hosts(writer_t *writer, uint32_t row, const char *allocation);
extern bool writer_node_partitions(writer_t *writer, uint32_t row, const char *node);
extern bool writer_alloc_memory(writer_t *writer, uint32_t row, const char *node);
extern bool writer_alloc_cpus(writer_t *writer, uint32_t row, const char *node);
extern bool writer_idle_cpus(writer_t *writer, uint32_t row, const char *node);
extern bool writer_tres_used(writer_t *writer, uint32_t row, const char *node);
extern bool writer_tres_used_text(writer_t *writer, uint32_t row, const char *node);
extern bool writer_tres_weighted(writer_t *writer, uint32_t row, const char *node);
extern bool writer_reason_user(writer_t *writer, uint32_t row, const char *node); /* (value) */
extern bool writer_partition_exclusive(writer_t *writer, uint32_t row, const char *partition);
extern bool writer_purge_completed(writer_t *writer, uint32_t row, const char *reservation);

/* What a job was given of its nodes, as writer_allocated_hosts and a plan have it: of a job. */
typedef struct {
    const void *resources; /* job_resources_t */
    const char *nodes;
    uint32_t ncpus;
    uint32_t nhosts;
    uint32_t node_req;
    uint16_t cr_type;
    uint16_t threads_per_core;
    uint8_t whole_node;
} writer_allocation_t;

extern bool writer_fill_allocation(const char *job, void *to);

#endif
