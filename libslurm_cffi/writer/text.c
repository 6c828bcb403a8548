/* JSON texts and numbers, added to what a writer has written. */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

extern bool put_room(writer_t *writer, size_t more)
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

extern void put(writer_t *writer, const char *text, size_t size)
{
    if (put_room(writer, size))
        put_fixed(writer, text, size);
}

/* The length of the well-formed UTF-8 sequence that begins here (Unicode, table 3-7); 0 if there is none. */
static size_t sequence(const unsigned char *at, const unsigned char *end)
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
    if ((size_t) (end - at) < length)
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

#define EACH(byte) (~UINT64_C(0) / 255 * (byte))

/* Whether all of eight bytes stand for themselves in JSON: no control, no quote, no backslash, ASCII. */
static inline bool is_plain(uint64_t eight)
{
    uint64_t quote = eight ^ EACH('"'), backslash = eight ^ EACH('\\');

    return !(((eight - EACH(0x20)) | (quote - EACH(1)) | (backslash - EACH(1)) | eight) & EACH(0x80));
}

/* A byte that is not UTF-8 becomes U+FFFD: an answer is always valid. */
extern void put_string(writer_t *writer, const char *string, size_t length)
{
    if (!put_room(writer, length * 6 + 2))
        return;
    char *to = writer->text + writer->size;
    const unsigned char *from = (const unsigned char *) string;
    const unsigned char *end = from + length;

    *to++ = '"';
    while (from < end) {
        uint64_t eight;

        while (end - from >= 8) {
            memcpy(&eight, from, 8);
            if (!is_plain(eight))
                break;
            memcpy(to, from, 8);
            to += 8;
            from += 8;
        }
        for (int i = 0; i < 8 && from < end; i++) {
            if (*from >= 0x80) {
                size_t size = sequence(from, end);
                memcpy(to, size ? (const char *) from : "\xef\xbf\xbd", size ? size : 3);
                to += size ? size : 3;
                from += size ? size : 1;
            } else if (*from < 0x20 || *from == '"' || *from == '\\') {
                to += escape(to, *from++);
            } else {
                *to++ = (char) *from++;
            }
        }
    }
    *to++ = '"';
    writer->size = (size_t) (to - writer->text);
}

extern void put_text(writer_t *writer, const char *string)
{
    put_string(writer, string ? string : "", string ? strlen(string) : 0);
}

extern void put_words(writer_t *writer, const char *words)
{
    const char *before = "[";

    for (size_t length; *words; words += length + (words[length] == ',')) {
        length = strcspn(words, ",");
        if (!length)
            continue;
        put(writer, before, 1);
        put_string(writer, words, length);
        before = ",";
    }
    if (*before == '[')
        PUT(writer, "[");
    PUT(writer, "]");
}

extern void put_number(writer_t *writer, uint64_t number, bool negative)
{
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748"
        "4950515253545556575859606162636465666768697071727374757677787980818283848586878889909192939495969798"
        "99";
    char text[NUMBER_SIZE];
    char *at = text + sizeof(text);

    for (; number >= 100; number /= 100)
        memcpy(at -= 2, pairs + number % 100 * 2, 2);
    if (number >= 10)
        memcpy(at -= 2, pairs + number * 2, 2);
    else
        *--at = (char) ('0' + number);
    if (negative)
        *--at = '-';
    put_fixed(writer, at, (size_t) (text + sizeof(text) - at));
}

extern void put_unsigned(writer_t *writer, uint64_t number)
{
    if (put_room(writer, NUMBER_SIZE))
        put_number(writer, number, false);
}

extern void put_structure(writer_t *writer, uint32_t number)
{
    if (number == 0xffffffff) {
        PUT(writer, "{\"set\":false,\"infinite\":true,\"number\":0}");
    } else if (number == 0xfffffffe) {
        PUT(writer, "{\"set\":false,\"infinite\":false,\"number\":0}");
    } else {
        PUT(writer, "{\"set\":true,\"infinite\":false,\"number\":");
        put_unsigned(writer, number);
        PUT(writer, "}");
    }
}
