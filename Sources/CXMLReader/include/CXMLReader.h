// A pull reader over libxml2's xmlTextReader. libxml2's own headers drag in ICU's, which collide with those inside
// Foundation, so that they are seen by CXMLReader.c alone.
#ifndef CXMLREADER_H
#define CXMLREADER_H

#include <stddef.h>
#include <stdint.h>

typedef struct CXMLReader CXMLReader;

// What stands at the reader's position.
enum { CXMLReaderElement = 1, CXMLReaderText = 3, CXMLReaderEndElement = 15 };

// Reads `count` bytes at `bytes`, which must stay where they are. No network, no external entities, no entity
// expansion, no huge documents (libxml2's limits hold). NULL when memory is short.
CXMLReader *_Nullable cxmlreader_open(const uint8_t *_Nonnull bytes, size_t count);
// Frees everything; NULL is allowed.
void cxmlreader_close(CXMLReader *_Nullable reader);
// 1 moved to the next node, 0 at the end, -1 not well-formed (see cxmlreader_error).
int cxmlreader_next(CXMLReader *_Nonnull reader);
// One of the constants above, or another number for nodes to be skipped.
int cxmlreader_kind(CXMLReader *_Nonnull reader);
// 1 for <a/>.
int cxmlreader_is_empty(CXMLReader *_Nonnull reader);
int cxmlreader_depth(CXMLReader *_Nonnull reader);
int cxmlreader_line(CXMLReader *_Nonnull reader);
// Name without prefix; valid until the next call of cxmlreader_next.
const char *_Nullable cxmlreader_name(CXMLReader *_Nonnull reader);
// Text of the node; valid until the next call of cxmlreader_next.
const char *_Nullable cxmlreader_value(CXMLReader *_Nonnull reader);
// Value of the attribute called `name` (with its prefix as written), to be freed with cxmlreader_free.
char *_Nullable cxmlreader_attribute(CXMLReader *_Nonnull reader, const char *_Nonnull name);
void cxmlreader_free(char *_Nullable text);
// The first error, one line; NULL when there was none.
const char *_Nullable cxmlreader_error(CXMLReader *_Nonnull reader);

#endif
