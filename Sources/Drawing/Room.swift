import CMDB
