#include "writer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Defined in Python: the JSON of a row, by value or by record. */
extern writer_answer_t *writer_ask(void *asked, uint32_t row, uint64_t value, const char *record);

#define NUMBER_SIZE 21

/* One remembered value for each slot; a value that shares a slot with another is asked for again. */
#define SLOTS 256

typedef struct {
    uint64_t value;
    const char *text; /* NULL: free */
    size_t size;
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
    bool failed; /* no memory */
};

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
        writer->fixed += rows[i].key_size + rows[i].unset_size + NUMBER_SIZE + 1;
    writer->memory = calloc((size_t) count * SLOTS + 1, sizeof(*writer->memory));
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
    free(writer->memory);
    free(writer->text);
    free(writer);
}

extern const char *writer_text(const writer_t *writer, size_t *size)
{
    *size = writer->size;
    return writer->text;
}

/* Room for that many more bytes, and for the fixed parts of a record after them. */
static bool make_room(writer_t *writer, size_t more)
{
    if (writer->room - writer->size >= more + writer->fixed)
        return true;
    size_t room = (writer->size + more + writer->fixed) * 2;
    char *text = realloc(writer->text, room);
    if (!text) {
        writer->failed = true;
        return false;
    }
    writer->text = text;
    writer->room = room;
    return true;
}

/* A part for which there is room. */
static void put_fixed(writer_t *writer, const char *text, size_t size)
{
    memcpy(writer->text + writer->size, text, size);
    writer->size += size;
}

static void put(writer_t *writer, const char *text, size_t size)
{
    if (make_room(writer, size))
        put_fixed(writer, text, size);
}

/* The length of the well-formed UTF-8 sequence that begins here (Unicode, table 3-7); 0 if there is none. */
static size_t sequence(const unsigned char *at)
{
    unsigned char low = 0x80, high = 0xbf;
    size_t length;

    if (at[0] >= 0xc2 && at[0] <= 0xdf)
        length = 2;
    else if (at[0] >= 0xe0 && at[0] <= 0xef)
        length = 3;
    else if (at[0] >= 0xf0 && at[0] <= 0xf4)
        length = 4;
    else
        return 0;
    if (at[0] == 0xe0)
        low = 0xa0;
    else if (at[0] == 0xed)
        high = 0x9f;
    else if (at[0] == 0xf0)
        low = 0x90;
    else if (at[0] == 0xf4)
        high = 0x8f;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if (at[i] < 0x80 || at[i] > 0xbf)
            return 0;
    return length;
}

