/* See image.h. */
#define _GNU_SOURCE
#include "compat.h"
#include "image.h"
#include "job_resources.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

extern size_t slurm_xsize(void *item); /* src/common/xmalloc.h: the bytes of an allocation */

/* What xmalloc puts before an allocation: slurm_xsize reads it, and so the arrays of an allocation need it. */
#define HEADER_BYTES (2 * sizeof(size_t))
#define ALIGNED(size) (((size) + 7) & ~(uint64_t) 7)

static char *range_start, *range_end;

extern void *image_reserve(size_t size)
{
    void *found;

    if (range_start)
        return range_start;
    found = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (found == MAP_FAILED)
        return NULL;
    range_start = found;
    range_end = range_start + size;
    return range_start;
}

extern bool image_holds(const void *at)
{
    return (const char *) at >= range_start && (const char *) at < range_end;
}

static bool is_in_range(uint64_t address, uint64_t size)
{
    uint64_t start = (uintptr_t) range_start, end = (uintptr_t) range_end;

    return address >= start && address <= end && size <= end - address;
}

extern int image_map(int file, uint64_t address, uint64_t size)
{
    if (!is_in_range(address, size)) {
        errno = EINVAL;
        return -1;
    }
    if (mmap((void *) (uintptr_t) address, size, PROT_READ, MAP_SHARED | MAP_FIXED, file, 0) == MAP_FAILED)
        return -1;
    return 0;
}

extern void image_unmap(uint64_t address, uint64_t size)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;

    if (is_in_range(address, size))
        mmap((void *) (uintptr_t) address, size, PROT_NONE, flags, -1, 0);
}

/* ---- The copy ---- */

typedef struct {
    const image_row_t *plan;
    char *to; /* NULL: only the size is wanted */
    uint64_t address;
    uint64_t size;
} copy_t;

static const image_row_t *end_of(const image_row_t *row)
{
    while (row->kind != IMAGE_END)
        row++;
    return row;
}

/* Room for so many bytes: where it begins. */
static uint64_t take(copy_t *copy, uint64_t size)
{
    uint64_t at = copy->size;

    copy->size += ALIGNED(size);
    return at;
}

static uint64_t put(copy_t *copy, const void *from, uint64_t size)
{
    uint64_t at = take(copy, size);

    if (copy->to)
        memcpy(copy->to + at, from, size);
    return at;
}

/* Lets the pointer that lies at `member` of the copy point to `at` of it. */
static void point(copy_t *copy, uint64_t member, uint64_t at)
{
    uint64_t pointer = copy->address + at;

    if (copy->to)
        memcpy(copy->to + member, &pointer, sizeof(pointer));
}

static const void *pointer_at(const char *from)
{
    const void *pointer;

    memcpy(&pointer, from, sizeof(pointer));
    return pointer;
}

static uint32_t number_at(const char *from, uint8_t size)
{
    uint16_t u16;
    uint32_t u32;

    switch (size) {
    case 1:
        return *(const uint8_t *) from;
    case 2:
        memcpy(&u16, from, sizeof(u16));
        return u16;
    default:
        memcpy(&u32, from, sizeof(u32));
        return u32;
    }
}

static uint32_t count_of(const image_row_t *row, const char *record)
{
    return row->count_size ? number_at(record + row->count_offset, row->count_size) : 1;
}

/* Up to the last word that is not empty: no more numbers are looked at. */
static uint32_t words_of(const image_row_t *row, const char *record)
{
    const char *words = pointer_at(record + row->count_offset);
    uint32_t count = 0, last = 0;

    for (; words && *words; words++) {
        if (*words == ',')
            count++;
        else
            last = count + 1;
    }
    return last;
}

static size_t indexes_of(const int32_t *indexes)
{
    size_t count = 0;

    while (indexes[count] != -1)
        count++;
    return count + 1;
}

