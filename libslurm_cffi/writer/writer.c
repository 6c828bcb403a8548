#include "parts.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

/* Defined in Python: the JSON of a row, by value or by record. */
extern writer_answer_t *writer_ask(void *asked, uint32_t row, uint64_t value, const char *record);

/* Of a plan within a plan within a plan: a table has no more. */
#define MOST_DEPTH 4

extern writer_t *writer_new(const writer_row_t *rows, uint32_t count, void *asked)
{
    writer_t *writer = calloc(1, sizeof(*writer));
    if (!writer)
        return NULL;
    writer->rows = rows;
    writer->count = count;
    writer->asked = asked;
    writer->fixed = 2;
    for (uint32_t i = 0; i < count; i++)
        writer->fixed += rows[i].key_size + rows[i].unset_size + rows[i].other_size + NUMBER_SIZE + 1;
    writer->memory = calloc((size_t) count + 1, sizeof(*writer->memory));
    if (!writer->memory) {
        free(writer);
        return NULL;
    }
    return writer;
}

extern void writer_free(writer_t *writer)
{
    if (!writer)
        return;
    for (uint32_t i = 0; i < writer->count; i++)
        forget_values(&writer->memory[i]);
    free(writer->memory);
    free(writer->text);
    free(writer);
}

extern const char *writer_text(const writer_t *writer, size_t *size)
{
    *size = writer->size;
    return writer->text;
}

extern void writer_fail(writer_t *writer)
{
    writer->failed = true;
}

static void put_indexes(writer_t *writer, const int32_t *indexes)
{
    put_fixed(writer, "[", 1);
    for (size_t i = 0; indexes[i] != -1 && put_room(writer, NUMBER_SIZE + 2); i++) {
        if (i)
            put_fixed(writer, ",", 1);
        put_number(writer, indexes[i] < 0 ? 0 - (uint64_t) indexes[i] : (uint64_t) indexes[i], indexes[i] < 0);
    }
    put_fixed(writer, "]", 1);
}

static inline uint64_t number_at(const char *at, uint8_t size, bool is_signed)
{
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;

    switch (size) {
    case 1:
        memcpy(&u8, at, sizeof(u8));
        return is_signed ? (uint64_t) (int64_t) (int8_t) u8 : u8;
    case 2:
        memcpy(&u16, at, sizeof(u16));
        return is_signed ? (uint64_t) (int64_t) (int16_t) u16 : u16;
    case 4:
        memcpy(&u32, at, sizeof(u32));
        return is_signed ? (uint64_t) (int64_t) (int32_t) u32 : u32;
    case 8:
        memcpy(&u64, at, sizeof(u64));
        return u64;
    default:
        return 1;
    }
}

static void put_asked(writer_t *writer, uint32_t row, const char *record)
{
    writer_answer_t *answer = writer_ask(writer->asked, row, 0, record);

    if (answer)
        put(writer, answer->text, answer->size);
    else
        writer->failed = true;
}

/* Whether put_double writes it as Python does: below a power of two the numbers lie closer than above it. */
static bool is_usual(double number, uint64_t bits)
{
    bool is_power = !(bits & ((UINT64_C(1) << 52) - 1));

    return number == 0 ? !bits : number >= DBL_MIN && (!is_power || number >= 1);
}

static void put_finite(writer_t *writer, uint32_t index, uint64_t bits)
{
    const writer_row_t *row = &writer->rows[index];
    double number;

    memcpy(&number, &bits, sizeof(number));
    if (!is_usual(number, bits) || !(number < (double) row->limit)) {
        put_remembered(writer, index, bits);
        return;
    }
    put_fixed(writer, row->unset, row->unset_size);
    put_double(writer, number);
    if (row->unset_size)
        PUT(writer, "}");
}

static void put_plan(writer_t *writer, uint32_t first, const char *record);

static void put_array(writer_t *writer, const writer_row_t *row, const char *record, const char *items)
{
    uint64_t count = number_at(record + row->count_offset, row->count_size, false);

    PUT(writer, "[");
    for (uint64_t i = 0; i < count && !writer->failed; i++) {
        if (i)
            PUT(writer, ",");
        put_plan(writer, row->plan, items + i * row->stride);
    }
    PUT(writer, "]");
}

