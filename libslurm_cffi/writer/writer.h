/*
 * Structs written as JSON objects, straight from memory: what a table walked in Python takes too long for.
 *
 * A plan has a row per field: where its member lies and how it is written. Texts and plain numbers are written
 * here. Whatever needs more thought is asked of Python (writer_ask) and, if it depends on the member's value
 * alone, remembered: a state or a flag set comes up thousands of times.
 */
#ifndef LIBSLURM_CFFI_WRITER_H
#define LIBSLURM_CFFI_WRITER_H

#include <stddef.h>
#include <stdint.h>

enum {
    WRITER_TEXT, /* char *; NULL is written as `unset` */
    WRITER_INDEXES, /* int32_t * to a list that ends with -1; NULL is written as `unset` */
    WRITER_UNSIGNED, /* a number below `limit`; others are asked for, by value */
    WRITER_SIGNED,
    WRITER_STRUCTURE, /* {…"number":N}: a number below `limit` behind `unset`; others are asked for, by value */
    WRITER_VALUE, /* asked for, by value: the member's bits */
    WRITER_CONSTANT, /* always `unset` */
    WRITER_RECORD, /* asked for, by record; if the member is there and 0 it is written as `unset` */
};

typedef struct {
    const char *key; /* with all that stands between it and the value before: ,"name": */
    const char *unset;
    uint64_t limit;
    uint32_t key_size;
    uint32_t unset_size; /* 0: such a field is left out, key and all */
    uint32_t offset;
    uint8_t kind;
    uint8_t size; /* of the member, bytes; 0: no member */
} writer_row_t;

typedef struct writer writer_t;

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

/* For Python: answers writer_ask. `kept` texts must live as long as the writer. */
typedef struct {
    const char *text;
    size_t size;
} writer_answer_t;

#endif
