/* Doubles as Python's repr writes them: the shortest text that is read as the same number. */
#include "parts.h"

#include <stdio.h>
#include <stdlib.h>

#define MOST_DIGITS 17
/* Doubles below are exact as whole numbers, and repr writes them without an exponent. */
#define MOST_WHOLE 1e16

extern void put_double(writer_t *writer, double number)
{
    char text[40];
    int size = 0;

    if (number < MOST_WHOLE && number == (double) (uint64_t) number) {
        put_unsigned(writer, (uint64_t) number);
        PUT(writer, ".0");
        return;
    }
    for (int digits = 15; digits <= MOST_DIGITS; digits++) {
        size = snprintf(text, sizeof(text), "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    put(writer, text, (size_t) size);
}
