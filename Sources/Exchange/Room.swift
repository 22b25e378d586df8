import CLibXLSXWriter
import CLibZip
import CMDB
import CXMLReader