#if HAS_JOB_RESOURCES
/* Of struct job_resources: all that point to an allocation; its host list is a text. */
static const size_t allocations[] = {
    offsetof(struct job_resources, core_bitmap),
    offsetof(struct job_resources, core_bitmap_used),
    offsetof(struct job_resources, cpu_array_value),
    offsetof(struct job_resources, cpu_array_reps),
    offsetof(struct job_resources, cpus),
    offsetof(struct job_resources, cpus_used),
    offsetof(struct job_resources, cores_per_socket),
    offsetof(struct job_resources, memory_allocated),
    offsetof(struct job_resources, memory_used),
    offsetof(struct job_resources, node_bitmap),
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(26, 5, 0)
    offsetof(struct job_resources, node_ranks),
#endif
    offsetof(struct job_resources, sock_core_rep_count),
    offsetof(struct job_resources, sockets_per_node),
    offsetof(struct job_resources, tasks_per_node),
};
#define ALLOCATIONS (sizeof(allocations) / sizeof(*allocations))

static uint64_t put_allocation(copy_t *copy, const void *from)
{
    return put(copy, (const char *) from - HEADER_BYTES, HEADER_BYTES + slurm_xsize((void *) from)) + HEADER_BYTES;
}

static uint64_t put_resources(copy_t *copy, const void *from)
{
    const struct job_resources *resources = from;
    uint64_t at = put(copy, resources, sizeof(*resources));

    for (size_t i = 0; i < ALLOCATIONS; i++) {
        const void *allocation = pointer_at((const char *) from + allocations[i]);

        if (allocation)
            point(copy, at + allocations[i], put_allocation(copy, allocation));
    }
    if (resources->nodes)
        point(copy, at + offsetof(struct job_resources, nodes),
              put(copy, resources->nodes, strlen(resources->nodes) + 1));
    return at;
}
#endif

static uint64_t put_use(copy_t *copy, const char *record)
{
    compat_node_use_t use;
    uint64_t at;

    compat_node_use((node_info_t *) record, &use);
    at = put(copy, &use, sizeof(use));
    if (use.tres)
        point(copy, at + offsetof(compat_node_use_t, tres), put(copy, use.tres, strlen(use.tres) + 1));
    slurm_xfree((void **) &use.tres);
    return at;
}

static uint64_t put_texts(copy_t *copy, const char *from, uint32_t count)
{
    uint64_t at = put(copy, from, (uint64_t) count * sizeof(char *));

    for (uint32_t i = 0; i < count; i++) {
        const char *text = pointer_at(from + i * sizeof(char *));

        if (text)
            point(copy, at + i * sizeof(char *), put(copy, text, strlen(text) + 1));
    }
    return at;
}

static void put_pointees(copy_t *copy, uint32_t first, const char *record, uint64_t at);

static uint64_t put_structs(copy_t *copy, const image_row_t *row, const char *from, uint32_t count)
{
    uint64_t at = put(copy, from, (uint64_t) count * row->stride);

    for (uint32_t i = 0; i < count; i++)
        put_pointees(copy, row->plan, from + (uint64_t) i * row->stride, at + (uint64_t) i * row->stride);
    return at;
}

/* Copies what a member points to; where. */
static uint64_t put_pointee(copy_t *copy, const image_row_t *row, const char *record, const void *from)
{
    switch (row->kind) {
    case IMAGE_TEXT:
        return put(copy, from, strlen(from) + 1);
    case IMAGE_INDEXES:
        return put(copy, from, indexes_of(from) * sizeof(int32_t));
    case IMAGE_STRUCTS:
        return put_structs(copy, row, from, count_of(row, record));
    case IMAGE_TEXTS:
        return put_texts(copy, from, count_of(row, record));
    case IMAGE_PER_WORD:
        return put(copy, from, (uint64_t) words_of(row, record) * row->stride);
#if HAS_JOB_RESOURCES
    case IMAGE_RESOURCES:
        return put_resources(copy, from);
#endif
    default:
        return put_use(copy, record);
    }
}

static bool is_left_out(const image_row_t *row)
{
    return row->kind == IMAGE_NOTHING || (row->kind == IMAGE_RESOURCES && !HAS_JOB_RESOURCES);
}