static void put_filled(writer_t *writer, const writer_row_t *row, const char *record)
{
    uint64_t filled[32] = {0};

    if (row->stride <= sizeof(filled) && row->fill(record, filled))
        put_plan(writer, row->plan, (const char *) filled);
    else
        put_fixed(writer, row->unset, row->unset_size);
}

static void put_whole(writer_t *writer, uint32_t index, uint64_t value)
{
    const writer_row_t *row = &writer->rows[index];
    uint64_t number = value & ~row->mask;

    if (row->other_size && (value & row->mask) != row->wanted)
        put_fixed(writer, row->other, row->other_size);
    else if (number < row->low || number >= row->limit)
        put_remembered(writer, index, value);
    else if (row->kind == WRITER_UNSIGNED)
        put_number(writer, number, false);
    else {
        put_fixed(writer, row->unset, row->unset_size);
        put_number(writer, number, false);
        put_fixed(writer, "}", 1);
    }
}

/* What a member points to; false: it is no such kind of row. */
static bool put_pointed(writer_t *writer, const writer_row_t *row, const char *record, const char *to)
{
    switch (row->kind) {
    case WRITER_TEXT:
    case WRITER_WORDS:
    case WRITER_INDEXES:
    case WRITER_POINTEE:
    case WRITER_ARRAY:
        break;
    default:
        return false;
    }
    if (!to)
        put_fixed(writer, row->unset, row->unset_size);
    else if (row->kind == WRITER_TEXT)
        put_string(writer, to, strlen(to));
    else if (row->kind == WRITER_WORDS)
        put_words(writer, to);
    else if (row->kind == WRITER_INDEXES)
        put_indexes(writer, (const int32_t *) to);
    else if (row->kind == WRITER_POINTEE)
        put_plan(writer, row->plan, to);
    else
        put_array(writer, row, record, to);
    return true;
}

static void put_field(writer_t *writer, uint32_t index, const char *record)
{
    const writer_row_t *row = &writer->rows[index];
    uint64_t value = number_at(record + row->offset, row->size, row->kind == WRITER_SIGNED);
    size_t before = writer->size;

    if (!row->unset_size && (row->kind == WRITER_CONSTANT || !value) && row->kind >= WRITER_CONSTANT)
        return;
    put_fixed(writer, row->key, row->key_size);
    if (put_pointed(writer, row, record, (const char *) (uintptr_t) value))
        return;
    switch (row->kind) {
    case WRITER_SIGNED:
        put_number(writer, (int64_t) value < 0 ? 0 - value : value, (int64_t) value < 0);
        break;
    case WRITER_UNSIGNED:
    case WRITER_STRUCTURE:
        put_whole(writer, index, value);
        break;
    case WRITER_DOUBLE:
        put_finite(writer, index, value);
        break;
    case WRITER_EQUAL:
        put_fixed(writer, value == row->limit ? "true" : "false", value == row->limit ? 4 : 5);
        break;
    case WRITER_VALUE:
        put_remembered(writer, index, value);
        break;
    case WRITER_FILLED:
        put_filled(writer, row, record);
        break;
    default:
        if (row->kind == WRITER_CONSTANT || !value)
            put_fixed(writer, row->unset, row->unset_size);
        else if (row->kind == WRITER_RECORD)
            put_asked(writer, index, record);
        else if (!row->part(writer, index, record))
            writer->size = before;
    }
}

static void put_plan(writer_t *writer, uint32_t first, const char *record)
{
    if (writer->depth >= MOST_DEPTH || !put_room(writer, 0)) {
        writer->failed = true;
        return;
    }
    writer->depth++;
    while (writer->rows[first].kind != WRITER_END)
        put_field(writer, first++, record);
    put(writer, writer->rows[first].key, writer->rows[first].key_size);
    writer->depth--;
}

extern uint32_t writer_write(writer_t *writer, const char *records, size_t stride, uint32_t count, size_t enough)
{
    uint32_t written = 0;

    writer->size = 0;
    while (written < count && writer->size <= enough && !writer->failed) {
        if (written)
            PUT(writer, ",");
        put_plan(writer, 0, records + written * stride);
        written++;
    }
    return writer->failed ? 0 : written;
}