/* Writes the escape of a character that cannot stand for itself; returns its length. */
static size_t escape(char *to, unsigned char c)
{
    static const char short_of[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    static const char digits[] = "0123456789abcdef";

    to[0] = '\\';
    for (size_t i = 0; short_of[i]; i += 2)
        if (c == (unsigned char) short_of[i]) {
            to[1] = short_of[i + 1];
            return 2;
        }
    memcpy(to + 1, "u00", 3);
    to[4] = digits[c >> 4];
    to[5] = digits[c & 15];
    return 6;
}

/* A C string in quotes. A byte that is not UTF-8 becomes U+FFFD: an answer is always valid. */
static void put_text(writer_t *writer, const char *string)
{
    size_t length = strlen(string);
    if (!make_room(writer, length * 6 + 2))
        return;
    char *to = writer->text + writer->size;
    const unsigned char *from = (const unsigned char *) string;
    const unsigned char *end = from + length;

    *to++ = '"';
    while (from < end) {
        if (*from >= 0x80) {
            size_t size = sequence(from);
            memcpy(to, size ? (const char *) from : "\xef\xbf\xbd", size ? size : 3);
            to += size ? size : 3;
            from += size ? size : 1;
        } else if (*from < 0x20 || *from == '"' || *from == '\\') {
            to += escape(to, *from++);
        } else {
            *to++ = (char) *from++;
        }
    }
    *to++ = '"';
    writer->size = (size_t) (to - writer->text);
}

static void put_number(writer_t *writer, uint64_t number, bool negative)
{
    char text[NUMBER_SIZE];
    char *at = text + sizeof(text);

    do
        *--at = (char) ('0' + number % 10);
    while (number /= 10);
    if (negative)
        *--at = '-';
    put_fixed(writer, at, (size_t) (text + sizeof(text) - at));
}

static void put_indexes(writer_t *writer, const int32_t *indexes)
{
    put_fixed(writer, "[", 1);
    for (size_t i = 0; indexes[i] != -1 && make_room(writer, NUMBER_SIZE + 2); i++) {
        if (i)
            put_fixed(writer, ",", 1);
        put_number(writer, (uint64_t) indexes[i], false);
    }
    put_fixed(writer, "]", 1);
}

static uint64_t member(const writer_row_t *row, const char *record)
{
    const char *at = record + row->offset;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;

    switch (row->size) {
    case 1:
        memcpy(&u8, at, sizeof(u8));
        return row->kind == WRITER_SIGNED ? (uint64_t) (int64_t) (int8_t) u8 : u8;
    case 2:
        memcpy(&u16, at, sizeof(u16));
        return row->kind == WRITER_SIGNED ? (uint64_t) (int64_t) (int16_t) u16 : u16;
    case 4:
        memcpy(&u32, at, sizeof(u32));
        return row->kind == WRITER_SIGNED ? (uint64_t) (int64_t) (int32_t) u32 : u32;
    case 8:
        memcpy(&u64, at, sizeof(u64));
        return u64;
    default:
        return 1;
    }
}

static void ask(writer_t *writer, uint32_t index, uint64_t value, const char *record)
{
    writer_answer_t *answer = writer_ask(writer->asked, index, value, record);
    if (answer)
        put(writer, answer->text, answer->size);
    else
        writer->failed = true;
}

static void put_remembered(writer_t *writer, uint32_t index, uint64_t value)
{
    /* Fibonacci hashing: spreads flags in high bits and small numbers alike. */
    memory_t *slot = &writer->memory[(size_t) index * SLOTS + (value * 0x9e3779b97f4a7c15u >> 56)];
    if (!slot->text || slot->value != value) {
        writer_answer_t *answer = writer_ask(writer->asked, index, value, NULL);
        if (!answer) {
            writer->failed = true;
            return;
        }
        slot->value = value;
        slot->text = answer->text;
        slot->size = answer->size;
    }
    put(writer, slot->text, slot->size);
}

static void put_field(writer_t *writer, uint32_t index, const char *record)
{
    const writer_row_t *row = &writer->rows[index];
    uint64_t value = member(row, record);

    if (!row->unset_size && (row->kind == WRITER_CONSTANT || !value))
        return;
    put_fixed(writer, row->key, row->key_size);
    switch (row->kind) {
    case WRITER_TEXT:
        if (value)
            put_text(writer, (const char *) (uintptr_t) value);
        else
            put_fixed(writer, row->unset, row->unset_size);
        break;
    case WRITER_INDEXES:
        if (value)
            put_indexes(writer, (const int32_t *) (uintptr_t) value);
        else
            put_fixed(writer, row->unset, row->unset_size);
        break;
    case WRITER_SIGNED:
        put_number(writer, (int64_t) value < 0 ? 0 - value : value, (int64_t) value < 0);
        break;
    case WRITER_UNSIGNED:
        if (value < row->limit)
            put_number(writer, value, false);
        else
            put_remembered(writer, index, value);
        break;
    case WRITER_STRUCTURE:
        if (value < row->limit) {
            put_fixed(writer, row->unset, row->unset_size);
            put_number(writer, value, false);
            put_fixed(writer, "}", 1);
        } else {
            put_remembered(writer, index, value);
        }
        break;
    case WRITER_VALUE:
        put_remembered(writer, index, value);
        break;
    case WRITER_CONSTANT:
        put_fixed(writer, row->unset, row->unset_size);
        break;
    default:
        if (value)
            ask(writer, index, 0, record);
        else
            put_fixed(writer, row->unset, row->unset_size);
    }
}

extern uint32_t writer_write(writer_t *writer, const char *records, size_t stride, uint32_t count, size_t enough)
{
    uint32_t written = 0;

    writer->size = 0;
    while (written < count && writer->size <= enough && !writer->failed) {
        if (!make_room(writer, 0))
            break;
        if (written)
            put_fixed(writer, ",", 1);
        for (uint32_t index = 0; index < writer->count; index++)
            put_field(writer, index, records + written * stride);
        put_fixed(writer, "}", 1);
        written++;
    }
    return writer->failed ? 0 : written;
}