/* Copies all that a record points to, whose own copy lies at `at`. */
static void put_pointees(copy_t *copy, uint32_t first, const char *record, uint64_t at)
{
    for (const image_row_t *row = copy->plan + first; row->kind != IMAGE_END; row++) {
        const void *from = pointer_at(record + row->offset);

        if (from && !is_left_out(row))
            point(copy, at + row->offset, put_pointee(copy, row, record, from));
        else if (copy->to)
            memset(copy->to + at + row->offset, 0, sizeof(void *));
    }
}

extern uint64_t image_copy(const image_row_t *plan, uint32_t first, const char *records, const int32_t *indexes,
                           uint32_t count, char *to, uint64_t address)
{
    copy_t copy = {.plan = plan, .to = to, .address = address};
    uint64_t stride = end_of(plan + first)->stride;

    take(&copy, count * stride);
    for (uint32_t i = 0; i < count; i++) {
        const char *record = records + (indexes ? (uint64_t) indexes[i] : i) * stride;

        if (to)
            memcpy(to + i * stride, record, stride);
        put_pointees(&copy, first, record, i * stride);
    }
    return copy.size;
}

/* ---- The comparison ---- */

/* The largest struct whose bytes are compared; a larger one counts as changed. */
#define MOST_STRIDE 8192

static bool are_same(const image_row_t *plan, uint32_t first, const char *one, const char *other);

static bool are_same_texts(const char *one, const char *other)
{
    return one && other ? !strcmp(one, other) : one == other;
}

static bool are_same_lists(const char *one, const char *other, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!are_same_texts(pointer_at(one + i * sizeof(char *)), pointer_at(other + i * sizeof(char *))))
            return false;
    return true;
}

static bool are_same_structs(const image_row_t *plan, const image_row_t *row, const char *one, const char *other,
                             uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!are_same(plan, row->plan, one + (uint64_t) i * row->stride, other + (uint64_t) i * row->stride))
            return false;
    return true;
}

#if HAS_JOB_RESOURCES
static bool are_same_resources(const void *one, const void *other)
{
    struct job_resources first = *(const struct job_resources *) one;
    struct job_resources second = *(const struct job_resources *) other;

    if (!are_same_texts(first.nodes, second.nodes))
        return false;
    first.nodes = second.nodes = NULL;
    for (size_t i = 0; i < ALLOCATIONS; i++) {
        char *left = (char *) &first + allocations[i], *right = (char *) &second + allocations[i];
        const void *a = pointer_at(left), *b = pointer_at(right);

        if (!a != !b)
            return false;
        if (a && (slurm_xsize((void *) a) != slurm_xsize((void *) b) || memcmp(a, b, slurm_xsize((void *) a))))
            return false;
        memset(left, 0, sizeof(void *));
        memset(right, 0, sizeof(void *));
    }
    return !memcmp(&first, &second, sizeof(first));
}
#endif

static bool are_same_uses(const compat_node_use_t *one, const compat_node_use_t *other)
{
    return one->cpus == other->cpus && one->memory == other->memory && are_same_texts(one->tres, other->tres)
        && !memcmp(&one->tres_weighted, &other->tres_weighted, sizeof(one->tres_weighted));
}

/* What a member of two records points to; neither is NULL, and their own bytes are the same. */
static bool are_same_pointees(const image_row_t *plan, const image_row_t *row, const char *record, const void *one,
                              const void *other)
{
    size_t size;

    switch (row->kind) {
    case IMAGE_TEXT:
        return !strcmp(one, other);
    case IMAGE_INDEXES:
        size = indexes_of(one);
        return size == indexes_of(other) && !memcmp(one, other, size * sizeof(int32_t));
    case IMAGE_STRUCTS:
        return are_same_structs(plan, row, one, other, count_of(row, record));
    case IMAGE_TEXTS:
        return are_same_lists(one, other, count_of(row, record));
    case IMAGE_PER_WORD: /* the words are compared as texts, before or after */
        return !memcmp(one, other, (size_t) words_of(row, record) * row->stride);
#if HAS_JOB_RESOURCES
    case IMAGE_RESOURCES:
        return are_same_resources(one, other);
#endif
    default:
        return are_same_uses(one, other);
    }
}

