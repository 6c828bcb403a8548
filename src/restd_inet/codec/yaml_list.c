/*
 * YAML of a long list from its JSON, which is made from structs without a Python object for each record. The rules
 * are those of codec/_yaml_write.py; texts that are folded, escaped or quoted twice, and such keys, are asked of it.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Objects and arrays within each other. */
#define MOST_DEPTH 64
/* Bytes of a key that may stand before a colon: _SIMPLE_KEY without the tag. */
#define SIMPLE_KEY 123
#define LONGEST_NUMBER 64

/*
 * at: what is left of the JSON. out: the YAML. text: the last text that was read, without escapes. width: of a line.
 */
typedef struct {
    const char *at, *end;
    char *out, *text;
    size_t size, room, length, width;
    bool printable, spaced, empty_is_null;
    PyObject *label, *folded;
} list_t;

/* Room for so many more bytes. */
static bool make_room(list_t *list, size_t more)
{
    size_t room = list->room ? list->room : 1 << 16;
    char *out;

    if (list->out && list->room - list->size >= more)
        return true;
    while (room - list->size < more)
        room *= 2;
    out = realloc(list->out, room);
    if (!out) {
        PyErr_NoMemory();
        return false;
    }
    list->out = out;
    list->room = room;
    return true;
}

static bool put(list_t *list, const char *text, size_t size)
{
    if (!make_room(list, size))
        return false;
    memcpy(list->out + list->size, text, size);
    list->size += size;
    return true;
}

#define PUT(list, text) put(list, text, sizeof(text) - 1)

static bool put_spaces(list_t *list, size_t count)
{
    if (!make_room(list, count))
        return false;
    memset(list->out + list->size, ' ', count);
    list->size += count;
    return true;
}

static bool malformed(void)
{
    PyErr_SetString(PyExc_ValueError, "this is not the JSON of a list's elements");
    return false;
}

/* Takes a character if it is the next one. */
static bool take(list_t *list, char expected)
{
    if (list->at == list->end || *list->at != expected)
        return false;
    list->at++;
    return true;
}

/* The number of \uXXXX, whose digits are next; -1 if they are none. */
static long take_hex(list_t *list)
{
    long number = 0;

    if (list->end - list->at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char digit = *list->at++;

        if (digit >= '0' && digit <= '9')
            number = number * 16 + digit - '0';
        else if ((digit | 32) >= 'a' && (digit | 32) <= 'f')
            number = number * 16 + (digit | 32) - 'a' + 10;
        else
            return -1;
    }
    return number;
}

