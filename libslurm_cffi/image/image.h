/*
 * Images: messages of slurmctld copied into one stretch of memory that several processes map, read-only, at the same
 * address, so that every pointer in it is valid in each of them and structs are used as libslurm's own.
 *
 * A process reserves the range of addresses once, before it forks those that share it. A plan has a row per member
 * that points to something; a member without a row is copied as it is, so each pointer of a struct needs its row.
 */
#ifndef LIBSLURM_CFFI_IMAGE_H
#define LIBSLURM_CFFI_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    IMAGE_TEXT, /* char * */
    IMAGE_INDEXES, /* int32_t * to a list that ends with -1 */
    IMAGE_STRUCTS, /* `count` structs of `stride` bytes each, with a plan; one without a count */
    IMAGE_TEXTS, /* char ** to `count` texts */
    IMAGE_PER_WORD, /* a number of `stride` bytes for each word with commas between, in the member at `count_offset` */
    IMAGE_RESOURCES, /* job_resources_t */
    IMAGE_USE, /* what the select plugin knows of a node, as compat_node_use gives it: for the struct's own record */
    IMAGE_NOTHING, /* NULL in the image */
    IMAGE_END, /* the end of a plan; `stride` is the struct's size */
};

typedef struct {
    uint32_t offset;
    uint32_t stride;
    uint32_t plan; /* the first row of the plan of what is pointed to */
    uint32_t count_offset;
    uint8_t count_size; /* 0: there is no count */
    uint8_t kind;
} image_row_t;

/* What stands at the beginning of an image. All pointers are into it. */
typedef struct {
    uint64_t magic; /* IMAGE_MAGIC */
    uint64_t size; /* of all, bytes */
    uint64_t serial; /* of the state that it shows: greater in a later image */
    uint64_t epoch; /* another one after slurmctld did not answer for a time */
    void *message; /* its array is that of the records */
    uint32_t count; /* of records */
    uint32_t fresh_count;
    uint32_t removed_count;
    /* Places of the records that are new or have changed, and where those lie in the image before; -1: they are new. */
    int32_t *fresh;
    int32_t *before;
    int32_t *removed; /* places in the image before, of records that are in this one no more */
} image_t;

#define IMAGE_MAGIC 0x6567616d49304452 /* "RD0Image" */

/* Reserves the range of addresses, if this process has none. Its first address; NULL and errno if it cannot be had. */
extern void *image_reserve(size_t size);
/* Whether something lies in the range. */
extern bool image_holds(const void *at);
/* Maps a file there, read-only. 0, or -1 and errno. */
extern int image_map(int file, uint64_t address, uint64_t size);
extern void image_unmap(uint64_t address, uint64_t size);

/*
 * Copies `count` records, which lie `stride` bytes apart at `records`; where `indexes` is given, those. The copy is
 * written to `to` and its pointers are as if it lay at `address`, which is a multiple of 8. Returns its size in bytes;
 * with `to` NULL nothing is written. The two calls for the same records return the same size.
 */
extern uint64_t image_copy(const image_row_t *plan, uint32_t first, const char *records, const int32_t *indexes,
                           uint32_t count, char *to, uint64_t address);

/*
 * Compares the records of two images, whose ids are texts (char *, id_size 0) or numbers of id_size bytes at
 * id_offset. fresh, before, removed: see image_t, with room for `count`, `count` and `old_count`; counts: how many
 * there are of fresh and of removed. Returns 0, or -1: no memory.
 */
extern int image_compare(const image_row_t *plan, uint32_t first, const char *records, uint32_t count,
                         const char *old, uint32_t old_count, uint32_t id_offset, uint8_t id_size, int32_t *fresh,
                         int32_t *before, int32_t *removed, uint32_t counts[2]);

#endif