static bool are_same(const image_row_t *plan, uint32_t first, const char *one, const char *other)
{
    uint32_t stride = end_of(plan + first)->stride;
    char left[MOST_STRIDE], right[MOST_STRIDE];
    const image_row_t *row;

    if (stride > MOST_STRIDE)
        return false;
    memcpy(left, one, stride);
    memcpy(right, other, stride);
    for (row = plan + first; row->kind != IMAGE_END; row++) {
        if (!pointer_at(left + row->offset) != !pointer_at(right + row->offset))
            return false;
        memset(left + row->offset, 0, sizeof(void *));
        memset(right + row->offset, 0, sizeof(void *));
    }
    if (memcmp(left, right, stride))
        return false;
    /* Texts first: what has a number for each of their words relies on it. */
    for (int texts = 1; texts >= 0; texts--)
        for (row = plan + first; row->kind != IMAGE_END; row++) {
            const void *a = pointer_at(one + row->offset), *b = pointer_at(other + row->offset);

            if (a && (row->kind == IMAGE_TEXT) == texts && !are_same_pointees(plan, row, one, a, b))
                return false;
        }
    return true;
}

/* Records by id: a table of places, -1 for none, with `mask` + 1 slots. */
typedef struct {
    const char *records;
    uint64_t stride;
    uint32_t offset;
    uint8_t size;
    uint32_t mask;
    int32_t *places;
} ids_t;

static uint32_t hash_of(const ids_t *ids, const char *record)
{
    uint32_t hash = 2166136261u;
    const char *name;

    if (ids->size)
        return number_at(record + ids->offset, ids->size) * 2654435761u;
    for (name = pointer_at(record + ids->offset); name && *name; name++)
        hash = (hash ^ (unsigned char) *name) * 16777619u;
    return hash;
}

static bool have_same_id(const ids_t *ids, const char *one, const char *other)
{
    if (ids->size)
        return number_at(one + ids->offset, ids->size) == number_at(other + ids->offset, ids->size);
    return are_same_texts(pointer_at(one + ids->offset), pointer_at(other + ids->offset));
}

/* The slot of the record with the id of this one, or a free one. */
static int32_t *slot_of(const ids_t *ids, const char *record)
{
    uint32_t slot = hash_of(ids, record) & ids->mask;

    while (ids->places[slot] >= 0 && !have_same_id(ids, ids->records + ids->places[slot] * ids->stride, record))
        slot = (slot + 1) & ids->mask;
    return &ids->places[slot];
}

extern int image_compare(const image_row_t *plan, uint32_t first, const char *records, uint32_t count,
                         const char *old, uint32_t old_count, uint32_t id_offset, uint8_t id_size, int32_t *fresh,
                         int32_t *before, int32_t *removed, uint32_t counts[2])
{
    ids_t ids = {.records = old, .stride = end_of(plan + first)->stride, .offset = id_offset, .size = id_size};
    uint32_t slots = 16, changed = 0, gone = 0;
    char *kept;

    while (slots < (uint64_t) old_count * 2 && slots < (1u << 31))
        slots *= 2;
    ids.mask = slots - 1;
    ids.places = malloc(slots * sizeof(*ids.places));
    kept = calloc(old_count ? old_count : 1, 1);
    if (!ids.places || !kept) {
        free(ids.places);
        free(kept);
        return -1;
    }
    memset(ids.places, 0xff, slots * sizeof(*ids.places));
    for (uint32_t i = 0; i < old_count; i++)
        *slot_of(&ids, old + i * ids.stride) = (int32_t) i;
    for (uint32_t i = 0; i < count; i++) {
        const char *record = records + i * ids.stride;
        int32_t place = *slot_of(&ids, record);

        if (place >= 0)
            kept[place] = 1;
        if (place < 0 || !are_same(plan, first, record, old + place * ids.stride)) {
            fresh[changed] = (int32_t) i;
            before[changed++] = place;
        }
    }
    for (uint32_t i = 0; i < old_count; i++)
        if (!kept[i])
            removed[gone++] = (int32_t) i;
    counts[0] = changed;
    counts[1] = gone;
    free(ids.places);
    free(kept);
    return 0;
}
