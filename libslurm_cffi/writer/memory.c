/*
 * What writer_ask gave for the values of a row: a hash table with open addressing, as large as values came up. Of more
 * than MOST_SLOTS all are forgotten, so that memory does not grow with a list.
 */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 64
#define MOST_SLOTS 8192

/* Defined in Python: the JSON of a row, by value or by record. */
extern writer_answer_t *writer_ask(void *asked, uint32_t row, uint64_t value, const char *record);

extern void forget_values(memory_t *memory)
{
    for (uint32_t i = 0; i < memory->room; i++)
        free(memory->slots[i].text);
    free(memory->slots);
    *memory = (memory_t) {0};
}

/* The slot of a value, or the free one where it would be. */
static slot_t *slot_of(const memory_t *memory, uint64_t value)
{
    /* Fibonacci hashing: spreads flags in high bits and small numbers alike. */
    uint32_t at = (uint32_t) (value * 0x9e3779b97f4a7c15u >> 40) & (memory->room - 1);

    while (memory->slots[at].text && memory->slots[at].value != value)
        at = (at + 1) & (memory->room - 1);
    return &memory->slots[at];
}

/* Room for one more; what there was is forgotten if it is too much. False: there is no memory. */
static bool more_slots(memory_t *memory)
{
    memory_t more = {.room = memory->room ? memory->room * 2 : FIRST_SLOTS};

    if (memory->used * 4 < memory->room * 3)
        return true;
    if (more.room > MOST_SLOTS) {
        forget_values(memory);
        more.room = FIRST_SLOTS;
    }
    more.slots = calloc(more.room, sizeof(*more.slots));
    if (!more.slots)
        return false;
    more.used = memory->used;
    for (uint32_t i = 0; i < memory->room; i++)
        if (memory->slots[i].text)
            *slot_of(&more, memory->slots[i].value) = memory->slots[i];
    free(memory->slots);
    *memory = more;
    return true;
}

extern void put_remembered(writer_t *writer, uint32_t row, uint64_t value)
{
    memory_t *memory = &writer->memory[row];
    slot_t *slot = memory->room ? slot_of(memory, value) : NULL;

    if (!slot || !slot->text) {
        writer_answer_t *answer = writer_ask(writer->asked, row, value, NULL);
        char *text = answer ? malloc(answer->size + 1) : NULL;
        if (!text || !more_slots(memory)) {
            free(text);
            writer->failed = true;
            return;
        }
        memcpy(text, answer->text, answer->size);
        slot = slot_of(memory, value);
        *slot = (slot_t) {value, text, answer->size};
        memory->used++;
    }
    put(writer, slot->text, slot->size);
}