/* UTF-8 of a character that was written as \uXXXX, or as a pair of these; the text has room: it gets shorter. */
static bool add_escaped(list_t *list)
{
    long code = take_hex(list);
    char *to = list->text + list->length;

    if (code >= 0xd800 && code < 0xdc00) {
        long low = take(list, '\\') && take(list, 'u') ? take_hex(list) : -1;

        if (low < 0xdc00 || low > 0xdfff)
            return malformed();
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    if (code < 0 || (code >= 0xdc00 && code <= 0xdfff))
        return malformed();
    if (code < 0x80)
        *to++ = (char) code;
    else if (code < 0x800) {
        *to++ = (char) (0xc0 | code >> 6);
        *to++ = (char) (0x80 | (code & 0x3f));
    } else {
        if (code < 0x10000)
            *to++ = (char) (0xe0 | code >> 12);
        else {
            *to++ = (char) (0xf0 | code >> 18);
            *to++ = (char) (0x80 | (code >> 12 & 0x3f));
        }
        *to++ = (char) (0x80 | (code >> 6 & 0x3f));
        *to++ = (char) (0x80 | (code & 0x3f));
    }
    list->length = (size_t) (to - list->text);
    return true;
}

/* Reads a text; what it is made of is in printable and spaced. */
static bool read_text(list_t *list)
{
    static const char escaped[] = "\"\"\\\\//b\bf\fn\nr\rt\t";

    list->length = 0;
    list->printable = true;
    list->spaced = false;
    if (!take(list, '"'))
        return malformed();
    while (list->at < list->end && *list->at != '"') {
        char next = *list->at++;

        if (next == '\\') {
            const char *pair = escaped;

            if (list->at == list->end)
                return malformed();
            next = *list->at++;
            if (next == 'u') {
                if (!add_escaped(list))
                    return false;
                list->printable = false; /* or not: it is asked for */
                continue;
            }
            while (*pair && *pair != next)
                pair += 2;
            if (!*pair)
                return malformed();
            next = pair[1];
        }
        list->printable = list->printable && next >= ' ' && next <= '~';
        list->spaced = list->spaced || next == ' ';
        list->text[list->length++] = next;
    }
    return take(list, '"') || malformed();
}

/* As _is_plain, for printable ASCII. */
static bool is_plain(const char *text, size_t length)
{
    if (!length || (length >= 3 && (!memcmp(text, "---", 3) || !memcmp(text, "...", 3))))
        return false;
    if (strchr("-?:", text[0]) && (length == 1 || text[1] == ' '))
        return false;
    if (strchr(" !\"#%&'*,>@[]`{|}", text[0]))
        return false;
    for (size_t i = 1; i < length; i++) {
        if (text[i] == ':' && (i + 1 == length || text[i + 1] == ' '))
            return false;
        if (text[i] == ' ' && (i + 1 == length || text[i + 1] == '#'))
            return false;
    }
    return true;
}

/* What Python says of the last text. */
static bool put_asked(list_t *list, PyObject *asked, size_t column, size_t indent, bool key)
{
    PyObject *text = PyUnicode_DecodeUTF8(list->text, (Py_ssize_t) list->length, "strict"), *said = NULL;
    Py_ssize_t size = 0;
    const char *found = NULL;

    if (text)
        said = key ? PyObject_CallFunction(asked, "On", text, (Py_ssize_t) indent)
                   : PyObject_CallFunction(asked, "Onn", text, (Py_ssize_t) column, (Py_ssize_t) indent);
    if (said)
        found = PyUnicode_AsUTF8AndSize(said, &size);
    bool done = found && put(list, found, (size_t) size);
    Py_XDECREF(said);
    Py_XDECREF(text);
    return done;
}

/* The last text as a value. column: of its tag's end. */
static bool put_text(list_t *list, size_t column, size_t indent)
{
    bool one_line = !list->spaced || column + list->length + 2 < list->width;

    if (!list->length && list->empty_is_null)
        return PUT(list, " !!null null\n");
    if (!PUT(list, " !!str"))
        return false;
    if (!list->length)
        return PUT(list, "\n");
    if (!list->printable || !one_line)
        return put_asked(list, list->folded, column, indent, false) && PUT(list, "\n");
    if (is_plain(list->text, list->length))
        return PUT(list, " ") && put(list, list->text, list->length) && PUT(list, "\n");
    if (!PUT(list, " '"))
        return false;
    for (size_t i = 0; i < list->length; i++)
        if (!put(list, list->text + i, 1) || (list->text[i] == '\'' && !PUT(list, "'")))
            return false;
    return PUT(list, "'\n");
}

static bool put_number(list_t *list)
{
    char number[LONGEST_NUMBER + 1];
    size_t length = 0;
    bool whole = true;

    while (list->at < list->end && strchr("+-.0123456789eE", *list->at) && *list->at) {
        if (length == LONGEST_NUMBER)
            return malformed();
        whole = whole && (*list->at == '-' || (*list->at >= '0' && *list->at <= '9'));
        number[length++] = *list->at++;
    }
    number[length] = '\0';
    if (!length)
        return malformed();
    if (whole)
        return PUT(list, " !!int ") && put(list, number, length) && PUT(list, "\n");

    double value = PyOS_string_to_double(number, NULL, NULL);
    if (value == -1.0 && PyErr_Occurred())
        return false;
    char *text = PyOS_double_to_string(value, 'f', 6, 0, NULL);
    bool done = text && PUT(list, " !!float ") && put(list, text, strlen(text)) && PUT(list, "\n");
    PyMem_Free(text);
    return done;
}

static bool put_value(list_t *list, size_t indent, size_t sequence, size_t column, int depth);

static bool put_object(list_t *list, size_t indent, int depth)
{
    if (take(list, '}'))
        return PUT(list, " !!map {}\n");
    if (!PUT(list, " !!map\n"))
        return false;
    do {
        size_t start = list->size;

        if (!read_text(list) || (!take(list, ':') && !malformed()))
            return false;
        if (list->printable && list->length <= SIMPLE_KEY && is_plain(list->text, list->length)) {
            if (!put_spaces(list, indent) || !PUT(list, "!!str ") || !put(list, list->text, list->length)
                || !PUT(list, ":"))
                return false;
        } else {
            if (!put_asked(list, list->label, 0, indent, true))
                return false;
            for (size_t i = start; i < list->size; i++)
                start = list->out[i] == '\n' ? i + 1 : start;
        }
        if (!put_value(list, indent + 2, indent, list->size - start, depth))
            return false;
    } while (take(list, ','));
    return take(list, '}') || malformed();
}

static bool put_array(list_t *list, size_t sequence, int depth)
{
    if (take(list, ']'))
        return PUT(list, " !!seq []\n");
    if (!PUT(list, " !!seq\n"))
        return false;
    do
        if (!put_spaces(list, sequence) || !PUT(list, "-")
            || !put_value(list, sequence + 2, sequence + 2, sequence + 1, depth))
            return false;
    while (take(list, ','));
    return take(list, ']') || malformed();
}

static bool put_word(list_t *list, const char *word, const char *yaml)
{
    size_t length = strlen(word);

    if ((size_t) (list->end - list->at) < length || memcmp(list->at, word, length))
        return malformed();
    list->at += length;
    return put(list, yaml, strlen(yaml));
}

/* column: after what leads to the value. */
static bool put_value(list_t *list, size_t indent, size_t sequence, size_t column, int depth)
{
    if (depth == MOST_DEPTH || list->at == list->end)
        return malformed();
    switch (*list->at) {
    case '{':
        list->at++;
        return put_object(list, indent, depth + 1);
    case '[':
        list->at++;
        return put_array(list, sequence, depth + 1);
    case '"':
        return read_text(list) && put_text(list, column + strlen(" !!str"), indent);
    case 't':
        return put_word(list, "true", " !!bool true\n");
    case 'f':
        return put_word(list, "false", " !!bool false\n");
    case 'n':
        return put_word(list, "null", " !!null null\n");
    default:
        return put_number(list);
    }
}

/* rows(json, sequence, width, empty_is_null, label, text): YAML of elements with commas between them, or behind. */
static PyObject *rows(PyObject *self, PyObject *arguments)
{
    list_t list = {0};
    const char *json;
    Py_ssize_t size, sequence, width;
    int empty_is_null;
    PyObject *made = NULL;
    bool good = true;

    (void) self;
    if (!PyArg_ParseTuple(arguments, "y#nnpOO", &json, &size, &sequence, &width, &empty_is_null, &list.label,
                          &list.folded))
        return NULL;
    list.at = json;
    list.end = json + size;
    list.empty_is_null = empty_is_null;
    list.width = (size_t) width;
    list.text = malloc((size_t) size + 1);
    if (!list.text)
        return PyErr_NoMemory();
    while (good && list.at < list.end) {
        good = put_spaces(&list, (size_t) sequence) && PUT(&list, "-")
               && put_value(&list, (size_t) sequence + 2, (size_t) sequence + 2, (size_t) sequence + 1, 0);
        if (good && !take(&list, ',') && list.at < list.end)
            good = malformed();
    }
    if (good)
        made = PyBytes_FromStringAndSize(list.out, (Py_ssize_t) list.size);
    free(list.text);
    free(list.out);
    return made;
}

static PyMethodDef methods[] = {
    {"rows", rows, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_yaml_list", NULL, -1, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__yaml_list(void)
{
    return PyModule_Create(&module);
}
