#include "CXMLReader.h"

#include <libxml/xmlerror.h>
#include <libxml/xmlreader.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct CXMLReader {
    xmlTextReaderPtr reader;
    char error[256];
};

static void note(void *context, xmlErrorPtr error) {
    CXMLReader *self = context;
    if (self->error[0] != 0 || error == NULL || error->message == NULL) return;
    strncpy(self->error, error->message, sizeof self->error - 1);
    for (char *c = self->error; *c; c++)
        if (*c == '\n' || *c == '\r') *c = ' ';
}

CXMLReader *cxmlreader_open(const uint8_t *bytes, size_t count) {
    if (count > INT_MAX) return NULL;
    CXMLReader *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    // XML_PARSE_NOENT is left out on purpose: entities stay as they are written.
    self->reader = xmlReaderForMemory((const char *)bytes, (int)count, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOCDATA);
    if (self->reader == NULL) {
        free(self);
        return NULL;
    }
    xmlTextReaderSetStructuredErrorHandler(self->reader, (xmlStructuredErrorFunc)note, self);
    return self;
}

void cxmlreader_close(CXMLReader *self) {
    if (self == NULL) return;
    xmlFreeTextReader(self->reader);
    free(self);
}

int cxmlreader_next(CXMLReader *self) { return xmlTextReaderRead(self->reader); }
int cxmlreader_kind(CXMLReader *self) { return xmlTextReaderNodeType(self->reader); }
int cxmlreader_is_empty(CXMLReader *self) { return xmlTextReaderIsEmptyElement(self->reader) == 1; }
int cxmlreader_depth(CXMLReader *self) { return xmlTextReaderDepth(self->reader); }
int cxmlreader_line(CXMLReader *self) { return xmlTextReaderGetParserLineNumber(self->reader); }

const char *cxmlreader_name(CXMLReader *self) { return (const char *)xmlTextReaderConstLocalName(self->reader); }
const char *cxmlreader_value(CXMLReader *self) { return (const char *)xmlTextReaderConstValue(self->reader); }

char *cxmlreader_attribute(CXMLReader *self, const char *name) {
    return (char *)xmlTextReaderGetAttribute(self->reader, (const xmlChar *)name);
}

void cxmlreader_free(char *text) { xmlFree(text); }
const char *cxmlreader_error(CXMLReader *self) { return self->error[0] ? self->error : NULL; }
