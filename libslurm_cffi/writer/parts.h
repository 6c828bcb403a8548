/* What the parts of a plan are made with: see writer.h. For the files of this directory alone. */
#ifndef LIBSLURM_CFFI_PARTS_H
#define LIBSLURM_CFFI_PARTS_H

#include "writer.h"

#include <string.h>

/* The longest number, with a sign. */
#define NUMBER_SIZE 24

typedef struct {
    uint64_t value;
    char *text; /* NULL: free */
    size_t size;
} slot_t;

typedef struct {
    slot_t *slots;
    uint32_t room; /* a power of two, or 0 */
    uint32_t used;
} memory_t;

struct writer {
    const writer_row_t *rows;
    memory_t *memory;
    void *asked;
    char *text;
    size_t size;
    size_t room;
    size_t fixed; /* no record needs more than this for its keys, numbers and unset values */
    uint32_t count;
    uint32_t depth;
    bool failed; /* no memory, or no answer */
};

/* Room for so many more bytes, behind which the fixed parts of a record still fit. False: there is no memory. */
extern bool put_room(writer_t *writer, size_t more);
/* A part for which there is room. */
static inline void put_fixed(writer_t *writer, const char *text, size_t size)
{
    memcpy(writer->text + writer->size, text, size);
    writer->size += size;
}

/* Bytes as they are. */
extern void put(writer_t *writer, const char *text, size_t size);
#define PUT(writer, text) put(writer, text, sizeof(text) - 1)
/* A C string in quotes; NULL is written as the empty text. */
extern void put_text(writer_t *writer, const char *string);
extern void put_string(writer_t *writer, const char *string, size_t length);
extern void put_words(writer_t *writer, const char *words);
/* A number for which there is room. */
extern void put_number(writer_t *writer, uint64_t number, bool negative);
extern void put_unsigned(writer_t *writer, uint64_t number);
extern void put_double(writer_t *writer, double number);
/* A number that may be unset or without limit, as from v0.0.39 on. */
extern void put_structure(writer_t *writer, uint32_t number);
/* What writer_ask gives for a value, asked once. */
extern void forget_values(memory_t *memory);
extern void put_remembered(writer_t *writer, uint32_t row, uint64_t value);
extern void writer_fail(writer_t *writer);

#endif
